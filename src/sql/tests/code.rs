//! Code: the statements inside DO, functions and procedures.

use super::action;
use crate::ir::{Action, Code};

/// The statements of the first code in a text, with `?` behind those that may not run, and `opaque` where something cannot be seen.
fn steps(text: &str) -> String {
    let code: std::sync::Arc<Code> = match action(text) {
        Action::Do { code, .. } => code,
        Action::CreateRoutine(routine) => routine.code,
        other => panic!("{other:?}"),
    };
    let mut names: Vec<String> = code
        .steps
        .iter()
        .map(|step| step.action.kind().to_owned() + if step.conditional { "?" } else { "" })
        .collect();
    if !code.unread.is_empty() {
        names.push("opaque".to_owned());
    }
    names.join(" ")
}

#[test]
fn statements_of_a_block_are_found_behind_its_words_of_control() {
    for (body, found) in [
        ("BEGIN ALTER TABLE t ADD a int; END", "alter-table"),
        (
            "BEGIN IF x THEN UPDATE t SET b=1; ELSIF y THEN DROP TABLE t; ELSE TRUNCATE t; END IF; DELETE FROM t; END",
            "update? drop-table? truncate? delete",
        ),
        (
            "BEGIN IF (CASE WHEN a THEN b ELSE c END) THEN TRUNCATE t; END IF; END",
            "truncate?",
        ),
        (
            "BEGIN FOR i IN 1..10 LOOP UPDATE t SET b=b WHERE id=i; END LOOP; END",
            "update",
        ),
        (
            "BEGIN FOR r IN SELECT id FROM t LOOP UPDATE t SET b=b WHERE id=r.id; END LOOP; END",
            "select update?",
        ),
        (
            "<<a>> DECLARE x int; y text := 'z'; BEGIN SELECT id INTO x FROM t; END a",
            "select",
        ),
        (
            "BEGIN TRUNCATE t; EXCEPTION WHEN others THEN DROP TABLE t; END",
            "truncate drop-table?",
        ),
        (
            "BEGIN CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $f$ BEGIN DROP TABLE t; RETURN 1; END $f$; PERFORM f(); END",
            "create-function select",
        ),
        (
            "BEGIN CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT ''a''::text'; CREATE PROCEDURE p() AS $p$ DELETE FROM t $p$ LANGUAGE sql; END",
            "create-function create-procedure",
        ),
        ("BEGIN DO $d$ BEGIN DROP TABLE t; END $d$; END", "opaque"),
        (
            "BEGIN CASE x WHEN 1 THEN TRUNCATE t; ELSE NULL; END CASE; END",
            "truncate?",
        ),
        (
            "DECLARE x int; BEGIN PERFORM f(1); x := (SELECT max(id) FROM t); RETURN; END",
            "select select",
        ),
        (
            "BEGIN BEGIN TRUNCATE t; END; WHILE x LOOP TRUNCATE u; END LOOP; END",
            "truncate truncate?",
        ),
    ] {
        assert_eq!(steps(&format!("DO $b$ {body} $b$")), found, "{body}");
    }
}

#[test]
fn a_function_of_triggers_is_known_however_its_type_is_written() {
    for (returned, expected) in [
        ("RETURNS trigger", true),
        ("RETURNS \"trigger\"", true),
        ("RETURNS pg_catalog.trigger", true),
        ("RETURNS EVENT_TRIGGER", true),
        ("RETURNS text", false),
        ("RETURNS NULL ON NULL INPUT", false),
        ("RETURNS TABLE (trigger int)", false),
    ] {
        let text = format!("CREATE FUNCTION f() {returned} LANGUAGE plpgsql AS 'BEGIN END'");
        let Action::CreateRoutine(made) = action(&text) else {
            panic!("{text}");
        };
        assert_eq!(made.is_trigger, expected, "{text}");
    }
}

#[test]
fn what_execute_is_given_is_read_where_it_is_written_out() {
    for (body, found) in [
        ("EXECUTE 'TRUNCATE t'", "truncate"),
        ("EXECUTE 'TRUNCATE ' || 't'", "truncate"),
        (
            "EXECUTE format('ALTER TABLE %I ADD %I int', 't', 'a')",
            "alter-table",
        ),
        ("EXECUTE 'SELECT $1' USING 1", ""),
        ("EXECUTE 'TRUNCATE ' || name", "opaque"),
        ("EXECUTE format('TRUNCATE %I', name)", "opaque"),
        ("EXECUTE 'DO ''BEGIN NULL; END'''", "opaque"),
        ("EXECUTE format('TRUNCATE %2$I', 'a', 't')", "truncate"),
        ("EXECUTE (('TRUNCATE ' || quote_ident('t')))", "truncate"),
        (
            "FOREACH x IN ARRAY ARRAY['t', 'u'] LOOP EXECUTE format('TRUNCATE %I', x); END LOOP",
            "truncate? truncate?",
        ),
        (
            "FOR x IN SELECT unnest(ARRAY['t', 'u']::text[]) LOOP EXECUTE 'TRUNCATE ' || x; END LOOP",
            "select truncate? truncate?",
        ),
        (
            "FOREACH x IN ARRAY names LOOP EXECUTE format('TRUNCATE %I', x); END LOOP",
            "opaque",
        ),
    ] {
        assert_eq!(
            steps(&format!("DO $b$ BEGIN {body}; END $b$")),
            found,
            "{body}"
        );
    }
}

#[test]
fn a_variable_that_is_set_once_is_known() {
    for (block, found) in [
        (
            "DECLARE x text := 't'; BEGIN EXECUTE 'TRUNCATE ' || x; END",
            "truncate",
        ),
        (
            "DECLARE x constant text = 't'; y text := x || '_old'; BEGIN EXECUTE 'TRUNCATE ' || y; END",
            "truncate",
        ),
        (
            "DECLARE x text := 't'; BEGIN x := f(); EXECUTE 'TRUNCATE ' || x; END",
            "select opaque",
        ),
        (
            "DECLARE x text := 't'; y text; BEGIN SELECT a, b INTO y, x FROM u; EXECUTE 'TRUNCATE ' || x; END",
            "select opaque",
        ),
        (
            "DECLARE x text; BEGIN EXECUTE 'TRUNCATE ' || x; END",
            "opaque",
        ),
    ] {
        assert_eq!(steps(&format!("DO $b$ {block} $b$")), found, "{block}");
    }
}

#[test]
fn bodies_of_functions_are_read_in_every_form() {
    for (text, found) in [
        (
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql AS 'SELECT 1 FROM t'",
            "select",
        ),
        (
            "CREATE FUNCTION f() RETURNS int LANGUAGE sql BEGIN ATOMIC SELECT CASE WHEN a THEN 1 END FROM t; DELETE FROM u; END",
            "select delete",
        ),
        (
            "CREATE FUNCTION f() RETURNS bigint LANGUAGE sql RETURN (SELECT count(*) FROM t)",
            "select",
        ),
        (
            "CREATE OR REPLACE PROCEDURE p(a int) AS $$ BEGIN TRUNCATE t; END $$ LANGUAGE plpgsql",
            "truncate",
        ),
        (
            "CREATE FUNCTION f(x shop.t) RETURNS void LANGUAGE plpgsql AS $$ DECLARE shop text; BEGIN ALTER TABLE shop.t ADD a int; END $$",
            "alter-table",
        ),
        (
            "CREATE FUNCTION f() RETURNS int LANGUAGE plpython3u AS 'return 1'",
            "opaque",
        ),
    ] {
        assert_eq!(steps(text), found, "{text}");
    }
}

#[test]
fn functions_inside_functions_are_read_down_to_a_depth() {
    let nest = |depth: usize| {
        let made = (0..depth).rev().fold("DROP TABLE t".to_owned(), |body, at| {
            format!(
                "CREATE FUNCTION f{at}() RETURNS void LANGUAGE plpgsql AS $f{at}$ BEGIN {body}; END $f{at}$"
            )
        });
        let mut text = made;
        let mut depth = 0;
        // How many functions deep the text is read.
        while let Action::CreateRoutine(routine) = action(&text) {
            depth += 1;
            let Some(step) = routine.code.steps.first() else {
                assert!(!routine.code.unread.is_empty());
                return depth;
            };
            text = step.written.text.to_string();
        }
        depth
    };
    assert_eq!((nest(1), nest(3), nest(40)), (1, 3, 40));
}
