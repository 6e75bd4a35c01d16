//! Promise: a write is reported by the rows that it can find: a few keys are quiet, what grows with the table is not.

mod common;

use common::{Failures, judged, migration};
use mig_lint::postgres::Version;
use mig_lint::source::TransactionMode;

const BEFORE: &str = "
CREATE TABLE t (id bigint PRIMARY KEY, code text UNIQUE, a int, tenant int, number int, state text, UNIQUE (tenant, number));
CREATE UNIQUE INDEX t_a ON t (a);
CREATE UNIQUE INDEX t_state ON t (state) WHERE a > 0;
CREATE TABLE o (id bigint PRIMARY KEY, t_id bigint);
";

/// Conditions that find as many rows as they have keys, however large the table is.
const FEW: &[&str] = &[
    "id = 1",
    "id = 1::bigint",
    "1 = id",
    "id IN (1, 2, 3)",
    "id = ANY ('{1,2}')",
    "id = ANY (ARRAY[1, 2])",
    "id = 4 OR id = 5",
    "id = 4 OR code = 'b'",
    "(id = 4 OR id = 5) AND state = 'new'",
    "code = 'a'",
    "code IN ('a', 'b')",
    "a = 1",
    "tenant = 1 AND number = 2",
    "tenant = 1 AND number IN (2, 3)",
    "id BETWEEN 1 AND 1000",
    "id >= 1 AND id < 1000",
    "t.id = 1",
    "id = (SELECT max(id) FROM t)",
    "t.id = (SELECT max(X.t_id) FROM public.o x JOIN o AS y ON y.id = x.id)",
    "t.id = (SELECT max(public.o.t_id) FROM public.o)",
    "false",
];

/// Conditions that let through what grows with the table.
const MANY: &[&str] = &[
    "true",
    "id > 1",
    "id <> 1",
    "id = 1 OR state = 'new'",
    "state = 'new'",
    "state IN ('new', 'old')",
    "tenant = 1",
    "number = 2 OR tenant = 1",
    "id BETWEEN 1 AND 100000000",
    "id NOT IN (1, 2)",
    "lower(code) = 'a'",
    "id = a",
    "id IN (SELECT id FROM o)",
    "id NOT IN (SELECT id FROM o LIMIT 5)",
    "state = (SELECT max(code) FROM t)",
    "t.id = (SELECT t_id FROM o WHERE o.id = t.a)",
    "t.id = (SELECT max(x.t_id) FROM o x WHERE x.id IN (SELECT id FROM o WHERE t_id = t.a))",
];

fn is_reported(statement: &str) -> bool {
    is_reported_in(TransactionMode::PerFile, statement)
}

fn is_reported_in(transaction: TransactionMode, statement: &str) -> bool {
    let history = vec![
        migration("0001.sql", BEFORE, TransactionMode::PerFile, false),
        migration("0002.sql", statement, transaction, true),
    ];
    let judged = judged(history, Version::OLDEST);
    let mut findings = judged.findings.iter();
    findings.any(|finding| finding.rule == "backfill-in-one-transaction")
}

#[test]
fn a_write_is_reported_by_the_rows_that_it_can_find() {
    Failures::collect(|failures| {
        for (conditions, expected) in [(FEW, false), (MANY, true)] {
            for condition in conditions {
                for form in ["UPDATE t SET state = 'x' WHERE", "DELETE FROM t WHERE"] {
                    let statement = format!("{form} {condition};");
                    failures.equal(&statement, &expected, &is_reported(&statement));
                }
            }
        }
        // What bounds another table bounds nothing here.
        for (statement, expected) in [
            ("UPDATE t SET a = 1 FROM o WHERE o.id = 5;", true),
            ("UPDATE t foo SET a = 1 FROM o WHERE o.id = 5;", true),
            (
                "UPDATE t SET a = 1 FROM o WHERE t.id = 5 AND o.t_id = t.id;",
                false,
            ),
            ("UPDATE t x SET a = 1 FROM o WHERE x.id = 5;", false),
        ] {
            failures.equal(statement, &expected, &is_reported(statement));
        }
    });
}

#[test]
fn batches_are_quiet_where_they_commit() {
    const PIECE: &str = "id IN (SELECT id FROM t WHERE state IS NULL LIMIT 1000)";
    let update = format!("UPDATE t SET state = 'x' WHERE {PIECE};");
    let looped = |end: &str| {
        format!(
            "DO $$ DECLARE n int; BEGIN LOOP {update} GET DIAGNOSTICS n = ROW_COUNT; {end} EXIT WHEN n = 0; END LOOP; END $$;"
        )
    };
    let procedure = format!(
        "CREATE PROCEDURE fill() LANGUAGE plpgsql AS $$ BEGIN LOOP {update} COMMIT; END LOOP; END $$; CALL fill();"
    );
    let function = procedure.replace("PROCEDURE fill()", "FUNCTION fill() RETURNS void");
    let function = function.replace("COMMIT; ", "").replace("CALL", "SELECT");
    // The piece is what lies between two values of a variable, wherever in the statement that stands.
    let between = |next: &str, from: &str, end: &str| {
        format!(
            "DO $$ DECLARE last text := ''; next text; cut text := 'm'; BEGIN LOOP SELECT max(s) INTO next FROM (SELECT state AS s FROM t WHERE state > last ORDER BY state LIMIT 1000) q; UPDATE t SET a = 1 FROM (SELECT id FROM t WHERE state > {from} AND state <= {next}) q WHERE t.id = q.id; last := next; {end} EXIT WHEN next IS NULL; END LOOP; END $$;"
        )
    };
    Failures::collect(|failures| {
        for (text, expected) in [
            (&update, false),
            (&looped("COMMIT;"), false),
            (&looped(""), true),
            (&procedure, false),
            (&function, true),
            (&between("next", "last", "COMMIT;"), false),
            (&between("next", "last", ""), true),
            (&between("'z'", "cut", "COMMIT;"), true),
        ] {
            let found = is_reported_in(TransactionMode::PerStatement, text);
            failures.equal(text, &expected, &found);
        }
    });
}

#[test]
fn a_loop_writes_as_many_rows_as_it_has_turns() {
    const UPDATE: &str = "UPDATE t SET state = 'x' WHERE id = r.id;";
    let turns = |head: &str, body: &str| {
        format!("DO $$ DECLARE r record; n int := 0; BEGIN {head} LOOP {body} END LOOP; END $$;")
    };
    let called = format!(
        "CREATE FUNCTION one(r t) RETURNS void LANGUAGE plpgsql AS $$ BEGIN {UPDATE} END $$; DO $$ DECLARE r t; BEGIN FOR r IN SELECT * FROM t LOOP PERFORM one(r); END LOOP; END $$;"
    );
    let committed = format!("{UPDATE} COMMIT;");
    Failures::collect(|failures| {
        for (text, expected) in [
            (turns("FOR r IN SELECT id FROM t", UPDATE), true),
            (turns("FOR r IN SELECT id FROM o", UPDATE), true),
            (turns("FOR r IN EXECUTE 'SELECT id FROM t'", UPDATE), true),
            (turns("FOR r IN EXECUTE n", UPDATE), true),
            (
                turns(
                    "FOR r IN SELECT id FROM t",
                    "DELETE FROM t WHERE id = r.id;",
                ),
                true,
            ),
            (turns("", UPDATE), true),
            (turns("WHILE n < r.id", UPDATE), true),
            (
                turns("FOR n IN 1..1000000", "UPDATE t SET a = 1 WHERE id = n;"),
                true,
            ),
            (called, true),
            (turns("FOR r IN SELECT id FROM t", &committed), false),
            (turns("FOR r IN SELECT id FROM t LIMIT 10", UPDATE), false),
            (
                turns("FOR r IN SELECT id FROM t WHERE id IN (1, 2)", UPDATE),
                false,
            ),
            (turns("FOR r IN VALUES (1), (2)", UPDATE), false),
            (
                turns("FOR n IN 1..10", "UPDATE t SET a = 1 WHERE id = n;"),
                false,
            ),
            (
                turns("WHILE n < 10", "UPDATE t SET a = 1 WHERE id = n;"),
                false,
            ),
            (
                turns(
                    "FOREACH n IN ARRAY ARRAY[1, 2]",
                    "UPDATE t SET a = 1 WHERE id = n;",
                ),
                false,
            ),
            (
                turns(
                    "FOR r IN SELECT id FROM t",
                    "INSERT INTO o VALUES (r.id, 1);",
                ),
                false,
            ),
        ] {
            let found = is_reported_in(TransactionMode::PerStatement, &text);
            failures.equal(&text, &expected, &found);
        }
    });
}

#[test]
fn what_is_not_there_or_has_a_value_is_no_harm() {
    let rules = |statement: &str| {
        let history = vec![
            migration("0001.sql", BEFORE, TransactionMode::PerFile, false),
            migration("0002.sql", statement, TransactionMode::PerFile, true),
        ];
        let judged = judged(history, Version::OLDEST);
        let rules = judged.findings.iter().map(|finding| finding.rule);
        rules.collect::<Vec<_>>()
    };
    Failures::collect(|failures| {
        for (statement, expected) in [
            ("ALTER TABLE t DROP COLUMN IF EXISTS never_there;", &[][..]),
            (
                "ALTER TABLE t DROP COLUMN IF EXISTS state;",
                &["drop-column"][..],
            ),
            (
                "ALTER TABLE old DROP COLUMN IF EXISTS state;",
                &["drop-column"][..],
            ),
            (
                "CREATE DOMAIN stamp AS timestamptz DEFAULT now(); ALTER TABLE t ADD COLUMN made stamp NOT NULL;",
                &[][..],
            ),
            (
                "CREATE DOMAIN stamp AS timestamptz; ALTER TABLE t ADD COLUMN made stamp NOT NULL;",
                &["not-null-column-without-default"][..],
            ),
        ] {
            failures.equal(statement, expected, rules(statement).as_slice());
        }
    });
}
