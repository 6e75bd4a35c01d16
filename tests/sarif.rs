//! SARIF output is valid by the schema of OASIS, points where it should, and keeps its fingerprints when lines move.

mod common;

use common::{Failures, judged, migration};
use mig_lint::engine::{Report, Summary};
use mig_lint::finding::{Cause, Finding, Harm};
use mig_lint::postgres::Version;
use mig_lint::report::sarif;
use mig_lint::rule::entry;
use mig_lint::source::{SourceFile, Span, TransactionMode};
use serde_json::Value;
use std::sync::Arc;

const BEFORE: &str = "CREATE TABLE orders (id int, code int, old int);\n";
const BAD: &str = "/* é */ ALTER TABLE orders DROP COLUMN code; ALTER TABLE orders DROP COLUMN old;\nCREATE INDEX i ON orders (id);\n";

fn schema() -> Value {
    let text = include_str!("data/sarif/sarif-schema-2.1.0.json");
    serde_json::from_str(text).expect("the schema is JSON")
}

fn report(path: &str, text: &str, more: Vec<Finding>) -> Report {
    let files = [("0001.sql", BEFORE), (path, text)];
    let history = files
        .into_iter()
        .map(|(path, text)| migration(path, text, TransactionMode::PerFile, true));
    let judged = judged(history.collect(), Version::OLDEST);
    let unchecked_files = more.len();
    Report {
        findings: judged.findings.into_iter().chain(more).collect(),
        summary: Summary {
            unchecked_files,
            ..Summary::default()
        },
        migrations: judged.migrations,
        ..Report::default()
    }
}

fn log(report: &Report) -> Value {
    serde_json::from_str(&sarif(report)).expect("SARIF is JSON")
}

fn unreadable() -> Finding {
    let cause = Cause {
        statement: 0,
        command: 0,
        relation: None,
        harm: Harm::Unchecked,
    };
    let file = Arc::new(SourceFile::new("gone.sql", ""));
    entry::UNREADABLE_FILE
        .finding(file, Span::default(), cause)
        .says("gone.sql cannot be read: permission denied", "")
        .build()
}

fn fingerprints(log: &Value) -> Vec<(String, String)> {
    let results = log["runs"][0]["results"].as_array().expect("results");
    let mut all: Vec<_> = results
        .iter()
        .map(|result| {
            (
                result["ruleId"].to_string(),
                result["partialFingerprints"]["migLint/v2"].to_string(),
            )
        })
        .collect();
    all.sort();
    all
}

#[test]
fn it_is_valid() {
    let validator = jsonschema::validator_for(&schema()).expect("the schema is valid");
    Failures::collect(|failures| {
        for log in [
            log(&report("m/0002 ü#1.sql", BAD, vec![unreadable()])),
            log(&report("m/0002.sql", "", Vec::new())),
        ] {
            let errors: Vec<String> = validator.iter_errors(&log).map(|e| e.to_string()).collect();
            for error in errors {
                failures.note("the log", "what the schema allows", error);
            }
        }
    });
    let mut broken = log(&report("m/0002.sql", BAD, Vec::new()));
    broken["runs"][0]["results"][0]["level"] = "fatal".into();
    assert!(!validator.is_valid(&broken), "the schema checks nothing");
}

#[test]
fn it_points_where_the_statement_stands() {
    let log = log(&report("m/0002 ü#1.sql", BAD, Vec::new()));
    let run = &log["runs"][0];
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let results = run["results"].as_array().expect("results");
    let dropped: Vec<&Value> = results
        .iter()
        .filter(|result| result["ruleId"] == "drop-column")
        .collect();
    assert_eq!(dropped.len(), 2);
    let place = &dropped[1]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "m/0002%20%C3%BC%231.sql");
    assert_eq!(place["region"]["startLine"], 1);
    assert_eq!(place["region"]["startColumn"], 46);
    assert_eq!(dropped[1]["level"], "error");
    let rule = dropped[1]["ruleIndex"].as_u64().expect("an index");
    let rule = &run["tool"]["driver"]["rules"][usize::try_from(rule).expect("it is small")];
    assert_eq!(rule["id"], "drop-column");
    Failures::collect(|failures| {
        for text in ["shortDescription", "fullDescription", "help"] {
            let words = rule[text]["text"].as_str().unwrap_or_default();
            failures.check(!words.is_empty(), text, "words", "none");
        }
    });
}

#[test]
fn what_was_not_checked_is_a_notification() {
    let log = log(&report("m/0002.sql", BAD, vec![unreadable()]));
    let invocation = &log["runs"][0]["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    let notifications = invocation["toolExecutionNotifications"]
        .as_array()
        .expect("notifications");
    assert!(
        notifications
            .iter()
            .any(|note| note["message"]["text"].to_string().contains("gone.sql"))
    );
}

#[test]
fn fingerprints_do_not_move_with_lines_and_differ_between_findings() {
    let before = fingerprints(&log(&report("m/0002.sql", BAD, Vec::new())));
    let moved = format!(
        "-- a remark\n\n{}",
        BAD.replace(" ON orders", "\n  ON orders")
    );
    let after = fingerprints(&log(&report("m/0002.sql", &moved, Vec::new())));
    assert_eq!(before, after);
    let mut single = before.clone();
    single.dedup();
    assert_eq!(before, single);
    let twice = format!("{BAD}ALTER TABLE orders ADD x int; ALTER TABLE orders DROP COLUMN code;");
    let twice = fingerprints(&log(&report("m/0002.sql", &twice, Vec::new())));
    assert!(before.iter().all(|old| twice.contains(old)));
}
