//! Standard input stands in for a file of a history, and `exclude` holds for named files where that is asked for.

use super::common::Failures;
use super::{SQL, tree};
use std::io::Write;
use std::process::{Command, Stdio};
use tempfile::TempDir;

/// The exit code of `check` with these arguments, its findings as `level rule path`, and what it printed.
fn check(dir: &TempDir, arguments: &[&str], input: &str) -> (i32, Vec<String>, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_mig-lint"))
        .current_dir(dir.path())
        .args(["check", "--pg-version", "16", "--output-format", "concise"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // It may end before it has read anything.
    let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let said = said + &String::from_utf8_lossy(&output.stderr);
    let findings = said.lines().filter(|line| line.contains('['));
    let findings = findings.map(str::to_owned).collect();
    (output.status.code().unwrap_or(-1), findings, said)
}

const TABLE: &str = "CREATE TABLE t (a varchar(10));\n";
const WIDER: &str = "SET lock_timeout = '1s';\nALTER TABLE t ALTER COLUMN a TYPE varchar(20);\n";
const REWRITE: &str = "SET lock_timeout = '1s';\nALTER TABLE t ALTER COLUMN a TYPE int USING 1;\n";

#[test]
fn standard_input_stands_in_for_the_file_it_is_named_after() {
    let dir = tree(&[
        ("m/1_a.sql", TABLE),
        ("m/2_b.sql", REWRITE),
        ("m/3_c.sql", SQL),
    ]);
    let cases = [
        ("what is on disk does not count", "m/2_b.sql", WIDER, 0),
        ("a file that is not there yet", "m/4_d.sql", REWRITE, 1),
        ("what comes before it is known", "m/1_b.sql", WIDER, 0),
        ("alone, nothing is known", "stdin.sql", WIDER, 1),
        ("outside of any history", "elsewhere/x.sql", WIDER, 1),
        ("a name that tells nothing", "<editor>", WIDER, 1),
        (
            "code of another tool",
            "m/5_x.rb",
            "class A < ActiveRecord::Migration[7.1]\nend\n",
            2,
        ),
    ];
    Failures::collect(|failures| {
        for (what, name, input, wanted) in cases {
            let (code, _, said) = check(&dir, &["-", "--stdin-filename", name], input);
            failures.check(code == wanted, what, format!("exit code {wanted}"), said);
        }
        let (code, _, said) = check(&dir, &["-"], WIDER);
        failures.check(code == 1, "without a name", "exit code 1", said);
    });
}

#[test]
fn standard_input_is_python_where_its_name_says_so() {
    let first = "from django.db import migrations, models\nclass Migration(migrations.Migration):\n    operations = [migrations.CreateModel('T', [('id', models.AutoField(primary_key=True)), ('a', models.IntegerField())])]\n";
    let second = "from django.db import migrations\nclass Migration(migrations.Migration):\n    dependencies = [('shop', '0001_initial')]\n    operations = [migrations.RemoveField('T', 'a')]\n";
    let dir = tree(&[
        ("shop/__init__.py", ""),
        ("shop/migrations/__init__.py", ""),
        ("shop/migrations/0001_initial.py", first),
    ]);
    let name = "shop/migrations/0002_a.py";
    let (code, findings, said) = check(&dir, &["-", "--stdin-filename", name], second);
    assert_eq!(code, 1, "{said}");
    assert!(
        findings
            .iter()
            .any(|line| line.contains("drop-column") && line.contains(name)),
        "{said}"
    );
    let (code, _, said) = check(&dir, &["-", "--stdin-filename", "x.py"], "print(1)\n");
    assert_eq!(code, 2, "{said}");
}

#[test]
fn exclude_holds_for_named_files_where_that_is_asked_for() {
    let dir = tree(&[
        ("mig-lint.toml", "exclude = ['old/**', 'm/9_x.sql']\n"),
        ("old/1_a.sql", "DROP TABLE t;\n"),
        ("m/1_a.sql", TABLE),
        ("m/9_x.sql", "DROP TABLE t;\n"),
    ]);
    let cases: &[(&[&str], i32, &str)] = &[
        (&["old/1_a.sql"], 1, "drop-table"),
        (
            &["--force-exclude", "old/1_a.sql"],
            0,
            "old/1_a.sql: excluded by the config",
        ),
        (
            &["--force-exclude", "old"],
            0,
            "old: excluded by the config",
        ),
        (
            &["--force-exclude", "old/1_a.sql", "m/9_x.sql"],
            0,
            "old/1_a.sql and 1 more named path",
        ),
        (
            &["--force-exclude", "old/1_a.sql", "m/1_a.sql"],
            0,
            "in 1 migration",
        ),
        (
            &["--force-exclude", "gone.sql", "old/1_a.sql"],
            2,
            "does not exist",
        ),
        (
            &["--force-exclude", "-", "--stdin-filename", "old/1_a.sql"],
            0,
            "excluded",
        ),
        (&["-", "--stdin-filename", "old/1_a.sql"], 1, "drop-table"),
    ];
    Failures::collect(|failures| {
        for (arguments, wanted, word) in cases {
            let (code, _, said) = check(&dir, arguments, "DROP TABLE t;\n");
            failures.equal(arguments.join(" "), wanted, &code);
            failures.check(said.contains(word), arguments.join(" "), word, said);
        }
    });
}
