//! Whatever a file holds: no panic, the other files are still checked, and the exit code says that something was not.

mod common;

use common::Failures;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};
use tempfile::TempDir;

const GOOD: &str = "CREATE TABLE orders (id int PRIMARY KEY, code text);\n";
const BAD: &str = "ALTER TABLE orders DROP COLUMN code;\n";

/// A folder with a first migration, the file under test, and a last one in which one thing is to be found.
fn folder(name: &str, content: &[u8]) -> TempDir {
    let folder = tempfile::tempdir().expect("a folder can be made");
    fs::write(folder.path().join("0001_first.sql"), GOOD).expect("it can be written");
    fs::write(folder.path().join(name), content).expect("it can be written");
    fs::write(folder.path().join("0009_last.sql"), BAD).expect("it can be written");
    folder
}

fn run(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_mig-lint"))
        .args(arguments)
        .current_dir(folder)
        .env("NO_COLOR", "1")
        .output()
        .expect("it runs")
}

/// The exit code, and `rule:path:line` of every finding.
fn checked(folder: &Path, arguments: &[&str]) -> (i32, Vec<String>) {
    let mut all = vec!["check", "--output-format", "json"];
    all.extend(arguments);
    let output = run(folder, &all);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(!error.contains("panicked"), "{error}");
    let code = output.status.code().expect("it ends by itself");
    let report: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|fault| panic!("{fault}: {error}"));
    let findings = report["findings"].as_array().expect("findings");
    let found = findings.iter().map(|finding| {
        let text = |key: &str| finding[key].to_string().replace('"', "");
        format!("{}:{}:{}", text("rule"), text("path"), text("line"))
    });
    (code, found.collect())
}

/// Checks a folder with `content` in the middle: `wanted` is found there, and the last file is checked all the same.
#[track_caller]
fn holds(failures: &mut Failures, name: &str, content: &[u8], code: i32, wanted: &[&str]) {
    let folder = folder(name, content);
    let (found_code, mut found) = checked(folder.path(), &["."]);
    let last = found.pop();
    failures.equal(name, &Some("drop-column:0009_last.sql:1"), &last.as_deref());
    failures.equal(name, wanted, &found[..]);
    failures.equal(name, &code, &found_code);
    // What a person sees must not panic either.
    let human = run(folder.path(), &["."]);
    failures.equal(name, &Some(code), &human.status.code());
}

#[test]
fn nothing_in_it() {
    Failures::collect(|failures| {
        holds(failures, "0002_empty.sql", b"", 1, &[]);
        holds(failures, "0003_blank.sql", b" \n\t\n", 1, &[]);
        holds(
            failures,
            "0004_comments.sql",
            b"-- nothing\n/* at /* all */ */\n",
            1,
            &[],
        );
        holds(failures, "0005_semicolons.sql", b";;\n;", 1, &[]);
    });
}

#[test]
fn marks_and_line_ends() {
    Failures::collect(|failures| {
        let drop = "ALTER TABLE orders DROP COLUMN id;";
        let with_mark = format!("\u{feff}{drop}\n");
        holds(
            failures,
            "0002_bom.sql",
            with_mark.as_bytes(),
            1,
            &["drop-column:0002_bom.sql:1"],
        );
        let windows = format!("-- one\r\n-- two\r\n{drop}\r\n");
        holds(
            failures,
            "0003_crlf.sql",
            windows.as_bytes(),
            1,
            &["drop-column:0003_crlf.sql:3"],
        );
    });
}

#[test]
fn bytes_that_are_no_text() {
    Failures::collect(|failures| {
        holds(
            failures,
            "0002_latin1.sql",
            b"COMMENT ON TABLE orders IS 'caf\xe9';\n",
            2,
            &["unreadable-file:0002_latin1.sql:1"],
        );
        holds(
            failures,
            "0003_nul.sql",
            b"SELECT 1;\0\nSELECT 2;\n",
            2,
            &["unreadable-file:0003_nul.sql:1"],
        );
    });
}

#[test]
fn what_is_never_closed() {
    Failures::collect(|failures| {
        let syntax = |name: &str, line: usize| format!("syntax-error:{name}:{line}");
        for (name, text) in [
            ("0002_string.sql", "SELECT 1;\nSELECT 'open;\nSELECT 2;\n"),
            ("0003_dollar.sql", "SELECT 1;\nDO $body$ BEGIN END;\n"),
            (
                "0004_comment.sql",
                "SELECT 1;\n/* open /* twice */\nSELECT 2;\n",
            ),
            ("0005_identifier.sql", "SELECT 1;\nSELECT \"open;\n"),
            ("0006_parenthesis.sql", "SELECT 1;\nSELECT (1;\n"),
        ] {
            holds(failures, name, text.as_bytes(), 2, &[&syntax(name, 2)]);
        }
    });
}

#[test]
fn what_starts_no_statement() {
    Failures::collect(|failures| {
        holds(
            failures,
            "0002_typo.sql",
            b"SELECT 1;\nSELEC 2;\nALTER TABLE orders DROP COLUMN id;\n",
            2,
            &[
                "syntax-error:0002_typo.sql:2",
                "drop-column:0002_typo.sql:3",
            ],
        );
    });
}

#[test]
fn depth_and_size() {
    Failures::collect(|failures| {
        let deep = format!("SELECT {}1{};\n", "(".repeat(20_000), ")".repeat(20_000));
        holds(failures, "0002_deep.sql", deep.as_bytes(), 1, &[]);
        let check = format!(
            "ALTER TABLE orders ADD CHECK ({}id > 0{}) NOT VALID;\n",
            "(".repeat(20_000),
            ")".repeat(20_000)
        );
        let found = ["new-constraint-old-code:0003_deep_check.sql:1"];
        holds(failures, "0003_deep_check.sql", check.as_bytes(), 1, &found);
        let long = format!(
            "INSERT INTO orders VALUES (1, '{}');\n",
            "x".repeat(10_000_000)
        );
        holds(failures, "0004_long_line.sql", long.as_bytes(), 1, &[]);
    });
}

#[test]
fn fifty_megabytes() {
    let row = "INSERT INTO orders VALUES (1, 'some text that is as long as text often is');\n";
    let mut text = row.repeat(50_000_000 / row.len());
    text.push_str("ALTER TABLE orders DROP COLUMN id;\n");
    let line = 50_000_000 / row.len() + 1;
    let wanted = format!("drop-column:0002_large.sql:{line}");
    let folder = folder("0002_large.sql", text.as_bytes());
    let (code, found) = checked(folder.path(), &["."]);
    assert_eq!(found, [wanted.as_str(), "drop-column:0009_last.sql:1"]);
    assert_eq!(code, 1);
}

#[test]
fn a_folder_that_is_called_like_a_file() {
    let folder = folder("0002_ok.sql", b"SELECT 1;");
    fs::create_dir(folder.path().join("x.sql")).expect("it can be made");
    let (code, found) = checked(folder.path(), &["."]);
    assert_eq!(found, ["drop-column:0009_last.sql:1"]);
    assert_eq!(code, 1);
}

#[cfg(unix)]
#[test]
fn links_that_go_round() {
    let folder = folder("0002_ok.sql", b"SELECT 1;");
    let sub = folder.path().join("sub");
    fs::create_dir(&sub).expect("it can be made");
    std::os::unix::fs::symlink(folder.path(), sub.join("back")).expect("a link can be made");
    std::os::unix::fs::symlink("loop.sql", folder.path().join("loop.sql")).expect("a link");
    let (code, found) = checked(folder.path(), &["."]);
    assert_eq!(
        found,
        ["drop-column:0009_last.sql:1", "unreadable-file:loop.sql:1"]
    );
    assert_eq!(code, 2);
}

#[cfg(unix)]
#[test]
fn a_file_that_may_not_be_read() {
    use std::os::unix::fs::PermissionsExt;
    let folder = folder("0002_secret.sql", b"SELECT 1;");
    let path = folder.path().join("0002_secret.sql");
    fs::set_permissions(&path, fs::Permissions::from_mode(0o000)).expect("modes can be set");
    if fs::read(&path).is_ok() {
        // Root reads everything: a link to nothing cannot be read by anybody.
        fs::remove_file(&path).expect("it can be removed");
        std::os::unix::fs::symlink("nowhere.sql", &path).expect("a link can be made");
    }
    let (code, found) = checked(folder.path(), &["."]);
    assert_eq!(
        found,
        [
            "unreadable-file:0002_secret.sql:1",
            "drop-column:0009_last.sql:1"
        ]
    );
    assert_eq!(code, 2);
}

#[test]
fn a_path_that_is_not_there() {
    let folder = folder("0002_ok.sql", b"SELECT 1;");
    let (code, found) = checked(folder.path(), &["nowhere.sql", "."]);
    assert_eq!(
        found,
        [
            "drop-column:0009_last.sql:1",
            "unreadable-file:nowhere.sql:1"
        ]
    );
    assert_eq!(code, 2);
    let output = run(folder.path(), &["nowhere"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn a_folder_without_migrations() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    fs::write(folder.path().join("notes.txt"), "nothing").expect("it can be written");
    let output = run(folder.path(), &["."]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn python_that_is_no_django_migration_is_no_fault_and_named() {
    let folder = folder("0002_ok.sql", b"SELECT 1;");
    let alembic = folder.path().join("migrations");
    fs::create_dir_all(alembic.join("versions")).expect("it can be made");
    for name in ["env.py", "versions/1a2b_first.py"] {
        fs::write(alembic.join(name), "def upgrade(): pass\n").expect("it can be written");
    }
    let (code, found) = checked(folder.path(), &["."]);
    assert_eq!(
        found,
        [
            "drop-column:0009_last.sql:1",
            "unread-migration:migrations/versions/1a2b_first.py:1"
        ]
    );
    assert_eq!(code, 1);
    assert_eq!(checked(folder.path(), &["migrations/env.py"]).0, 2);
}
