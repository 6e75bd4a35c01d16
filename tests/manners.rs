//! What a person meets who mistypes, pipes, or likes no colours; and that standard output is the result and nothing else.

mod common;

use common::Failures;
use std::path::Path;
use std::process::{Command, Output};

/// Names and values.
type Variables<'a> = &'a [(&'a str, &'a str)];

fn run(arguments: &[&str], environment: Variables<'_>) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_mig-lint"));
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(arguments);
    for name in [
        "NO_COLOR",
        "FORCE_COLOR",
        "CLICOLOR_FORCE",
        "COLUMNS",
        "TERM",
    ] {
        command.env_remove(name);
    }
    command.envs(environment.iter().copied());
    command.output().expect("mig-lint runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[test]
fn who_mistypes_is_told_what_was_meant() {
    let cases: [(&[&str], &str); 5] = [
        (&["chek"], "did you mean mig-lint check?"),
        (&["lock", "fixtures"], "did you mean mig-lint locks?"),
        (&[""], "an empty path names nothing"),
        (&["fixtures", "--output-format", "sarf"], "'sarif'"),
        (&["explain", "drop-colum"], "did you mean drop-column?"),
    ];
    Failures::collect(|failures| {
        for (arguments, words) in cases {
            let output = run(arguments, &[]);
            let told = text(&output.stderr);
            failures.check(told.contains(words), format!("{arguments:?}"), words, &told);
            failures.equal(format!("{arguments:?}"), &Some(2), &output.status.code());
            failures.check(
                output.stdout.is_empty(),
                format!("{arguments:?}"),
                "no result",
                "one",
            );
        }
        let help = run(&["help"], &[]);
        failures.equal("help", &Some(0), &help.status.code());
        failures.check(
            text(&help.stdout).contains("Usage:"),
            "help",
            "the usage",
            text(&help.stdout),
        );
        // A path that nobody could mean as a command is a path.
        let path = run(&["no-such/folder"], &[]);
        failures.check(
            text(&path.stdout).contains("does not exist"),
            "a path",
            "that it is not there",
            text(&path.stdout),
        );
    });
}

#[test]
fn colours_come_where_they_are_wanted() {
    let colored = |environment: &[(&str, &str)], more: &[&str]| {
        let arguments = [&["fixtures/shop/migrations"], more].concat();
        text(&run(&arguments, environment).stdout).contains("\u{1b}[")
    };
    let cases: [(Variables<'_>, &[&str], bool); 8] = [
        (&[], &[], false),
        (&[("FORCE_COLOR", "1")], &[], true),
        (&[("FORCE_COLOR", "0")], &[], false),
        (&[("CLICOLOR_FORCE", "1")], &[], true),
        (&[("FORCE_COLOR", "1"), ("NO_COLOR", "1")], &[], false),
        (&[("FORCE_COLOR", "1"), ("NO_COLOR", "")], &[], true),
        (&[("NO_COLOR", "1")], &["--color", "always"], true),
        (&[("FORCE_COLOR", "1")], &["--color", "never"], false),
    ];
    Failures::collect(|failures| {
        for (environment, more, wanted) in cases {
            let name = format!("{environment:?} {more:?}");
            failures.equal(name, &wanted, &colored(environment, more));
        }
    });
}

#[test]
fn nothing_is_cut_in_a_pipe_and_long_names_keep_their_place() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let long = "a_table_whose_name_is_as_long_as_postgresql_takes_names_63bytes";
    let sql = format!(
        "CREATE INDEX CONCURRENTLY the_index_of_it ON {long} (first_column, second_column, third_column, the_end);"
    );
    std::fs::write(folder.path().join("1.sql"), &sql).expect("it can be written");
    let path = folder.path().to_str().expect("UTF-8");
    let piped = text(&run(&["locks", path], &[]).stdout);
    assert!(piped.contains("the_end)"), "{piped}");
    assert!(
        piped
            .lines()
            .any(|line| line.contains(&format!("{long}  SHARE"))),
        "{piped}"
    );
    let narrow = text(&run(&["locks", path], &[("COLUMNS", "80")]).stdout);
    assert!(!narrow.contains("the_end)"), "{narrow}");
}

#[test]
fn standard_output_is_the_result_and_nothing_else() {
    let json: [&[&str]; 7] = [
        &[
            "check",
            "fixtures/shop/migrations",
            "--output-format",
            "json",
            "--statistics",
            "--verbose",
        ],
        &[
            "check",
            "fixtures/shop/migrations",
            "--output-format",
            "sarif",
        ],
        &[
            "check",
            "fixtures/shop/migrations",
            "--output-format",
            "gitlab",
        ],
        &[
            "check",
            "fixtures/shop/migrations",
            "--since",
            "HEAD",
            "--output-format",
            "json",
        ],
        &[
            "locks",
            "fixtures/shop/migrations",
            "--output-format",
            "json",
        ],
        &["sql", "fixtures/shop/migrations", "--output-format", "json"],
        &["rules", "--output-format", "json"],
    ];
    let is_in_git = Path::new(env!("CARGO_MANIFEST_DIR")).join(".git").exists();
    Failures::collect(|failures| {
        for arguments in json
            .iter()
            .filter(|it| is_in_git || !it.contains(&"--since"))
        {
            let output = run(arguments, &[]);
            let result: Result<serde_json::Value, _> = serde_json::from_slice(&output.stdout);
            failures.check(
                result.is_ok(),
                format!("{arguments:?}"),
                "one JSON document",
                text(&output.stdout),
            );
        }
        let commands = run(
            &["fixtures/shop/migrations", "--output-format", "github"],
            &[],
        );
        let plain = text(&commands.stdout);
        let all = plain.lines().all(|line| line.starts_with("::"));
        failures.check(all, "github", "workflow commands", plain);
        let xml = run(
            &["fixtures/shop/migrations", "--output-format", "junit"],
            &[],
        );
        failures.check(
            roxmltree::Document::parse(&text(&xml.stdout)).is_ok(),
            "junit",
            "XML",
            text(&xml.stdout),
        );
    });
}

#[test]
fn a_result_that_cannot_be_written_is_said() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let root = folder.path();
    std::fs::create_dir(root.join("taken")).expect("it can be made");
    let mut cases = vec![
        root.join("taken").display().to_string(),
        root.join("no/such/folder/out.json").display().to_string(),
    ];
    if Path::new("/dev/full").exists() {
        cases.push("/dev/full".to_owned());
    }
    Failures::collect(|failures| {
        for path in cases {
            let output = run(
                &[
                    "fixtures/shop/migrations",
                    "--output-format",
                    "json",
                    "--output-file",
                    &path,
                ],
                &[],
            );
            let told = text(&output.stderr);
            failures.equal(&path, &Some(2), &output.status.code());
            failures.check(
                told.contains("cannot be written"),
                &path,
                "that it cannot be written",
                &told,
            );
        }
    });
}

#[test]
fn completions_and_the_manual_name_every_command() {
    let help = text(&run(&["--help"], &[]).stdout);
    let commands = help.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands: Vec<&str> = commands
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_whitespace().next())
        .filter(|name| *name != "help")
        .collect();
    assert!(commands.len() > 6, "{commands:?}");
    Failures::collect(|failures| {
        for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
            let script = text(&run(&["completions", shell], &[]).stdout);
            for command in &commands {
                failures.check(script.contains(command), shell, command, "it is not there");
            }
            failures.check(
                script.contains("baseline"),
                shell,
                "--baseline",
                "it is not there",
            );
        }
        let manual = text(&run(&["man"], &[]).stdout);
        for command in &commands {
            let heading = format!("mig\\-lint {}", command.replace('-', "\\-"));
            failures.check(manual.contains(&heading), "man", heading, "it is not there");
        }
    });
}

#[test]
fn the_config_that_holds_is_shown_with_where_it_comes_from() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let root = folder.path();
    std::fs::create_dir_all(root.join("legacy")).expect("it can be made");
    std::fs::write(root.join("legacy/000001_a.up.sql"), "SELECT 1;\n").expect("written");
    std::fs::write(root.join("legacy/000001_a.down.sql"), "SELECT 1;\n").expect("written");
    let config = "pg-version = 15\n[rules]\ndrop-column = \"warning\"\n[[overrides]]\npath = \"legacy/**\"\nrules = { drop-table = \"off\" }\n[[overrides]]\npath = \"new/**\"\nrules = { truncate = \"off\" }\n";
    std::fs::write(root.join("mig-lint.toml"), config).expect("written");
    let output = Command::new(env!("CARGO_BIN_EXE_mig-lint"))
        .current_dir(root)
        .args([
            "config",
            "legacy/000001_a.up.sql",
            "--output-format",
            "json",
        ])
        .output()
        .expect("mig-lint runs");
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let values = document["values"].as_array().expect("values");
    let of = |key: &str| {
        let found = values.iter().find(|value| value["key"] == key);
        found.map(|value| {
            (
                text(value["value"].as_str().unwrap_or_default().as_bytes()),
                value["from"].as_str().unwrap_or_default().to_owned(),
            )
        })
    };
    let some = |value: &str, from: &str| Some((value.to_owned(), from.to_owned()));
    assert_eq!(of("pg-version"), some("15", "mig-lint.toml:1"));
    assert_eq!(of("fail-on"), some("error", "default"));
    assert_eq!(
        of("framework").map(|it| it.0).as_deref(),
        Some("golang-migrate")
    );
    assert_eq!(
        of("drop-column"),
        some("warning", "[rules] and [[overrides]]")
    );
    assert_eq!(of("drop-table"), some("off", "[rules] and [[overrides]]"));
    assert_eq!(of("truncate"), None, "it is about other paths");
    assert_eq!(
        of("overrides[0].path"),
        some("\"legacy/**\"", "mig-lint.toml:5")
    );
}
