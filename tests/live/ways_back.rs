//! The ways back that checklists of the demo projects tell of: each runs on what its way up has left, and locks what is predicted, no more and no less.

use crate::common::Failures;
use mig_lint::checklist::checklists;
use mig_lint::config::Settings;
use mig_lint::effects::Age;
use mig_lint::engine::{self, MigrationReport, Prediction};
use mig_lint::postgres::LockMode;
use mig_lint::source::Direction;
use mig_lint_demo_db::{Server, Session, observe};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error, StrDeserializer};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

type Locks = BTreeMap<String, LockMode>;

pub(crate) fn of_the_demo_projects(server: &Server) {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let folders = std::fs::read_dir(fixtures).expect("the demo projects");
    let mut folders: Vec<PathBuf> = folders.map(|it| it.expect("an entry").path()).collect();
    folders.retain(|folder| folder.join("fixture.toml").exists());
    folders.sort();
    Failures::collect(|failures| {
        let mut back = 0;
        for folder in &folders {
            back += project(server, folder, failures);
        }
        failures.check(back >= folders.len(), "ways back", "one a project", back);
    });
}

/// There and back again; gives how many migrations were taken back.
fn project(server: &Server, folder: &Path, failures: &mut Failures) -> usize {
    let major = u8::try_from(server.version().major).ok();
    let version = major.and_then(mig_lint::postgres::Version::new);
    let settings = Settings {
        paths: vec![folder.to_owned()],
        version: version.expect("a version that is known"),
        ..Settings::default()
    };
    let backwards = Settings {
        direction: Direction::Down,
        ..settings.clone()
    };
    let (lists, up) = checklists(&settings);
    let down = engine::run(&backwards, true).migrations;
    let scratch = server.scratch().expect("a database");
    let mut session = scratch.connect("ways back").expect("a session");
    let mut observer = scratch.connect("observer").expect("a session");
    for migration in &up.migrations {
        run(&mut session, migration, failures);
    }
    let mut taken_back = 0;
    for (migration, list) in up.migrations.iter().zip(&lists).rev() {
        let place = format!("{}, back", list.path);
        let own = |back: &&MigrationReport| {
            back.name == migration.name && back.takes_back.as_deref() == Some(migration.file.path())
        };
        let back = down.iter().find(own);
        failures.equal(&place, &back.is_some(), &list.way_back.is_written());
        let Some(back) = back else { break };
        taken_back += 1;
        let relations = observe::relations(&mut observer).expect("relations");
        let whole = predictions(back).all(|it| it.can_run_in_transaction && !it.opaque);
        if !whole {
            run(&mut session, back, failures);
            continue;
        }
        session.run("BEGIN").expect("a transaction");
        run(&mut session, back, failures);
        let held = observe::held(&mut observer, session.pid()).expect("locks");
        let mut seen = Locks::new();
        for lock in held {
            let relation = relations.iter().find(|it| it.oid == lock.relation);
            let mode: StrDeserializer<'_, Error> = lock.mode.as_str().into_deserializer();
            let mode = LockMode::deserialize(mode).expect("a mode");
            if let Some(relation) = relation {
                note(&mut seen, (relation.display(), relation.is_index()), mode);
            }
        }
        session.run("COMMIT").expect("its end");
        let mut predicted = Locks::new();
        for effect in predictions(back).flat_map(|it| &it.effects) {
            if effect.age != Age::ThisTransaction {
                let name = (effect.relation.clone(), effect.table.is_some());
                note(&mut predicted, name, effect.lock);
            }
        }
        failures.equal(place, &predicted, &seen);
    }
    taken_back
}

fn predictions(migration: &MigrationReport) -> impl Iterator<Item = &Prediction> {
    let statements = migration.statements.iter();
    statements.filter_map(|statement| statement.prediction.as_deref())
}

/// Of an index locks count only where they keep others from something.
fn note(locks: &mut Locks, (name, index): (String, bool), mode: LockMode) {
    if !index || mode >= LockMode::ShareUpdateExclusive {
        let known = locks.entry(name).or_insert(mode);
        *known = mode.max(*known);
    }
}

fn run(session: &mut Session, migration: &MigrationReport, failures: &mut Failures) {
    for statement in &migration.statements {
        let text = statement.origin.text(&migration.file, statement.span);
        // What code sends with values of its own is no statement that can be sent without them.
        if text.is_empty() || text.contains("$1") {
            continue;
        }
        if let Err(error) = session.run(text) {
            let place = migration.file.path().display().to_string();
            failures.note(place, "that it runs", format!("{error}: {text}"));
            return;
        }
    }
}
