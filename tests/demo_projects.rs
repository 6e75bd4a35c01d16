//! What `mig-lint` finds in the demo projects: the danger in the risky ones, nothing in what is safe.

mod common;

use common::Failures;
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// What is told of one place in a project.
#[derive(Debug)]
struct Found {
    place: String,
    /// `0003 drop-column`
    by_rule: String,
    /// `0003 row-writes: UPDATE, DELETE on large_score`: what is done while who waits, whichever rule says it.
    by_harm: String,
    message: String,
    /// It is only good to know, and nobody waits.
    is_remark: bool,
}

impl Found {
    fn new(project: &str, finding: &Value) -> Self {
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let path = text(&finding["path"]).replace('\\', "/");
        let file = path.rsplit('/').next().unwrap_or(&path);
        let number = file.split('_').next().unwrap_or(file);
        let work = text(&finding["effects"][0]["work"]);
        Self {
            place: format!("fixtures/{project}: {file}:{}", finding["line"]),
            by_rule: format!("{number} {}", text(&finding["rule"])),
            by_harm: format!("{number} {work}: {}", text(&finding["wait"])),
            message: text(&finding["message"]),
            is_remark: finding["level"] == "info" && text(&finding["wait"]).is_empty(),
        }
    }
}

fn findings(project: &str) -> Vec<Found> {
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
    let found = report["findings"].as_array().expect("a list").iter();
    found.map(|finding| Found::new(project, finding)).collect()
}

/// All that is found is expected, by its rule or by its harm, and all that is expected is found. Where only the fallback speaks, the harm is expected:
/// another rule may come that speaks more particularly of the same.
const PROJECTS: &[(&str, &[&str])] = &[
    (
        "proj01_add_not_null_constraint",
        &[
            "0003 not-null-on-existing-column",
            "0003 row-writes: SELECT, INSERT, UPDATE, DELETE on large_user",
            "0003 row-writes: SELECT, INSERT, UPDATE, DELETE on small_user and large_user",
        ],
    ),
    (
        "proj02_add_column_default",
        &[
            "0002 required-column",
            "0003 rewrite: SELECT, INSERT, UPDATE, DELETE on large_account",
            "0003 rewrite: SELECT, INSERT, UPDATE, DELETE on small_account and large_account",
        ],
    ),
    ("proj02_safe_default", &[]),
    ("proj03_indexes", &["0002 non-concurrent-index"]),
    ("proj03_safe_backfill", &[]),
    ("proj04_change_column_type", &["0002 alter-column-type"]),
    (
        "proj04_safe_backfill",
        &["0005 rename-column", "0006 drop-column"],
    ),
    ("proj05_drop_column", &["0002 drop-column"]),
    // What the state forgets alone is silent; that the drop comes late enough only people know.
    ("proj05_safe_drop", &["0003 drop-column"]),
    (
        "proj06_large_backfills",
        &[
            "0002 row-writes: SELECT, INSERT, UPDATE, DELETE on large_score and small_score",
            "0004 row-writes: UPDATE, DELETE on large_score; SELECT and INSERT go on",
        ],
    ),
    ("proj06_safe_backfill", &[]),
    (
        "proj07_add_foreign_key",
        &[
            "0002 drop-column",
            "0002 non-concurrent-index",
            "0003 fk-without-not-valid",
            "0003 non-concurrent-index",
        ],
    ),
    // Its keys are of another type than what they refer to, from the first migration on.
    ("proj07_safe_backfill", &["0002 fk-type-mismatch"]),
    ("proj08_drop_indexes", &["0002 non-concurrent-drop-index"]),
    ("proj08_safe_drop", &[]),
    (
        "proj09_alter_defaults",
        &["0003 row-writes: SELECT, INSERT, UPDATE, DELETE on large_ticket"],
    ),
    ("proj09_safe_defaults", &[]),
    (
        "proj10_large_deletes",
        &["0002 row-writes: UPDATE, DELETE on large_session; SELECT and INSERT go on"],
    ),
    ("proj10_safe_batches", &[]),
];

#[test]
fn the_danger_in_each_and_nothing_else() {
    Failures::collect(|failures| {
        for (project, expected) in PROJECTS {
            let found = findings(project);
            let meets = |one: &Found, it: &str| one.by_rule == it || one.by_harm == it;
            for it in *expected {
                let there = found.iter().any(|one| meets(one, it));
                failures.check(there, format!("fixtures/{project}"), it, "nothing like it");
            }
            for one in found.iter().filter(|one| !one.is_remark) {
                let known = expected.iter().any(|it| meets(one, it));
                let told = format!("`{}`, `{}`", one.by_rule, one.by_harm);
                failures.check(known, &one.place, "nothing", told);
            }
        }
    });
}

#[test]
fn not_null_as_often_advised_is_found_and_the_checked_way_is_not() {
    let found = findings("proj01_safe_backfill");
    let large = found
        .iter()
        .filter(|one| !one.is_remark && one.message.contains("large_user"));
    let large: Vec<&str> = large.map(|one| one.by_rule.as_str()).collect();
    assert_eq!(large, ["0004 not-null-on-existing-column"], "{found:#?}");
}

#[test]
fn both_indexes_of_db_index() {
    let found = findings("proj03_indexes");
    assert_eq!(found.len(), 4, "two on each of two tables: {found:#?}");
}

#[test]
fn a_foreign_key_its_parent_and_its_index() {
    let found = findings("proj07_add_foreign_key");
    Failures::collect(|failures| {
        for (number, words) in [
            (
                "0002 ",
                "an index is built while large_order is still locked ACCESS EXCLUSIVE",
            ),
            ("0003 ", "stops all writes to large_order and customer"),
        ] {
            let mut all = found.iter().filter(|one| one.by_rule.starts_with(number));
            let said = all.any(|one| one.message.contains(words));
            let place = format!("fixtures/proj07_add_foreign_key: {number}");
            failures.check(said, place, words, format!("{found:#?}"));
        }
    });
}
