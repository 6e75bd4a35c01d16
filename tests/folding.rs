//! What a finding prints stays small, however much its statement touches.

mod common;

use common::{Failures, judged, migration};
use mig_lint::engine::{Report, Summary};
use mig_lint::finding::Finding;
use mig_lint::postgres::Version;
use mig_lint::report::{Look, concise, human, json, sarif};
use mig_lint::source::TransactionMode;

const MANY: usize = 40;

fn names() -> Vec<String> {
    (0..MANY).map(|number| format!("t{number}")).collect()
}

fn findings(sql: &str) -> Vec<Finding> {
    judged(
        vec![migration("m.sql", sql, TransactionMode::PerFile, true)],
        Version::NEWEST,
    )
    .findings
}

fn report(findings: Vec<Finding>) -> Report {
    Report {
        version: Version::NEWEST,
        version_from: None,
        findings,
        summary: Summary::default(),
        migrations: Vec::new(),
        notices: Vec::new(),
        not_read: Vec::new(),
        is_all_excluded: false,
    }
}

#[test]
fn effects_are_the_chief_one_and_the_worst_and_a_number() {
    let found = findings(&format!("DROP TABLE {};", names().join(", ")));
    let [dropped] = found.as_slice() else {
        panic!("{found:?}");
    };
    assert_eq!((dropped.effects.len(), dropped.effects_total), (3, MANY));
    assert_eq!(Some(dropped.effects[0].id), dropped.causes[0].relation);
    assert!(
        dropped.message.contains("t0, t1, t2 and 37 more"),
        "{}",
        dropped.message
    );
    let text = json(&report(found));
    let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
    let finding = &value["findings"][0];
    assert_eq!(value["schema_version"], 2);
    assert_eq!(finding["effects"].as_array().map(Vec::len), Some(3));
    assert_eq!(finding["effects_total"], MANY);
}

#[test]
fn what_stays_locked_is_a_few_lines() {
    let columns = names().into_iter();
    let columns = columns.map(|name| format!("ALTER TABLE {name} ADD c int;\n"));
    let sql = columns.collect::<String>() + "CREATE INDEX i ON orders (id);\n";
    let found = findings(&sql);
    let index = found.iter().find(|it| it.rule == "non-concurrent-index");
    let index = index.expect("the index is found").clone();
    assert_eq!(index.held.total(), MANY);
    let shown = human(&report(vec![index]), Look::PLAIN);
    let lines = shown.lines().filter(|line| line.contains("note:"));
    let expected = [
        "   note: t0 stays locked meanwhile, ACCESS EXCLUSIVE since line 1",
        "   note: t1 stays locked meanwhile, ACCESS EXCLUSIVE since line 2",
        "   note: t2 stays locked meanwhile, ACCESS EXCLUSIVE since line 3",
        "   note: and 37 more tables stay locked",
    ];
    assert_eq!(lines.collect::<Vec<_>>(), expected);
    let words: Vec<&str> = shown.split_whitespace().collect();
    let folded = "DELETE on t0, t1, t2 and 37 more";
    assert!(words.join(" ").contains(folded), "{shown}");
}

#[test]
fn no_format_grows_with_what_a_statement_touches() {
    let sizes = |number: usize| {
        let names: Vec<String> = (1_000..1_000 + number).map(|it| format!("t{it}")).collect();
        let report = report(findings(&format!(
            "LOCK TABLE {}; DROP TABLE t1000, x; CREATE INDEX i ON y (z); REFRESH MATERIALIZED VIEW v;",
            names.join(", ")
        )));
        assert!(report.findings.len() > 2, "{report:?}");
        [
            json(&report).len(),
            sarif(&report).len(),
            human(&report, Look::PLAIN).len(),
            concise(&report).len(),
        ]
    };
    // The numbers in "and 95 more" are longer, and nothing else.
    let (few, many) = (sizes(100), sizes(1_000));
    let formats = ["json", "sarif", "human", "concise"];
    Failures::collect(|failures| {
        for (format, (few, many)) in formats.into_iter().zip(few.into_iter().zip(many)) {
            let most = few + few / 10;
            failures.check(many < most, format, format!("less than {most} bytes"), many);
        }
    });
}
