use super::{action, all};
use crate::ir::{Action, ObjectKind};

/// The value that `SET x = literal` gives.
fn value(literal: &str) -> String {
    match action(&format!("set x = {literal}")) {
        Action::Set(set) => set.value.map(|values| values.join("|")).unwrap_or_default(),
        other => panic!("{literal}: {other:?}"),
    }
}

#[test]
fn strings_hold_what_postgresql_reads_in_them() {
    let cases = [
        ("'it''s'", "it's"),
        (r"'a\n'", r"a\n"),
        (r"E'a\tb\\\'c\x41\u00e9\101\q'", "a\tb\\'cA\u{e9}Aq"),
        (r"U&'\0041\\b\+000042'", "A\\bB"),
        ("U&'!0041' uescape '!'", "A"),
        ("$$it's$$", "it's"),
        ("$t$a$$b$t$", "a$$b"),
        ("'one '\n  'two'", "one two"),
        ("'a' -- 'not this'\n\t'b' \r\n 'c'", "abc"),
        ("E'a\\'' \n 'b'", "a'b"),
        (r"E'\ud800'", "ud800"),
    ];
    for (literal, expected) in cases {
        assert_eq!(value(literal), expected, "{literal}");
    }
}

#[test]
fn names_hold_what_postgresql_reads_in_them() {
    let cases = [
        ("\"A\"\"b\"", "A\"b"),
        ("Ab", "ab"),
        (r#"U&"d\0061t\+000061""#, "data"),
        (r#"u&"d!0061ta" UESCAPE '!'"#, "data"),
        (r#"U&"a\\b""#, r"a\b"),
    ];
    for (written, expected) in cases {
        let Action::Comment { kind, on: Some(on) } =
            action(&format!("comment on table {written} is null"))
        else {
            panic!("{written}");
        };
        assert!(matches!(kind, ObjectKind::Relation(_)));
        assert_eq!(on.name, expected, "{written}");
    }
}

#[test]
fn strings_on_one_line_are_two() {
    for written in ["load 'a' 'b'", "load 'a' /* c */ 'b'"] {
        assert_eq!(all(written).problems.len(), 1, "{written}");
    }
}
