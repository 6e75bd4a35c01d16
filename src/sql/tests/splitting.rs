use super::{all, slices};
use crate::source::Span;
use crate::sql::parse;

#[test]
fn statements_end_where_postgresql_ends_them() {
    let cases: &[(&str, &[&str])] = &[
        ("select 1; ; select 2", &["select 1", "select 2"]),
        (
            "\u{feff}select 'ä;';-- x;\nselect 2 -- y\n;",
            &["select 'ä;'", "select 2"],
        ),
        (
            "select 'a''b;' ; select E'\\';' ;",
            &["select 'a''b;'", "select E'\\';'"],
        ),
        (
            "select '\\'; select U&'\\\\;'",
            &["select '\\'", "select U&'\\\\;'"],
        ),
        (
            "select a$$1; select $a$;$$;$a$",
            &["select a$$1", "select $a$;$$;$a$"],
        ),
        ("/* ; /* ; */ ; */ select 1 /* ; */ ;", &["select 1"]),
        (
            "select \"a;\"\"b\"; select $1;",
            &["select \"a;\"\"b\"", "select $1"],
        ),
        (
            "create rule r as on insert to t do (select 1; select 2); select 3",
            &[
                "create rule r as on insert to t do (select 1; select 2)",
                "select 3",
            ],
        ),
        (
            "create function f() returns int begin atomic select case when true then 1 end; end; select 1",
            &[
                "create function f() returns int begin atomic select case when true then 1 end; end",
                "select 1",
            ],
        ),
        (
            "copy t (a) from stdin;\n1\t'\n\\.\nselect 1;",
            &["copy t (a) from stdin", "select 1"],
        ),
        (
            "copy t from stdin; select 1;",
            &["copy t from stdin", "select 1"],
        ),
        (
            "\\set x 'y\nselect 1 \\gexec\nselect 2 \\; select 3",
            &["select 1", "select 2", "select 3"],
        ),
    ];
    for (text, expected) in cases {
        let parsed = all(text);
        assert_eq!(slices(text, &parsed.statements), *expected, "{text}");
        assert_eq!(parsed.problems, [], "{text}");
    }
}

#[test]
fn separators_end_a_statement_and_ranges_bound_it() {
    let text = "select 0;\nselect 1\n-- +goose StatementEnd\nselect 2;";
    let range = Span::new(10, text.len());
    let parsed = parse(text, &[range], &["-- +goose StatementEnd"]);
    assert_eq!(slices(text, &parsed.statements), ["select 1", "select 2"]);
}

#[test]
fn what_never_closes_is_a_problem_where_it_opens_and_hides_nothing_else() {
    for (bad, at) in [
        ("select 'x;", 7),
        ("select \"x;", 7),
        ("select $a$ x;", 7),
        ("select 1 /* x;", 9),
        ("create table t (a int;", 15),
        ("create rule r as on insert to t do (select 1;", 35),
        ("create function f() returns int begin atomic select 1;", 32),
    ] {
        let text = format!("select 0;\n{bad}\ncreate table u (a int);\n");
        let parsed = all(&text);
        let found = slices(&text, &parsed.statements);
        assert_eq!(found.first(), Some(&"select 0"), "{bad}");
        assert_eq!(found.last(), Some(&"create table u (a int)"), "{bad}");
        let places = parsed.problems.iter().map(|problem| problem.span.start);
        assert_eq!(places.collect::<Vec<_>>(), [10 + at], "{bad}");
    }
}

#[test]
fn a_word_that_starts_no_statement_is_a_problem() {
    let parsed = all("selec 1; select 2; {{ x }}; ''; :cmd;");
    let messages = parsed.problems.iter().map(|problem| &problem.message[..]);
    assert_eq!(
        messages.collect::<Vec<_>>(),
        [
            "\"selec\" does not start any PostgreSQL statement",
            "\"''\" does not start any PostgreSQL statement",
        ]
    );
    assert_eq!(parsed.statements.len(), 3);
}
