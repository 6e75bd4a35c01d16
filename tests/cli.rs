//! What a person types and what comes back: each file in `tests/cmd` is a case.

use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Command, Stdio};

fn mig_lint() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mig-lint"));
    command.env("NO_COLOR", "1").env("LC_ALL", "C.UTF-8");
    command
}

#[test]
fn cases() {
    trycmd::TestCases::new()
        .env("NO_COLOR", "1")
        .env("LC_ALL", "C.UTF-8")
        .case("tests/cmd/*.md");
}

#[test]
fn a_closed_pipe_is_no_error() {
    let mut child = mig_lint()
        .args(["rules", "--output-format", "json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    // Closed before a line is read: whatever is written afterwards meets a broken pipe.
    drop(child.stdout.take());
    let output = child.wait_with_output().expect("it ends");
    assert_eq!(output.status.code(), Some(0));
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
}

#[test]
fn a_result_is_written_whole_or_not_at_all() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("no/such/folder/out.json");
    let output = stdin_check(&["--output-format", "json", "--output-file"], &path);
    assert_eq!(output.status.code(), Some(2));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("cannot be written"), "{said}");
    assert_eq!(String::from_utf8_lossy(&output.stdout), "");

    let path = folder.path().join("out.json");
    let output = stdin_check(&["--output-format", "json", "--output-file"], &path);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let text = std::fs::read_to_string(&path).expect("it was written");
    let value: serde_json::Value = serde_json::from_str(&text).expect("it is JSON");
    assert_eq!(value["schema_version"], 2);
    let first = BufReader::new(&output.stdout[..]).lines().next();
    let first = first.expect("a line").expect("text");
    assert!(first.starts_with("0 errors, 0 warnings in "), "{first}");
    let left: Vec<_> = std::fs::read_dir(folder.path()).expect("it can").collect();
    assert_eq!(left.len(), 1, "scratch files are left: {left:?}");
}

fn stdin_check(options: &[&str], path: &Path) -> std::process::Output {
    let mut child = mig_lint()
        .args(["check", "-", "--isolated"])
        .args(options)
        .arg(path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("it starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    stdin
        .write_all(b"CREATE TABLE t (id int);\n")
        .expect("it reads");
    drop(stdin);
    child.wait_with_output().expect("it ends")
}

#[test]
fn what_is_not_read_is_told_on_request() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        std::fs::write(path, text).expect("it can be written");
    };
    write(
        "drizzle/meta/_journal.json",
        r#"{"entries": [{"idx": 0, "tag": "0000_a", "breakpoints": true}]}"#,
    );
    write("drizzle/0000_a.sql", "SELECT 1;\n");
    write("drizzle/0001_forgotten.sql", "SELECT 1;\n");
    let output = mig_lint()
        .args(["check", "--isolated", "--verbose"])
        .arg(folder.path())
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout);
    let not_read: Vec<&str> = said
        .lines()
        .filter(|line| line.starts_with("not read:"))
        .collect();
    assert_eq!(not_read.len(), 1, "{said}");
    assert!(not_read[0].contains("0001_forgotten.sql"), "{said}");
}

/// Statements with the password `s3cr3t`, of which mig-lint has something to say.
const SECRETS: &str = "\
CREATE ROLE reader LOGIN PASSWORD 's3cr3t';
ALTER ROLE reader PASSWORD E's3cr3t' ADMIN;
CREATE USER MAPPING FOR reader SERVER s OPTIONS (user 'u', password 's3cr3t');
CREATE SUBSCRIPTION sub CONNECTION 'host=h password=s3cr3t' PUBLICATION p;
UPDATE accounts SET note = dblink('host=h password=''s3cr3t''', 'SELECT 1');
UPDATE accounts SET url = 'postgres://u:s3cr3t@h/d';
ALTER TABLE accounts ADD COLUMN token text DEFAULT md5(random()::text || 'postgres://u:s3cr3t@h/d');
DO $$ BEGIN ALTER ROLE reader PASSWORD 's3cr3t'; EXECUTE 'ALTER ROLE r PASSWORD ''s3cr3t''' || x; END $$;
";

#[test]
fn no_password_is_shown() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
        std::fs::write(path, text).expect("it can be written");
    };
    write("sql/0001_roles.sql", SECRETS);
    write("dj/app/migrations/__init__.py", "");
    let lines = SECRETS
        .lines()
        .map(|line| format!("    migrations.RunSQL(\"\"\"{line}\"\"\"),\n"));
    let operations: String = lines.collect();
    write(
        "dj/app/migrations/0001_initial.py",
        &format!(
            "from django.db import migrations\n\n\nclass Migration(migrations.Migration):\n  operations = [\n{operations}  ]\n"
        ),
    );
    let commands = ["check human", "check concise", "check json", "check sarif"];
    let more = ["locks human", "locks json", "sql human", "sql json"];
    let mut shown = Vec::new();
    let mut wrong = Vec::new();
    for command in commands.into_iter().chain(more) {
        let (name, format) = command.split_once(' ').expect("two words");
        for project in ["sql", "dj"] {
            let file = folder.path().join("out");
            let mut printed = mig_lint();
            let printed = printed
                .args([name, "--isolated", "--output-format", format])
                .arg(folder.path().join(project));
            let output = printed.output().expect("it runs");
            let _ = printed.arg("--output-file").arg(&file).output();
            let parts = [
                output.stdout,
                output.stderr,
                std::fs::read(&file).unwrap_or_default(),
            ];
            let text = parts.map(|part| String::from_utf8_lossy(&part).into_owned());
            if text.concat().contains("s3cr3t") {
                wrong.push(format!("{command} of {project}: {}", text.concat()));
            }
            shown.push(text.concat().contains("******"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // Where nothing is masked, nothing was tried: lists without text of statements have none.
    assert!(
        shown.iter().filter(|masked| **masked).count() >= 10,
        "{shown:?}"
    );
}
