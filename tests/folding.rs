//! What a finding prints stays small, however much its statement touches.

mod common;

use common::{Failures, judged, migration};
use mig_lint::engine::{Report, Summary};
use mig_lint::finding::{Finding, Level};
use mig_lint::postgres::Version;
use mig_lint::report::{Look, concise, human, json, sarif};
use mig_lint::source::TransactionMode;

const MANY: usize = 40;

fn names() -> Vec<String> {
    (0..MANY).map(|number| format!("t{number}")).collect()
}

/// What is found, without what is only good to know and nobody waits for.
fn findings(sql: &str) -> Vec<Finding> {
    let step = migration("m.sql", sql, TransactionMode::PerFile, true);
    let mut found = judged(vec![step], Version::NEWEST).findings;
    found.retain(|one| one.level > Level::Info || !one.waits.groups.is_empty());
    found
}

fn report(findings: Vec<Finding>) -> Report {
    Report {
        version: Version::NEWEST,
        findings,
        summary: Summary::default(),
        migrations: Vec::new(),
        ..Report::default()
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

/// Thirteen dangers on each of three tables, in one file: types, indexes, foreign keys.
fn many_dangers() -> String {
    let mut sql = String::new();
    for table in ["orders", "customers", "invoices"] {
        for column in 0..6 {
            sql += &format!("ALTER TABLE {table} ALTER COLUMN c{column} TYPE bigint;\n");
        }
        for column in 6..10 {
            sql += &format!("CREATE INDEX {table}_c{column}_idx ON {table} (c{column});\n");
        }
        for column in 10..13 {
            sql += &format!(
                "ALTER TABLE {table} ADD CONSTRAINT {table}_c{column}_fk\n    FOREIGN KEY (c{column}) REFERENCES customers (id);\n"
            );
        }
    }
    sql
}

#[test]
fn many_dangers_of_few_tables_fit_on_a_screen() {
    let look = Look {
        width: 100,
        ..Look::PLAIN
    };
    let sql = many_dangers();
    let report = report(findings(&sql));
    assert_eq!(report.findings.len(), 39);
    let shown = human(&report, look);
    assert!(shown.lines().count() <= 58, "{shown}");
    let value: serde_json::Value = serde_json::from_str(&json(&report)).expect("JSON");
    let told = value["findings"].as_array().expect("a list");
    let places = told.iter().filter_map(|it| it["places"].as_array());
    // Three rules on three tables; the first of each tells of the others.
    assert_eq!(places.map(Vec::len).sum::<usize>(), 39 - 9);
    Failures::collect(|failures| {
        failures.equal("findings as JSON", &39, &told.len());
        for (at, line) in sql.lines().enumerate().filter(|(_, it)| it.ends_with(';')) {
            // A foreign key is two lines, and is named by the first of them.
            let line = at + usize::from(!line.starts_with(' '));
            let told = told.iter().any(|it| it["line"] == line);
            failures.check(told, format!("line {line}"), "a finding", "none");
            failures.check(
                is_shown(&shown, line),
                format!("line {line}"),
                "shown",
                "not",
            );
        }
        let locks = shown.matches("stays locked meanwhile").count();
        failures.check(locks <= 4, "what stays locked", "at most 4 times", locks);
    });
}

/// Whether the place of a finding, or a list of lines, holds this line.
fn is_shown(shown: &str, line: usize) -> bool {
    if shown.contains(&format!("m.sql:{line}:1")) {
        return true;
    }
    let lists = shown.split("line").skip(1);
    let words = lists.flat_map(|list| list.split(|c: char| !c.is_ascii_digit() && c != '-'));
    words.into_iter().any(|word| {
        let (first, last) = word.split_once('-').unwrap_or((word, word));
        let number = |text: &str| text.parse::<usize>().ok();
        number(first)
            .zip(number(last))
            .is_some_and(|(first, last)| (first..=last).contains(&line))
    })
}

#[test]
fn one_finding_speaks_for_a_statement() {
    let sql = "ALTER TABLE orders DROP COLUMN a, ALTER COLUMN b TYPE bigint, DROP COLUMN c;";
    let found = report(findings(sql));
    assert_eq!(found.findings.len(), 3, "{found:?}");
    let shown = human(&found, Look::PLAIN);
    assert_eq!(shown.matches("m.sql:1:").count(), 1, "{shown}");
    for rule in ["alter-column-type", "drop-column"] {
        assert!(shown.contains(rule), "{rule}: {shown}");
    }
}

#[test]
fn templates_are_told_once_a_file() {
    let sql = "ALTER TABLE t {{ a }};\nSELECT 1;\nALTER TABLE u {{ b }};\n";
    let found = report(findings(sql));
    let unknown = found
        .findings
        .iter()
        .filter(|it| it.rule == "unknown-statement");
    assert!(unknown.count() > 1, "{found:?}");
    let shown = human(&found, Look::PLAIN);
    assert_eq!(shown.matches("unknown-statement").count(), 1, "{shown}");
}

#[test]
fn statements_of_one_migration_stand_below_each_other() {
    let found = report(findings("ALTER TABLE t ALTER COLUMN a SET NOT NULL;"));
    let block = &found.findings[0].recipe[0];
    assert!(!block.outside_transaction);
    let mut finding = found.findings[0].clone();
    finding.recipe[0].statements.push("SELECT 1;".to_owned());
    let shown = human(&report(vec![finding]), Look::PLAIN);
    let first = shown.lines().find_map(|line| line.split_once("1. ALTER"));
    let second = shown.lines().find_map(|line| line.split_once("SELECT 1;"));
    let (first, second) = (first.expect("the first").0, second.expect("the second").0);
    assert_eq!(first.len() + 3, second.len(), "{shown}");
}

#[test]
fn errors_of_syntax_are_each_told() {
    let found = report(findings(
        "ALTER TABLE t ADD COLUM x int;\nALTER TABLE t DORP c;\n",
    ));
    let shown = human(&found, Look::PLAIN);
    assert_eq!(shown.matches("error[syntax-error]").count(), 2, "{shown}");
}
