//! What is pending is a set: with the same one a migration gets the same findings however that set was named, and a folder is all of its files.

mod common;

use common::Failures;
use mig_lint::config::Settings;
use mig_lint::engine;
use mig_lint::frontend::Read;
use mig_lint::report;
use mig_lint::rule::{Example, RULES};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use tempfile::TempDir;

fn settings(paths: &[PathBuf], start_after: Option<&str>) -> Settings {
    Settings {
        paths: paths.to_vec(),
        start_after: start_after.map(str::to_owned),
        ..Settings::default()
    }
}

fn findings(paths: &[PathBuf], start_after: Option<&str>) -> Vec<Value> {
    let report = engine::run(&settings(paths, start_after), false);
    let json: Value = serde_json::from_str(&report::json(&report)).expect("it is JSON");
    let mut findings = json["findings"].as_array().expect("findings").clone();
    for finding in &mut findings {
        // Whoever names files says that they may be changed; whoever names their folder does not.
        finding.as_object_mut().expect("a finding").remove("fix");
    }
    findings
}

/// The files of the migrations that are reported, in running order, and what `start-after` calls them.
fn reported(folder: &Path, start_after: Option<&str>) -> Vec<(PathBuf, String)> {
    let histories = engine::histories(&settings(&[folder.to_owned()], start_after)).into_iter();
    let all = histories.flat_map(|history| history.migrations);
    all.filter(|read| read.migration.reported)
        .map(
            |Read {
                 migration, outline, ..
             }| {
                let path = migration.file.path().to_owned();
                let app = outline.map_or(String::new(), |outline| outline.app + ".");
                (path, app + &migration.name)
            },
        )
        .collect()
}

/// All migrations of a folder, asked for in every way; `what` tells which folder it is.
fn hold(folder: &Path, what: &str, failures: &mut Failures) {
    let all = reported(folder, None);
    assert!(all.len() > 1, "{what}: {all:?}");
    let mut paths: Vec<PathBuf> = all.iter().map(|(path, _)| path.clone()).collect();
    let whole = findings(&[folder.to_owned()], None);
    paths.reverse();
    failures.equal(
        format!("{what}, all files"),
        &whole,
        &findings(&paths, None),
    );
    let folders: BTreeSet<PathBuf> = paths.iter().map(|path| home(path)).collect();
    let folders: Vec<PathBuf> = folders.into_iter().collect();
    failures.equal(
        format!("{what}, all folders"),
        &whole,
        &findings(&folders, None),
    );
    for (_, name) in &all {
        let pending = reported(folder, Some(name));
        let mut paths: Vec<PathBuf> = pending.into_iter().map(|(path, _)| path).collect();
        // All files of a folder are the folder, which does not say what is pending.
        if !paths.is_empty() && !is_whole(&paths, &all) {
            let after = findings(&[folder.to_owned()], Some(name));
            let place = format!("{what}, files after {name}");
            failures.equal(&place, &after, &findings(&paths, None));
            paths.reverse();
            failures.equal(&place, &after, &findings(&paths, None));
        }
    }
}

/// The folder that holds a migration: where each has one of its own, that which holds those.
fn home(path: &Path) -> PathBuf {
    let own = path.file_name().is_some_and(|it| it == "migration.sql");
    path.ancestors()
        .nth(1 + usize::from(own))
        .expect("a folder")
        .to_owned()
}

fn is_whole(paths: &[PathBuf], all: &[(PathBuf, String)]) -> bool {
    let homes: BTreeSet<PathBuf> = paths.iter().map(|path| home(path)).collect();
    let mut beside = all.iter().filter(|(path, _)| homes.contains(&home(path)));
    beside.all(|(path, _)| paths.contains(path))
}

#[test]
fn of_the_fixtures() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut number = 0;
    Failures::collect(|failures| {
        for entry in fs::read_dir(root).expect("the fixtures") {
            let folder = entry.expect("a fixture").path();
            let found = ["migrations", "demoapp/migrations"].map(|name| folder.join(name));
            for migrations in found.iter().filter(|folder| folder.is_dir()) {
                hold(migrations, &migrations.display().to_string(), failures);
                number += 1;
            }
        }
    });
    assert!(number > 20, "{number}");
}

#[test]
fn of_the_examples_of_the_rules() {
    Failures::collect(|failures| {
        for entry in RULES {
            for example in entry.examples() {
                let folder = tempfile::tempdir().expect("a folder");
                for (name, text) in files(example) {
                    write(folder.path(), &name, &text);
                }
                let what = format!("{} of {}", example.file, entry.id);
                hold(folder.path(), &what, failures);
            }
        }
    });
}

/// An example as the files of a project.
fn files(example: Example) -> Vec<(String, String)> {
    if example.is_django() {
        let init = ("shop/migrations/__init__.py".to_owned(), String::new());
        let modules = example.modules().into_iter();
        let modules = modules.map(|(name, text)| (format!("shop/migrations/{name}"), text));
        return std::iter::once(init).chain(modules).collect();
    }
    let mut steps: Vec<(String, String)> = Vec::new();
    for line in example.text.lines() {
        let begins = line.strip_prefix("-- ");
        if begins.is_some_and(|name| name.contains(".sql")) {
            steps.push((format!("m/{}.sql", steps.len()), String::new()));
        } else {
            steps.last_mut().expect("a step").1 += &format!("{line}\n");
        }
    }
    steps
}

#[test]
fn of_generated_histories() {
    type Name = fn(usize) -> String;
    let layouts: [(&str, Name); 3] = [
        ("plain files", |at| format!("m/{at:04}.sql")),
        ("prisma", |at| {
            format!("prisma/migrations/{at:04}_x/migration.sql")
        }),
        ("flyway", |at| format!("migration/v{}/V{at}__x.sql", at / 3)),
    ];
    Failures::collect(|failures| {
        for seed in 1..=6 {
            let mut dice = Dice(seed);
            for (layout, name) in layouts {
                let folder = scripts(&mut dice, name);
                hold(folder.path(), &format!("{layout}, seed {seed}"), failures);
            }
            let drizzle = drizzle(&mut dice);
            hold(drizzle.path(), &format!("drizzle, seed {seed}"), failures);
            let django = project(&mut dice);
            hold(django.path(), &format!("django, seed {seed}"), failures);
        }
    });
}

fn drizzle(dice: &mut Dice) -> TempDir {
    let folder = scripts(dice, |at| format!("drizzle/{at:04}.sql"));
    let tags = (0..STEPS).map(|at| format!(r#"{{"tag": "{at:04}"}}"#));
    let tags: Vec<String> = tags.collect();
    let journal = format!(r#"{{"entries": [{}]}}"#, tags.join(", "));
    write(folder.path(), "drizzle/meta/_journal.json", &journal);
    folder
}

/// How many migrations a generated history has.
const STEPS: usize = 9;

/// Numbers that look like chance and are the same in every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % bound
    }

    fn statement(&mut self, at: usize) -> String {
        let (table, other) = (self.below(5), self.below(5));
        match self.below(8) {
            0 | 1 => format!("CREATE TABLE t{table} (id bigint PRIMARY KEY, a int, b text)"),
            2 => format!("ALTER TABLE t{table} ADD COLUMN c{at} int NOT NULL"),
            3 => format!("CREATE INDEX i{at}_{other} ON t{table} (a)"),
            4 => format!(
                "ALTER TABLE t{table} ADD CONSTRAINT f{at} FOREIGN KEY (a) REFERENCES t{other} (id)"
            ),
            5 => format!("UPDATE t{table} SET a = 1"),
            6 => format!("ALTER TABLE t{table} ALTER COLUMN a TYPE bigint"),
            _ => format!("DROP TABLE IF EXISTS t{table}"),
        }
    }
}

fn scripts(dice: &mut Dice, name: impl Fn(usize) -> String) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    for at in 0..STEPS {
        let mut text = String::new();
        for _ in 0..=dice.below(2) {
            writeln!(text, "{};", dice.statement(at)).expect("a string takes all");
        }
        write(folder.path(), &name(at), &text);
    }
    folder
}

/// Three apps, whose migrations depend on those of others.
fn project(dice: &mut Dice) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), "manage.py", "");
    let mut made: Vec<(String, String)> = Vec::new();
    for at in 0..STEPS {
        let app = ["shop", "stock", "users"][dice.below(3)].to_owned();
        let before = made.iter().rfind(|(other, _)| *other == app).cloned();
        let beside = (!made.is_empty()).then(|| made[dice.below(made.len())].clone());
        let needed: Vec<String> = before
            .iter()
            .chain(&beside)
            .map(|key| format!("{key:?}"))
            .collect();
        let text = format!(
            "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n    dependencies = [{}]\n    operations = [migrations.RunSQL({:?})]\n",
            needed.join(", "),
            dice.statement(at),
        );
        let name = format!("{at:04}_x");
        write(folder.path(), &format!("{app}/migrations/__init__.py"), "");
        write(folder.path(), &format!("{app}/migrations/{name}.py"), &text);
        made.push((app, name));
    }
    folder
}

fn write(folder: &Path, name: &str, text: &str) {
    let path = folder.join(name);
    fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
    fs::write(path, text).expect("it can be written");
}

#[test]
fn a_whole_folder_is_judged_one_by_one_and_a_part_of_it_together() {
    let folder = tempfile::tempdir().expect("a folder");
    let texts = [
        "CREATE TABLE t (id int, a int)",
        "ALTER TABLE t DROP COLUMN a",
        "SELECT 1",
    ];
    let paths: Vec<PathBuf> = (0..3)
        .map(|at| folder.path().join(format!("{at}.sql")))
        .collect();
    for (path, text) in paths.iter().zip(texts) {
        fs::write(path, text).expect("it can be written");
    }
    assert_eq!(findings(&[folder.path().to_owned()], None).len(), 1);
    assert_eq!(findings(&paths, None).len(), 1);
    assert_eq!(findings(&paths[..2], None).len(), 0);
    assert_eq!(findings(&paths[1..], None).len(), 1);
}

#[test]
fn a_folder_of_a_history_is_judged_one_by_one_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "CREATE TABLE t (id int, a int);\n";
    write(folder.path(), "migration/v1/V1__a.sql", text);
    write(
        folder.path(),
        "migration/v1/V2__b.sql",
        "ALTER TABLE t DROP COLUMN a;\n",
    );
    write(folder.path(), "migration/v2/V3__c.sql", "SELECT 1;\n");
    let v1 = folder.path().join("migration/v1");
    let paths = ["V1__a.sql", "V2__b.sql"].map(|name| v1.join(name));
    assert_eq!(findings(&[v1], None).len(), 1);
    assert_eq!(findings(&paths, None).len(), 1);
}

/// What the pending migrations do to each table, taken together: the table, who waits, statements, and those that take as long as it is large.
fn release(folder: &Path, start_after: Option<&str>) -> Vec<(String, usize, u64, u64)> {
    let report = engine::run(&settings(&[folder.to_owned()], start_after), false);
    let json: Value = serde_json::from_str(&report::json(&report)).expect("it is JSON");
    let tables = json["release"].as_array().expect("a list").iter();
    tables
        .map(|table| {
            let number = |key: &str| table[key].as_u64().expect("a number");
            let name = table["relation"].as_str().expect("a name").to_owned();
            let waits = table["waits"].as_array().expect("kinds").len();
            (name, waits, number("statements"), number("growing"))
        })
        .collect()
}

#[test]
fn a_release_is_judged_table_by_table() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).expect("it can be written");
    };
    write(
        "0001_a.sql",
        "CREATE TABLE a (id int, c text);\nCREATE TABLE b (id int, c text);\nCREATE TABLE c (id int);\n",
    );
    write(
        "0002_b.sql",
        "BEGIN;\nALTER TABLE a ADD COLUMN x int;\nCREATE INDEX i ON a (c);\nCOMMIT;\nCREATE TABLE d (id int);\n",
    );
    write(
        "0003_c.sql",
        "BEGIN;\nALTER TABLE c ADD COLUMN x int;\nUPDATE b SET c = '';\nCOMMIT;\nCREATE INDEX j ON b (c);\nALTER TABLE d ADD COLUMN x int;\nSELECT * FROM b;\n",
    );
    let expected = [
        // Under the lock of ALTER TABLE the index is built.
        ("a".to_owned(), 4, 2, 1),
        // Locked while the rows of another table are written.
        ("c".to_owned(), 4, 2, 1),
        ("b".to_owned(), 3, 2, 2),
    ];
    assert_eq!(release(folder.path(), Some("0001_a")), expected);
    assert_eq!(release(folder.path(), None), []);
}

#[test]
fn code_that_commits_keeps_nobody_waiting_for_all_that_it_reads() {
    let folder = tempfile::tempdir().expect("a folder");
    write(
        folder.path(),
        "1.sql",
        "CREATE TABLE t (id int PRIMARY KEY, c text);\n",
    );
    let code = |commit: &str| {
        format!(
            "DO $$ DECLARE first int; last int; BEGIN
                SELECT id INTO first FROM t ORDER BY id LIMIT 1;
                WHILE first IS NOT NULL LOOP
                    last := first + 999;
                    UPDATE t SET c = '' WHERE id BETWEEN first AND last;
                    {commit}
                    SELECT id INTO first FROM t WHERE id > last ORDER BY id LIMIT 1;
                END LOOP;
            END $$;\n"
        )
    };
    for (commit, growing) in [("COMMIT;", 0), ("", 1)] {
        write(folder.path(), "2.sql", &code(commit));
        let told = release(folder.path(), Some("1"));
        let told: Vec<u64> = told.iter().map(|(_, _, _, growing)| *growing).collect();
        assert_eq!(told, [growing], "{commit}");
    }
}

#[test]
fn whoever_names_what_takes_a_migration_back_means_that_migration() {
    let layouts = [
        ["1_a.up.sql", "1_a.down.sql", "2_b.up.sql", "2_b.down.sql"],
        ["1_a/up.sql", "1_a/down.sql", "2_b/up.sql", "2_b/down.sql"],
        ["V1__a.sql", "U1__a.sql", "V2__b.sql", "U2__b.sql"],
    ];
    for names in layouts {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, text) in names.into_iter().zip([
            "CREATE TABLE t (id int);\n",
            "DROP TABLE t;\n",
            "ALTER TABLE t ADD COLUMN a int;\n",
            "ALTER TABLE t DROP COLUMN a;\n",
        ]) {
            write(folder.path(), name, text);
        }
        let back = |name: &str| {
            let settings = Settings {
                direction: mig_lint::source::Direction::Down,
                ..settings(&[folder.path().join(name)], None)
            };
            let report = engine::run(&settings, false);
            let found = report.findings.iter();
            let found = found.map(|one| (one.rule, one.file.path().to_owned()));
            (report.summary.migrations, found.collect::<Vec<_>>())
        };
        let told = (1, vec![("drop-column", folder.path().join(names[3]))]);
        assert_eq!(back(names[3]), told, "{names:?}");
        assert_eq!(back(names[2]), told, "{names:?}");
    }
}
