//! `mig-lint init` finds what is there, shows what it will write, and never writes over a file.

mod common;

use common::Failures;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

/// Names and texts.
type Files<'a> = &'a [(&'a str, &'a str)];

fn repository(files: Files<'_>) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder can be made");
    // A worktree and a submodule have a file of that name.
    fs::write(folder.path().join(".git"), "gitdir: elsewhere\n").expect("it can be written");
    for (name, text) in files {
        let path = folder.path().join(name);
        fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        fs::write(path, text).expect("it can be written");
    }
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mig-lint"));
    command
        .current_dir(folder)
        .args(arguments)
        .stdin(std::process::Stdio::null());
    command.output().expect("mig-lint runs")
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned()
}

/// Every file with its text.
fn files(folder: &Path) -> BTreeMap<String, String> {
    let walk = walkdir::WalkDir::new(folder).into_iter().flatten();
    let files = walk
        .filter(|entry| entry.file_type().is_file())
        .map(|entry| {
            let name = entry.path().strip_prefix(folder).expect("below it");
            let text = fs::read_to_string(entry.path()).expect("text");
            (name.display().to_string(), text)
        });
    files.collect()
}

const DJANGO: &str = "from django.db import migrations, models\n\n\nclass Migration(migrations.Migration):\n    initial = True\n    operations = [migrations.CreateModel('Order', [('id', models.BigAutoField(primary_key=True))])]\n";

#[test]
fn each_kind_of_repository_gets_a_config_that_its_migrations_pass() {
    let repositories: [(&str, Files<'_>, &str); 5] = [
        (
            "django",
            &[
                ("manage.py", ""),
                ("shop/__init__.py", ""),
                ("shop/migrations/__init__.py", ""),
                ("shop/migrations/0001_initial.py", DJANGO),
                (
                    ".github/workflows/test.yml",
                    "services:\n  db:\n    image: postgres:17\n",
                ),
            ],
            "pg-version = 17",
        ),
        (
            "diesel",
            &[
                ("diesel.toml", ""),
                (
                    "migrations/2024-01-01-000000_a/up.sql",
                    "CREATE TABLE a (id bigint PRIMARY KEY);\n",
                ),
                ("migrations/2024-01-01-000000_a/down.sql", "DROP TABLE a;\n"),
                (
                    "docker-compose.yml",
                    "services:\n  db:\n    image: \"postgis/postgis:15-3.4\"\n",
                ),
            ],
            "paths = [\"migrations\"]",
        ),
        (
            "golang-migrate",
            &[
                (
                    "db/migrations/000001_a.up.sql",
                    "CREATE TABLE a (id bigint PRIMARY KEY);\n",
                ),
                ("db/migrations/000001_a.down.sql", "DROP TABLE a;\n"),
                (".gitlab-ci.yml", "services:\n  - postgres:16-alpine\n"),
            ],
            "paths = [\"db/migrations\"]",
        ),
        (
            "prisma",
            &[
                (
                    "prisma/migrations/migration_lock.toml",
                    "provider = \"postgresql\"\n",
                ),
                (
                    "prisma/migrations/20240101000000_a/migration.sql",
                    "CREATE TABLE a (id bigint PRIMARY KEY);\n",
                ),
                (".tool-versions", "nodejs 20\npostgres 14.5\n"),
            ],
            "pg-version = 14",
        ),
        (
            "plain",
            &[("sql/001.sql", "CREATE TABLE a (id bigint PRIMARY KEY);\n")],
            "# pg-version = 16",
        ),
    ];
    Failures::collect(|failures| {
        for (kind, files_before, words) in repositories {
            let folder = repository(files_before);
            let root = folder.path();
            let before = files(root);
            let dry = run(root, &["init", "--dry-run"]);
            failures.equal(kind, &Some(0), &dry.status.code());
            failures.check(files(root) == before, kind, "nothing written", "something");
            let written = run(root, &["init", "--yes"]);
            failures.equal(kind, &Some(0), &written.status.code());
            let after = files(root);
            let config = after.get("mig-lint.toml").cloned().unwrap_or_default();
            failures.check(config.contains(words), kind, words, &config);
            failures.check(
                after.contains_key(".pre-commit-config.yaml"),
                kind,
                "a hook",
                "none",
            );
            for (name, text) in &before {
                failures.check(after.get(name) == Some(text), kind, name, "another text");
            }
            // What was written is read, and what was there passes.
            let checked = run(root, &[]);
            failures.equal(kind, &Some(0), &checked.status.code());
            let again = run(root, &["init", "--yes"]);
            failures.check(
                files(root) == after,
                kind,
                "the same once more",
                text(&again),
            );
        }
    });
}

#[test]
fn a_long_history_begins_where_it_is_today() {
    let folder = repository(&[]);
    for at in 1..=30 {
        let sql = format!(
            "CREATE TABLE t{at} (id bigint PRIMARY KEY);\nALTER TABLE a DROP COLUMN c{at};\n"
        );
        let path = folder.path().join(format!("migrations/{at:04}_t.sql"));
        fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        fs::write(path, sql).expect("it can be written");
    }
    run(folder.path(), &["init", "--yes"]);
    let config = fs::read_to_string(folder.path().join("mig-lint.toml")).expect("it is there");
    assert!(config.contains("start-after = \"0030_t\""), "{config}");
    assert_eq!(run(folder.path(), &[]).status.code(), Some(0));
    let bad = folder.path().join("migrations/0031_bad.sql");
    fs::write(bad, "CREATE INDEX i ON t1 (id);\n").expect("it can be written");
    let output = run(folder.path(), &["--output-format", "concise"]);
    assert!(
        text(&output).starts_with("migrations/0031_bad.sql:1:1: error"),
        "{}",
        text(&output)
    );
}

#[test]
fn what_is_there_is_kept_and_what_is_laid_out_otherwise_is_left_to_its_owner() {
    let hooks = "# ours\nrepos:\n  - repo: local\n    hooks:\n      - id: x\n";
    let folder = repository(&[
        ("mig-lint.toml", "pg-version = 15\n"),
        (".pre-commit-config.yaml", hooks),
        (".github/workflows/mig-lint.yml", "ours\n"),
        ("migrations/1.sql", "SELECT 1;\n"),
    ]);
    let told = text(&run(folder.path(), &["init", "--yes"]));
    let after = files(folder.path());
    assert_eq!(after["mig-lint.toml"], "pg-version = 15\n");
    assert_eq!(after[".github/workflows/mig-lint.yml"], "ours\n");
    assert!(
        after[".pre-commit-config.yaml"].starts_with(hooks),
        "{told}"
    );
    assert!(
        after[".pre-commit-config.yaml"].contains("    - id: mig-lint\n"),
        "{told}"
    );
    for (name, words) in [
        (".husky/pre-commit", "by hand: .husky/pre-commit"),
        ("lefthook.yml", "mig-lint check --staged"),
    ] {
        let folder = repository(&[(name, "npm test\n"), ("migrations/1.sql", "SELECT 1;\n")]);
        let told = text(&run(folder.path(), &["init", "--yes"]));
        assert!(told.contains(words), "{told}");
        assert_eq!(files(folder.path())[name], "npm test\n");
    }
}

#[test]
fn nobody_to_ask_is_no_consent() {
    let folder = repository(&[("migrations/1.sql", "SELECT 1;\n")]);
    let before = files(folder.path());
    let output = run(folder.path(), &["init"]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    assert!(
        text(&output).contains("--yes writes what is shown"),
        "{}",
        text(&output)
    );
    assert_eq!(files(folder.path()), before);
}

#[test]
fn where_one_file_cannot_be_written_none_is() {
    let folder = repository(&[
        ("migrations/1.sql", "SELECT 1;\n"),
        // A file where a folder would have to be.
        (".github/README", ""),
        (".github/workflows", "a file\n"),
    ]);
    let before = files(folder.path());
    let output = run(folder.path(), &["init", "--yes"]);
    assert_eq!(output.status.code(), Some(2), "{}", text(&output));
    assert!(
        text(&output).contains("cannot be written"),
        "{}",
        text(&output)
    );
    assert_eq!(files(folder.path()), before);
}
