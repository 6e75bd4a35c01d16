//! A file of sizes beside a config: what it decides, what goes before it, and what is said of one that is old, cut off or none.

mod common;

use common::Failures;
use serde_json::Value;
use std::fs;
use std::path::Path;
use std::process::{Command, Output};

const TAKEN: &str = "taken = \"2026-11-30\"";

/// As `mig-lint sizes` writes it, of two tables of which one is partitioned.
const SIZES: &str = r#"taken = "2026-11-30"
database = "shop"
server = "17.2"

[tables.public]
orders = { rows = "20M", bytes = "1.8GB", indexes = "900MB", reads = 12 }
colors = { rows = "12", bytes = "8kB" }

[tables.audit]
events = { rows = "2B", bytes = "300GB", partitions = 24 }
"#;

/// The answer to the query, as psql writes it.
const CSV: &str = "kind,schema,name,parent,rows,bytes,toast,reads,writes,detail,more
server,,shop,,1,,,0,90000,17.2,2026-11-30
table,public,colors,,12,8192,,1,1,r,
";

/// The migrations, each a transaction of its own.
const MIGRATIONS: [(&str, &str); 2] = [
    (
        "migrations/0001.sql",
        "CREATE INDEX orders_at ON orders (at);",
    ),
    (
        "migrations/0002.sql",
        "CREATE INDEX colors_name ON colors (name);",
    ),
];

struct Folder(tempfile::TempDir);

impl Folder {
    /// Migrations, a config, and files of sizes beside it.
    fn new(config: &str, files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder can be made");
        let write = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("a folder")).expect("it can be made");
            fs::write(path, text).expect("it can be written");
        };
        write("mig-lint.toml", config);
        for (name, text) in MIGRATIONS.iter().chain(files) {
            write(name, text);
        }
        Self(folder)
    }

    fn run(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_mig-lint"))
            .current_dir(self.0.path())
            .args(arguments)
            .output()
            .expect("mig-lint runs")
    }

    /// The level and the rows of each finding of `non-concurrent-index`, and the server's version.
    fn found(&self, arguments: &[&str]) -> (Vec<(String, Value)>, Value) {
        let arguments = [&["migrations", "--output-format", "json"], arguments].concat();
        let output = self.run(&arguments);
        let found: Value = serde_json::from_slice(&output.stdout)
            .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
        let all = found["findings"].as_array().expect("findings").iter();
        let builds = all.filter(|finding| finding["rule"] == "non-concurrent-index");
        let builds = builds.map(|finding| {
            let level = finding["level"].as_str().expect("a level").to_owned();
            (level, finding["effects"][0]["estimate"]["rows"].clone())
        });
        (builds.collect(), found["pg_version"].clone())
    }
}

fn levels(found: &[(&str, u64)]) -> Vec<(String, Value)> {
    let found = found.iter();
    found
        .map(|(level, rows)| ((*level).to_owned(), Value::from(*rows)))
        .collect()
}

#[test]
fn what_was_measured_decides_and_a_hint_goes_before_it() {
    let sizes = [("now.toml", SIZES), ("now.csv", CSV)];
    Failures::collect(|failures| {
        let plain = Folder::new("", &sizes);
        let (found, version) = plain.found(&["--sizes", "now.toml"]);
        failures.equal(
            "by option",
            &levels(&[("error", 20_000_000), ("info", 12)]),
            &found,
        );
        failures.equal("the server's version", &Value::from(17), &version);
        let (_, version) = plain.found(&["--sizes", "now.toml", "--pg-version", "15"]);
        failures.equal("the version that was named", &Value::from(15), &version);
        let (found, _) = plain.found(&["--sizes", "now.csv"]);
        let expected = vec![
            ("error".to_owned(), Value::Null),
            ("info".to_owned(), Value::from(12)),
        ];
        failures.equal("by CSV", &expected, &found);
        let hinted = Folder::new(
            "[sizes]\nfile = \"now.toml\"\n[tables]\norders = { rows = 500 }\n",
            &sizes,
        );
        let (found, _) = hinted.found(&[]);
        // Read twelve times a second: even a short wait hurts.
        failures.equal(
            "by a hint",
            &levels(&[("warning", 500), ("info", 12)]),
            &found,
        );
        let other = Folder::new(
            "[[history]]\npath = \"migrations\"\nsizes = { file = \"now.toml\" }\n",
            &sizes,
        );
        let (found, _) = other.found(&[]);
        failures.equal(
            "of a history",
            &levels(&[("error", 20_000_000), ("info", 12)]),
            &found,
        );
    });
}

#[test]
fn a_file_that_is_no_such_is_told_with_its_place() {
    let broken = SIZES.replace("\"20M\"", "\"many\"");
    let undated = SIZES.replace("2026-11-30", "yesterday");
    let cut = &CSV[..CSV.len() - 12];
    let files = [
        ("broken.toml", broken.as_str()),
        ("undated.toml", &undated),
        ("cut.csv", cut),
        ("other.csv", "a,b\n1,2\n"),
    ];
    let folder = Folder::new("", &files);
    Failures::collect(|failures| {
        for (file, words) in [
            ("broken.toml", "broken.toml:6:"),
            ("undated.toml", "`yesterday` is no date"),
            ("cut.csv", "was it cut off?"),
            ("other.csv", "is not the head"),
            ("none.toml", "there is no file of sizes none.toml"),
        ] {
            let output = folder.run(&["migrations", "--sizes", file]);
            let told = String::from_utf8_lossy(&output.stderr);
            failures.check(told.contains(words), file, words, &told);
            failures.equal(file, &Some(2), &output.status.code());
            failures.check(output.stdout.is_empty(), file, "no result", "one");
        }
    });
}

#[test]
fn sizes_of_long_ago_are_told() {
    let old = SIZES.replace(TAKEN, "taken = \"2020-01-31\"");
    let folder = Folder::new("[sizes]\nfile = \"old.toml\"\n", &[("old.toml", &old)]);
    let output = folder.run(&["migrations"]);
    let told = String::from_utf8_lossy(&output.stdout);
    let words = "old.toml was taken on 2020-01-31";
    assert!(told.contains(words), "{told}");
}

#[test]
fn a_file_of_something_else_is_not_written_over() {
    let folder = Folder::new("", &[("notes.toml", "mine = true\n")]);
    let mine = folder.0.path().join("notes.toml");
    // Nobody listens there: the file is looked at first.
    let url = "postgres://nobody@127.0.0.1:1/none";
    let output = folder.run(&[
        "sizes",
        "--database-url",
        url,
        "--output-file",
        "notes.toml",
    ]);
    let told = String::from_utf8_lossy(&output.stderr);
    assert!(
        told.contains("notes.toml is there, and is no file of sizes"),
        "{told}"
    );
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(read(&mine), "mine = true\n");
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).expect("it is there")
}
