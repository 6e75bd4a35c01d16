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
