//! Statements that cannot run in a transaction block are those that live servers refused.

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
