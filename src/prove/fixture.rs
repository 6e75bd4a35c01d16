//! The demo projects: Django apps that are carried in the program, each the risky or the safe way to do one thing.

use super::case::{Behind, Case, CaseProbe, OldStatement, TableRows};
use super::claim::Claim;
use super::definition::Harm;
use super::harm;
use super::report::{CaseReport, Verdict};
use crate::config::Settings;
use crate::engine;
use crate::ir;
use crate::postgres::{Access, Version};
use crate::source::TransactionMode;
use include_dir::{Dir, include_dir};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::path::PathBuf;

static ALL: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/fixtures");

/// One demo project, unpacked nowhere yet.
#[derive(Debug)]
pub struct Fixture {
    /// The folder's name: `proj07_add_foreign_key`.
    pub name: &'static str,
    folder: &'static Dir<'static>,
}

/// `fixture.toml`.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[cfg_attr(
        not(test),
        expect(
            dead_code,
            reason = "for people, and held against the folder's name in a test"
        )
    )]
    way: Way,
    /// The project that does the same the other way.
    #[cfg_attr(
        not(test),
        expect(dead_code, reason = "for people, and looked up in a test")
    )]
    twin: String,
    /// The app whose migrations are run.
    app: String,
    /// The version of Django that it was written with.
    django: String,
    /// Rows that the story is about.
    rows: u64,
    steps: Vec<Step>,
    #[serde(default)]
    tables: BTreeMap<String, TableRows>,
    #[serde(default)]
    probes: Vec<Probe>,
    #[serde(default)]
    python: Vec<Python>,
    #[serde(default)]
    claims: Vec<Claim>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Way {
    Risky,
    Safe,
}

/// A migration that is watched, and the harm that it does.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    migration: String,
    harm: String,
    #[serde(default)]
    kinds: Vec<Access>,
    behind: Option<Behind>,
    sqlstate: Option<String>,
    #[serde(default)]
    old_code: Vec<String>,
}

/// A request of the application.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Probe {
    name: String,
    relation: String,
    kind: Access,
    sql: String,
}

/// What a function of RunPython does, as SQL: one turn of it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Python {
    migration: String,
    sql: String,
    /// What the further turns do, all at once.
    #[serde(default)]
    rest: String,
}

/// A demo project that can be run.
#[derive(Debug)]
pub(super) struct Prepared {
    pub(super) case: Case,
    pub(super) claims: Vec<Claim>,
    steps: Vec<Expected>,
    /// Rows in the large tables that the story is about.
    pub(super) rows: u64,
}

/// What a migration is to show.
#[derive(Debug)]
struct Expected {
    migration: String,
    /// `None`: nobody waits for work that grows, and nothing breaks.
    harm: Option<Harm>,
    /// The code of the release before it.
    old_code: Vec<String>,
}

/// The demo projects that a name stands for: all of a number (`proj07`), or one.
#[must_use]
pub fn fixtures(name: &str) -> Vec<Fixture> {
    let matches = |known: &str| {
        known == name
            || known
                .strip_prefix(name)
                .is_some_and(|rest| rest.starts_with('_') && !name.contains('_'))
    };
    let mut found: Vec<Fixture> = all().into_iter().filter(|one| matches(one.name)).collect();
    // What hurts comes before what helps.
    found.sort_by_key(|fixture| fixture.name.contains("safe"));
    found
}

/// The numbers of all demo projects: `proj01`, `proj02`, ...
#[must_use]
pub fn fixture_numbers() -> Vec<String> {
    let mut numbers: Vec<String> = all()
        .iter()
        .filter_map(|fixture| Some(fixture.name.split_once('_')?.0.to_owned()))
        .collect();
    numbers.sort();
    numbers.dedup();
    numbers
}

fn all() -> Vec<Fixture> {
    let folders = ALL.dirs().filter_map(|folder| {
        let name = folder.path().file_name()?.to_str()?;
        let described = folder.get_file(folder.path().join("fixture.toml"));
        (name.starts_with("proj") && described.is_some()).then_some(Fixture { name, folder })
    });
    folders.collect()
}

impl Fixture {
    /// The project as a case, with what is predicted for this version.
    pub(super) fn prepare(&self, version: Version) -> Result<Prepared, String> {
        let described = self
            .folder
            .get_file(self.folder.path().join("fixture.toml"));
        let text = described.and_then(include_dir::File::contents_utf8);
        let file: File = toml::from_str(text.unwrap_or_default())
            .map_err(|error| format!("fixture.toml: {error}"))?;
        let (text, names) = self.steps_text(&file)?;
        let settings = Settings {
            stdin: Some((format!("{}.sql", self.name).into(), text)),
            version,
            ..Settings::default()
        };
        let mut migrations = Case::migrations_of(engine::run(&settings, true), 1);
        for migration in &mut migrations {
            let at = migration.name.parse::<usize>().ok();
            if let Some(name) = at.and_then(|at| names.get(at.checked_sub(1)?)) {
                migration.name.clone_from(name);
            }
            let function = file
                .python
                .iter()
                .find(|one| one.migration == migration.name);
            if let Some(function) = function {
                migration.afterwards.clone_from(&function.rest);
            }
        }
        let mut steps = Vec::new();
        for step in &file.steps {
            steps.push(Expected {
                migration: step.migration.clone(),
                harm: step.harm()?,
                old_code: step.old_code.clone(),
            });
        }
        let mut claims = file.claims;
        for claim in &mut claims {
            claim.case = Some(self.name.to_owned());
        }
        let works = claims.iter().filter_map(|claim| claim.works.clone());
        let mut old_code: Vec<OldStatement> = Vec::new();
        for (sql, sqlstate) in file
            .steps
            .iter()
            .flat_map(|step| {
                let sqlstate = step.sqlstate.clone().unwrap_or_default();
                step.old_code
                    .iter()
                    .map(move |sql| (sql.clone(), sqlstate.clone()))
            })
            .chain(works.map(|sql| (sql, String::new())))
        {
            if old_code.iter().all(|known| known.sql != sql) {
                old_code.push(OldStatement { sql, sqlstate });
            }
        }
        let case = Case {
            name: self.name.to_owned(),
            migrations,
            tables: file.tables,
            behind: file.steps.iter().find_map(|step| step.behind),
            old_code,
            probes: file.probes.into_iter().map(Probe::of_case).collect(),
            ..Case::default()
        };
        Ok(Prepared {
            case,
            claims,
            steps,
            rows: file.rows,
        })
    }

    /// The project's SQL as steps, the first of which is the schema as it was, and what each is called.
    fn steps_text(&self, file: &File) -> Result<(String, Vec<String>), String> {
        let migrations = self.compiled(file)?;
        let first = file
            .steps
            .first()
            .map_or("", |step| step.migration.as_str());
        let mut text = String::from("-- 1.sql\n");
        let mut names = vec!["the schema as it was".to_owned()];
        let mut begun = false;
        for migration in &migrations {
            begun |= migration.name == first;
            if begun {
                let wrapped = migration.transaction == TransactionMode::PerFile;
                let marker = if wrapped { "" } else { " no transaction" };
                names.push(migration.name.clone());
                text.push_str(&format!("-- {}.sql{marker}\n", names.len()));
            }
            let function = file
                .python
                .iter()
                .find(|one| one.migration == migration.name);
            let sent = migration.python.iter().flat_map(|python| &python.sent);
            for sent in sent.filter(|sent| !sent.code) {
                text.push_str(sent.sql.trim_end().trim_end_matches(';'));
                text.push_str(";\n");
            }
            if let Some(function) = function {
                text.push_str(&format!("{};\n", function.sql));
            }
        }
        if begun {
            Ok((text, names))
        } else {
            Err(format!("fixture.toml: there is no migration {first}"))
        }
    }

    /// The migrations as Django runs them; the project is unpacked for as long as that takes.
    fn compiled(&self, file: &File) -> Result<Vec<ir::Migration>, String> {
        let unpacked = tempfile::tempdir().map_err(|error| error.to_string())?;
        let root = unpacked.path().join(self.name);
        unpack(
            self.folder,
            &unpacked
                .path()
                .join(self.folder.path().parent().unwrap_or(self.folder.path())),
        )
        .map_err(|error| error.to_string())?;
        let root = if root.exists() {
            root
        } else {
            unpacked.path().join(self.folder.path())
        };
        let mut settings = Settings {
            paths: vec![root.join(&file.app).join("migrations")],
            ..Settings::default()
        };
        let mut numbers = file.django.split('.').map(str::parse::<u8>);
        if let (Some(Ok(major)), Some(Ok(minor))) = (numbers.next(), numbers.next()) {
            settings.django.version = Some((major, minor));
        }
        Ok(engine::list(&settings).migrations)
    }
}

fn unpack(folder: &Dir<'_>, into: &std::path::Path) -> std::io::Result<()> {
    for entry in folder.entries() {
        match entry {
            include_dir::DirEntry::Dir(inner) => unpack(inner, into)?,
            include_dir::DirEntry::File(file) => {
                let path: PathBuf = into.join(file.path());
                if let Some(parent) = path.parent() {
                    std::fs::create_dir_all(parent)?;
                }
                std::fs::write(path, file.contents())?;
            }
        }
    }
    Ok(())
}

impl Step {
    fn harm(&self) -> Result<Option<Harm>, String> {
        let missing = |what: &str| format!("fixture.toml: harm = \"{}\" needs {what}", self.harm);
        Ok(Some(match self.harm.as_str() {
            "none" => return Ok(None),
            "blocks" => Harm::Blocks(self.kinds.clone()),
            "queues" => Harm::Queues(
                self.behind.ok_or_else(|| missing("behind"))?,
                self.kinds.clone(),
            ),
            "breaks-old-code" => Harm::BreaksOldCode,
            "fails" => Harm::Fails(self.sqlstate.clone().ok_or_else(|| missing("sqlstate"))?),
            other => return Err(format!("fixture.toml: harm is not {other}")),
        }))
    }
}

impl Probe {
    fn of_case(self) -> CaseProbe {
        CaseProbe {
            label: self.name,
            relation: self.relation,
            kind: self.kind,
            sql: self.sql,
        }
    }
}

impl Prepared {
    /// Whether each migration is as harmful, or as harmless, as it is said to be.
    pub(super) fn judge(&self, report: &CaseReport) -> (Verdict, String) {
        let mut worst = (Verdict::Proven, Vec::new());
        for Expected {
            migration,
            harm,
            old_code,
        } in &self.steps
        {
            let steps: Vec<_> = report
                .steps
                .iter()
                .filter(|step| step.migration == *migration)
                .cloned()
                .map(|mut step| {
                    // What later code does is no concern of this release.
                    step.broke.retain(|broken| old_code.contains(&broken.sql));
                    step
                })
                .collect();
            let (verdict, reason) = match harm {
                Some(harm) => harm::of_step(harm, &steps),
                None => harm::of_good(&Harm::Blocks(Vec::new()), &steps),
            };
            if verdict > worst.0 {
                worst = (verdict, Vec::new());
            }
            if verdict == worst.0 {
                worst.1.push(format!("{migration}: {reason}"));
            }
        }
        (worst.0, worst.1.join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::{Expected, File, all, fixtures};
    use crate::postgres::Version;

    #[test]
    fn every_demo_project_can_be_prepared_and_has_its_twin() {
        let known = all();
        assert!(known.len() >= 20, "{known:?}");
        for fixture in &known {
            let described = fixture
                .folder
                .get_file(fixture.folder.path().join("fixture.toml"));
            let text = described
                .and_then(include_dir::File::contents_utf8)
                .unwrap_or_default();
            let file: File = toml::from_str(text).expect(fixture.name);
            let twin = known.iter().find(|other| other.name == file.twin);
            assert!(twin.is_some(), "{}: no twin {}", fixture.name, file.twin);
            assert_eq!(
                file.way == super::Way::Safe,
                fixture.name.contains("safe"),
                "{}",
                fixture.name
            );
            assert!(file.rows > 0, "{}", fixture.name);
            let prepared = fixture.prepare(Version::NEWEST).expect(fixture.name);
            for Expected { migration, .. } in &prepared.steps {
                let runs = prepared
                    .case
                    .migrations
                    .iter()
                    .any(|one| one.name == *migration);
                let silent = prepared.claims.iter().any(|claim| claim.runs.is_some());
                assert!(runs || silent, "{}: {migration} runs nothing", fixture.name);
            }
        }
    }

    #[test]
    fn a_number_stands_for_both_ways() {
        let names: Vec<&str> = fixtures("proj07").iter().map(|one| one.name).collect();
        assert_eq!(names, ["proj07_add_foreign_key", "proj07_safe_backfill"]);
    }
}
