//! What `mig-lint` finds in the demo projects: the danger in the risky ones, nothing in what is safe.

use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

/// `migration rule message` of every finding, the migration by its number.
fn findings(project: &str) -> Vec<(String, String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fixtures")
        .join(project);
    let output = Command::new(env!("CARGO_BIN_EXE_mig-lint"))
        .args(["check", "--isolated", "--output-format", "json"])
        .arg(&folder)
        .output()
        .expect("it runs");
    let report: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    assert_eq!(report["summary"]["unchecked_files"], 0, "{project}");
    assert_eq!(report["summary"]["unknown_statements"], 0, "{project}");
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let found = report["findings"].as_array().expect("a list").iter();
    found
        .map(|finding| {
            let path = text(&finding["path"]);
            let file = path.rsplit(['/', '\\']).next().expect("a name");
            let number = file.split('_').next().expect("a number").to_owned();
            (number, text(&finding["rule"]), text(&finding["message"]))
        })
        .collect()
}

/// The migrations and rules, each once.
fn rules(project: &str) -> BTreeSet<String> {
    let found = findings(project).into_iter();
    found
        .map(|(number, rule, _)| format!("{number} {rule}"))
        .collect()
}

fn expect(project: &str, expected: &[&str]) {
    let expected: BTreeSet<String> = expected.iter().map(|text| (*text).to_owned()).collect();
    assert_eq!(rules(project), expected, "{project}");
}

fn says(project: &str, number: &str, words: &str) {
    let found = findings(project);
    let speaks = found
        .iter()
        .any(|(migration, _, message)| migration == number && message.contains(words));
    assert!(speaks, "{project} {number}: no `{words}` in {found:#?}");
}

#[test]
fn the_hidden_update_and_the_scan() {
    let project = "proj01_add_not_null_constraint";
    let rules = ["0003 blocking-work", "0003 not-null-on-existing-column"];
    expect(project, &rules);
    says(
        project,
        "0003",
        "all reads and writes of large_user wait while rows are written",
    );
}

#[test]
fn not_null_as_often_advised_is_found_and_the_checked_way_is_not() {
    let found = findings("proj01_safe_backfill");
    let large: Vec<&(String, String, String)> = found
        .iter()
        .filter(|(_, _, message)| message.contains("large_user"))
        .collect();
    let [(number, rule, _)] = large.as_slice() else {
        panic!("{large:#?}");
    };
    assert_eq!(
        (number.as_str(), rule.as_str()),
        ("0004", "not-null-on-existing-column")
    );
}

#[test]
fn a_default_of_the_database_that_rewrites() {
    expect(
        "proj02_add_column_default",
        &["0002 required-column", "0003 blocking-work"],
    );
    says(
        "proj02_add_column_default",
        "0003",
        "every row is written anew to get its value",
    );
    expect("proj02_safe_default", &[]);
}

#[test]
fn both_indexes_of_db_index() {
    expect("proj03_indexes", &["0002 non-concurrent-index"]);
    assert_eq!(
        findings("proj03_indexes").len(),
        4,
        "two on each of two tables"
    );
    expect("proj03_safe_backfill", &[]);
}

#[test]
fn types_that_rewrite_and_types_that_do_not() {
    expect("proj04_change_column_type", &["0002 alter-column-type"]);
    expect(
        "proj04_safe_backfill",
        &["0005 rename-column", "0006 drop-column"],
    );
}

#[test]
fn a_dropped_column() {
    expect("proj05_drop_column", &["0002 drop-column"]);
    // What the state forgets alone is silent; that the drop comes late enough only people know.
    expect("proj05_safe_drop", &["0003 drop-column"]);
}

#[test]
fn backfills_that_are_one_transaction() {
    let project = "proj06_large_backfills";
    expect(project, &["0002 blocking-work", "0004 blocking-work"]);
    says(
        project,
        "0002",
        "all reads and writes of large_score wait while rows are written",
    );
    says(project, "0004", "updates and deletes of the same rows");
    expect("proj06_safe_backfill", &[]);
}

#[test]
fn a_foreign_key_its_parent_and_its_index() {
    let project = "proj07_add_foreign_key";
    let rules = [
        "0002 drop-column",
        "0002 non-concurrent-index",
        "0003 fk-without-not-valid",
        "0003 non-concurrent-index",
    ];
    expect(project, &rules);
    says(
        project,
        "0002",
        "an index is built while large_order is still locked ACCESS EXCLUSIVE",
    );
    says(
        project,
        "0003",
        "stops all writes to large_order and customer",
    );
    expect("proj07_safe_backfill", &[]);
}

#[test]
fn indexes_dropped() {
    expect("proj08_drop_indexes", &["0002 lock-without-timeout"]);
    expect("proj08_safe_drop", &[]);
}

#[test]
fn defaults_without_sql_and_rows_under_a_lock() {
    expect("proj09_alter_defaults", &["0003 blocking-work"]);
    expect("proj09_safe_defaults", &[]);
}

#[test]
fn deletes_at_once_and_in_batches() {
    expect("proj10_large_deletes", &["0002 blocking-work"]);
    expect("proj10_safe_batches", &[]);
}
