//! Single changes of every kind, `tests/data/django/changes.txt`: the SQL is what real Django of each version printed for them.

mod common;

use common::Failures;
use mig_lint::config::{Arguments, Settings};
use mig_lint::engine;
use mig_lint::frontend::View;
use mig_lint::source::Direction;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

fn text(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/django");
    fs::read_to_string(path.join(name)).expect("the data can be read")
}

/// What stands under each name.
fn blocks(text: &str) -> impl Iterator<Item = (&str, &str)> {
    let blocks = text.split("== ").skip(1);
    blocks.map(|block| block.split_once('\n').unwrap_or((block, "")))
}

/// A project in which each change is an app, for the versions that know it.
fn write(folder: &Path, version: &str) {
    let changes = text("changes.txt");
    let header = changes.split("== ").next().unwrap_or_default();
    let condition = if version == "4.2" {
        "check"
    } else {
        "condition"
    };
    for (name, block) in blocks(&changes) {
        let line = |key: &str| block.lines().find_map(|line| line.strip_prefix(key));
        if line("versions ").is_some_and(|known| !known.split(' ').any(|known| known == version)) {
            continue;
        }
        let migrations = folder.join(name).join("migrations");
        fs::create_dir_all(&migrations).expect("a folder can be made");
        for init in [folder.join(name), migrations.clone()] {
            fs::write(init.join("__init__.py"), "").expect("it can be written");
        }
        let before = format!("(\"{name}\", \"0001_before\")");
        let elsewhere = "(\"contenttypes\", \"0001_initial\"), (\"sites\", \"0001_initial\"), (\"auth\", \"0001_initial\")";
        let atomic =
            line("atomic ").map_or_else(String::new, |atomic| format!("    atomic = {atomic}\n"));
        for (file, key, dependencies, more) in [
            ("0001_before.py", "before ", elsewhere, ""),
            (
                "0002_change.py",
                "change ",
                before.as_str(),
                atomic.as_str(),
            ),
        ] {
            let operations = line(key).expect("a change has both");
            let operations = operations
                .replace("{app}", name)
                .replace("{condition}", condition);
            let body = format!(
                "{header}{more}    dependencies = [{dependencies}]\n    operations = [{operations}]\n"
            );
            fs::write(migrations.join(file), body).expect("it can be written");
        }
    }
    fs::write(folder.join("manage.py"), "").expect("it can be written");
}

/// White space means nothing, nor how a driver writes JSON, moments and UUIDs: psycopg2 otherwise than psycopg 3.
fn plain(sql: &str) -> String {
    let words: Vec<&str> = sql.split_whitespace().collect();
    words
        .join(" ")
        .trim_end_matches([';', ' '])
        .replace("::jsonb", "")
        .replace("2020-01-02T", "2020-01-02 ")
        .replace("00000000-0000-0000-0000-", "00000000000000000000")
}

/// What the change of each app sends, in this direction.
fn said(settings: &Settings) -> BTreeMap<String, Vec<String>> {
    let listing = engine::list(settings, View::Printed);
    let changes = listing.migrations.iter();
    let changes = changes.filter(|read| read.migration.name == "0002_change");
    changes
        .filter_map(|read| read.outline.as_deref())
        .map(|outline| {
            let sent = outline.sent.iter().map(|sent| plain(&sent.sql));
            (outline.app.clone(), sent.collect())
        })
        .collect()
}

#[test]
fn every_change_runs_what_django_runs() {
    Failures::collect(|failures| {
        for (version, number, least) in [
            ("4.2", (4, 2), 280),
            ("5.2", (5, 2), 340),
            ("6.0", (6, 0), 340),
        ] {
            let folder = tempfile::tempdir().expect("a folder can be made");
            write(folder.path(), version);
            let mut settings = Settings::resolve(Arguments {
                paths: vec![PathBuf::from(folder.path())],
                isolated: true,
                ..Arguments::default()
            })
            .expect("good settings");
            settings.django.version = Some(number);
            settings.django.default_auto_field = Some("django.db.models.BigAutoField".to_owned());
            let up = said(&settings);
            settings.direction = Direction::Down;
            let down = said(&settings);
            let facts = text(&format!("changes-{version}.txt"));
            let mut compared = 0;
            for (name, block) in blocks(&facts) {
                let (forwards, back) = block.split_once("<<\n").expect("both ways");
                let printed = |text: &str| text.lines().map(plain).collect::<Vec<_>>();
                let place = format!("changes-{version}.txt, {name}");
                failures.equal(&place, &Some(&printed(forwards)), &up.get(name));
                let place = format!("{place}, back");
                match back.trim() {
                    "-- irreversible" => failures.equal(place, &None, &down.get(name)),
                    // It did not come to that.
                    error if error.starts_with("-- ") && error.ends_with("Error") => {}
                    _ => failures.equal(place, &Some(&printed(back)), &down.get(name)),
                }
                compared += 1;
            }
            let place = format!("changes-{version}.txt");
            failures.check(
                compared >= least,
                place,
                format!("{least} changes"),
                compared,
            );
        }
    });
}
