//! Statements that cannot run in a transaction block are those that live servers refused; statements inside code are found as all others, each in its place and under what was
//! locked before it.

mod common;

use common::{Failures, judged, migration};
use mig_lint::config::Settings;
use mig_lint::engine;
use mig_lint::finding::Level;
use mig_lint::postgres::Version;
use mig_lint::source::TransactionMode;

const SEEN: &str = include_str!("data/locks/transactions.tsv");

/// What the statements were run against.
const BEFORE: &str = "
CREATE TYPE mood AS ENUM ('a', 'b');
CREATE TABLE t(id int PRIMARY KEY, b int, c int);
CREATE INDEX tix ON t(b);
CREATE TABLE pt(id int, b int, k int) PARTITION BY RANGE (k);
CREATE TABLE pt_1 PARTITION OF pt FOR VALUES FROM (0) TO (1000000);
CREATE INDEX pt_b ON pt(b);
CREATE MATERIALIZED VIEW mv AS SELECT id, b FROM t;
CREATE PROCEDURE pr() LANGUAGE plpgsql AS $$BEGIN COMMIT; END$$;
";

fn can_run(statement: &str, version: Version) -> bool {
    let history = vec![
        migration("before.sql", BEFORE, TransactionMode::PerStatement, false),
        migration("form.sql", statement, TransactionMode::None, true),
    ];
    let mut judged = judged(history, version);
    let report = judged.migrations.pop().expect("the statement is reported");
    let statement = report.statements.first().expect("there is one");
    let prediction = statement.prediction.as_deref();
    prediction.is_none_or(|prediction| prediction.can_run_in_transaction)
}

#[test]
fn statements_that_servers_refuse_in_a_transaction() {
    let lines = (1..).zip(SEEN.lines());
    Failures::collect(|failures| {
        for (at, line) in lines.filter(|(_, line)| !line.starts_with('#')) {
            let [runs, refused, statement] = line.split('\t').collect::<Vec<_>>()[..] else {
                panic!("three cells: {line}");
            };
            for (versions, expected) in [(runs, true), (refused, false)] {
                let majors = versions.split(',').filter_map(|major| major.parse().ok());
                for version in majors.filter_map(Version::new) {
                    let place = format!(
                        "tests/data/locks/transactions.tsv:{at}, PostgreSQL {version}, {statement}"
                    );
                    let runs = |runs: bool| if runs { "it to run" } else { "a refusal" };
                    let found = can_run(&format!("{statement};"), version);
                    failures.check(found == expected, place, runs(expected), runs(found));
                }
            }
        }
    });
}

/// The level of what is said of CREATE INDEX CONCURRENTLY in a plain file of two statements, wrapped as the config says.
fn level_where_told(transaction: Option<TransactionMode>) -> Option<Level> {
    let text = "SET lock_timeout = '2s';\nCREATE INDEX CONCURRENTLY i ON t (b);\n";
    let settings = Settings {
        stdin: Some(("0001_index.sql".into(), text.to_owned())),
        transaction,
        ..Settings::default()
    };
    let findings = engine::run(&settings, false).findings;
    let mut findings = findings.iter();
    let refused = findings.find(|finding| finding.rule == "refused-in-transaction");
    refused.map(|finding| finding.level)
}

#[test]
fn what_the_config_says_is_sure_and_what_nobody_says_is_not() {
    let told = |mode| level_where_told(Some(mode));
    assert_eq!(told(TransactionMode::PerFile), Some(Level::Error));
    assert_eq!(told(TransactionMode::Implicit), Some(Level::Error));
    assert_eq!(told(TransactionMode::PerStatement), None);
    assert_eq!(level_where_told(None), Some(Level::Warning));
}

/// What is found in a second migration, as `rule:line:column`.
fn found_in(text: &str) -> Vec<String> {
    let before = "CREATE TABLE orders (id bigint PRIMARY KEY, total int, code int);
CREATE TABLE old (id int);
CREATE FUNCTION f() RETURNS void LANGUAGE plpgsql AS $$ BEGIN ALTER TABLE orders DROP COLUMN total; END $$;
CREATE PROCEDURE p() LANGUAGE plpgsql AS $$ BEGIN DROP TABLE old; PERFORM f(); END $$;";
    let history = vec![
        migration("0001.sql", before, TransactionMode::PerFile, false),
        migration("0002.sql", text, TransactionMode::PerStatement, true),
    ];
    let found = judged(history, Version::NEWEST).findings;
    let found = found.into_iter().map(|finding| {
        let place = finding.file.place(finding.span.start);
        format!("{}:{}:{}", finding.rule, place.line, place.column)
    });
    let mut found: Vec<String> = found.collect();
    found.sort();
    found
}

#[test]
fn statements_in_code_are_found_in_their_place() {
    let block = |body: &str| format!("DO $$\nBEGIN\n{body}\nEND $$;");
    let drop = "ALTER TABLE orders DROP COLUMN total;";
    Failures::collect(|failures| {
        for (text, expected) in [
            (block(drop), &["drop-column:3:1"][..]),
            (
                block(
                    "IF NOT EXISTS (SELECT FROM information_schema.columns WHERE column_name = 'sum') THEN\n  ALTER TABLE orders RENAME COLUMN total TO sum;\nEND IF;",
                ),
                &["rename-column:4:3"],
            ),
            (
                block("ALTER TABLE orders DROP COLUMN total,\n DROP COLUMN code;"),
                &["drop-column:3:20", "drop-column:4:2"],
            ),
            (format!("DO '\nBEGIN\n{drop}\nEND';"), &["drop-column:3:1"]),
            (
                format!("DO 'BEGIN RAISE NOTICE ''x'';\n{drop} END';"),
                &["drop-column:1:1"],
            ),
            (
                block("EXECUTE 'ALTER TABLE orders DROP COLUMN total';"),
                &["drop-column:3:9"],
            ),
            (
                block("EXECUTE format('ALTER TABLE %I DROP COLUMN %I', 'orders', 'total');"),
                &["drop-column:3:9"],
            ),
            (
                "\nCALL p();".to_owned(),
                &["drop-column:2:1", "drop-table:2:1"],
            ),
            ("SELECT f();".to_owned(), &["drop-column:1:1"]),
            (block("PERFORM f();"), &["drop-column:3:9"]),
            // What is locked behind a scan is not locked during it.
            (
                block("IF (SELECT count(*) FROM old) = 0 THEN\nDROP TABLE old;\nEND IF;"),
                &["drop-table:4:1"],
            ),
            (
                block("TRUNCATE old;\nPERFORM count(*) FROM orders;"),
                &["truncate:3:1", "work-under-held-lock:4:9"],
            ),
            (
                block("TRUNCATE old;\nCOMMIT;\nPERFORM count(*) FROM orders;"),
                &["truncate:3:1"],
            ),
            (
                block("CREATE TABLE x (a int);\nALTER TABLE x DROP COLUMN a;\nDROP TABLE x;"),
                &[],
            ),
            (
                block(
                    "ALTER TABLE orders RENAME TO sales;\nCREATE VIEW orders AS SELECT * FROM sales;",
                ),
                &[],
            ),
            (
                block("CREATE INDEX CONCURRENTLY i ON orders (code);"),
                &["refused-in-transaction:3:1"],
            ),
            // What cannot be seen is said, computed text once.
            (block("ALTER TBALE orders;"), &["syntax-error:3:7"]),
            (block("EXECUTE x;\nEXECUTE y;"), &["unknown-statement:3:9"]),
            (
                "DO LANGUAGE plpython3u $$ x $$;".to_owned(),
                &["unknown-statement:1:26"],
            ),
            (
                block("IF false THEN EXECUTE x; END IF; RAISE NOTICE 'x';"),
                &[],
            ),
        ] {
            failures.equal(&text, expected, found_in(&text).as_slice());
        }
    });
}
