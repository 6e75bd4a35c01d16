//! Promise: ROLLBACK and ROLLBACK TO take everything back. What comes after them is judged as if what stood before had never been.

mod common;

use common::{judged, migration};
use mig_lint::postgres::Version;
use mig_lint::source::TransactionMode;
use std::fmt::Write as _;

const BEFORE: &str = "
CREATE TABLE a (id bigint PRIMARY KEY, b_id bigint, n int, code varchar(10));
CREATE TABLE b (id bigint PRIMARY KEY, n int);
CREATE TABLE p (id int, n int) PARTITION BY RANGE (id);
CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1) TO (10);
CREATE VIEW v AS SELECT id, n FROM a;
CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN UPDATE b SET n = 1; RETURN NEW; END$$;
";

/// What may be taken back, and what may come after.
const FORMS: &[&str] = &[
    "ALTER TABLE a ADD COLUMN x int NOT NULL DEFAULT 1",
    "ALTER TABLE a DROP COLUMN n",
    "ALTER TABLE a ALTER COLUMN n SET NOT NULL",
    "ALTER TABLE a ALTER COLUMN code TYPE varchar(20)",
    "ALTER TABLE a ALTER COLUMN code TYPE int USING code::int",
    "ALTER TABLE a ADD CONSTRAINT n_there CHECK (n IS NOT NULL)",
    "ALTER TABLE a ADD CONSTRAINT a_b FOREIGN KEY (b_id) REFERENCES b",
    "ALTER TABLE a RENAME TO c",
    "ALTER TABLE p ADD COLUMN x int",
    "ALTER TABLE p DETACH PARTITION p1",
    "CREATE TABLE p2 PARTITION OF p DEFAULT",
    "CREATE TABLE c (id int); INSERT INTO c SELECT id FROM a",
    "CREATE INDEX a_n ON a (n)",
    "CREATE TRIGGER g AFTER INSERT ON a FOR EACH ROW EXECUTE FUNCTION f()",
    "CREATE DOMAIN d AS int CHECK (VALUE > 0)",
    "DROP VIEW v",
    "DROP TABLE b CASCADE",
    "DROP TABLE a CASCADE; CREATE TABLE a (id int)",
    "INSERT INTO a (id) VALUES (1)",
    "UPDATE a SET n = 1",
    "DELETE FROM b",
    "TRUNCATE b",
    "LOCK TABLE b IN SHARE MODE",
    "LOCK TABLE elsewhere",
    "SET lock_timeout = '2s'",
    "SET search_path = other",
    "DECLARE it CURSOR FOR SELECT * FROM a",
    "DO $$BEGIN UPDATE b SET n = 2; END$$",
];

/// Everything that is said of the statements from this line on.
fn said(text: &str, from: usize) -> Vec<String> {
    let history = vec![
        migration("0001.sql", BEFORE, TransactionMode::PerStatement, false),
        migration("0002.sql", text, TransactionMode::PerStatement, true),
    ];
    let judged = judged(history, Version::OLDEST);
    let mut said = Vec::new();
    for report in judged.migrations.iter().flat_map(|one| &one.statements) {
        let file = &judged.migrations[0].file;
        let line = file.place(report.span.start).line;
        if let Some(prediction) = report.prediction.as_ref().filter(|_| line >= from) {
            let effects = prediction.effects.iter();
            let effects = effects.map(|effect| serde_json::to_string(&**effect).expect("JSON"));
            let mut effects: Vec<String> = effects.collect();
            // Ids, by which they are sorted, are not given twice.
            effects.sort();
            said.push(format!("{line}: {effects:?} {:?}", prediction.waits));
        }
    }
    for finding in &judged.findings {
        let line = finding.file.place(finding.span.start).line;
        if line >= from {
            said.push(format!("{line}: {} {}", finding.rule, finding.message));
        }
    }
    said
}

#[test]
fn what_is_taken_back_leaves_no_trace() {
    let mut traces = String::new();
    let ways = [
        ("BEGIN; SAVEPOINT s;", "ROLLBACK TO s;"),
        (
            "BEGIN; SAVEPOINT s; SAVEPOINT t;",
            "RELEASE t; ROLLBACK TO s;",
        ),
        ("BEGIN;", "ROLLBACK; BEGIN;"),
    ];
    for (begin, back) in ways {
        for form in FORMS {
            // An earlier lock stays, whatever is taken back after it.
            let held = "LOCK TABLE held IN SHARE MODE;";
            let after = FORMS.join(";\n");
            let text = |form: &str| format!("{begin}\n{held}\n{form};\n{back}\n{after};\nCOMMIT;");
            let (with, without) = (said(&text(form), 5), said(&text("SELECT 1"), 5));
            let differs = with.iter().zip(&without).find(|(one, other)| one != other);
            if let Some((one, other)) = differs {
                let _ = writeln!(traces, "{form}, by {back}:\n  {one}\n  {other}");
            }
            assert!(without.len() > FORMS.len());
            assert_eq!(with.len(), without.len(), "{form}, by {back}");
        }
    }
    assert!(traces.is_empty(), "{traces}");
}

#[test]
fn a_savepoint_ends_with_its_transaction() {
    let text = "LOCK TABLE a; SAVEPOINT s; LOCK TABLE b; SAVEPOINT t; ROLLBACK TO t; LOCK TABLE p; ROLLBACK TO s;";
    let mut grouped = migration("0002.sql", text, TransactionMode::None, true);
    for (at, statement) in grouped.statements.iter_mut().enumerate() {
        // Two queries, each a transaction of its own: the second knows no savepoint of the first.
        statement.query = Some(at / 4);
    }
    let before = migration("0001.sql", BEFORE, TransactionMode::PerStatement, false);
    let judged = judged(vec![before, grouped], Version::OLDEST);
    let statements = &judged.migrations[0].statements;
    let under = |at: usize| {
        let prediction = statements[at].prediction.as_ref().expect("asked for");
        prediction.waits.keys().cloned().collect::<Vec<_>>()
    };
    assert_eq!(under(2), ["a", "b", "v"]);
    assert_eq!(under(5), ["p", "p1"]);
}
