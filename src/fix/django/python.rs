//! Operations of ours as text, written as black does.

use crate::fix::reverse::Reverse;

/// Quotes of a string that holds line breaks.
const LONG: [&str; 2] = ["\"\"\"", "'''"];

/// A string as black writes it: in double quotes, unless that takes more backslashes.
fn literal(text: &str) -> String {
    let text = text.replace('\\', "\\\\");
    if text.contains('\n') {
        let quotes = LONG[0];
        let text = text.replace(quotes, "\\\"\\\"\\\"");
        return format!("{quotes}\n{text}\n{quotes}");
    }
    if text.contains('"') && !text.contains('\'') {
        format!("'{text}'")
    } else {
        format!("\"{}\"", text.replace('"', "\\\""))
    }
}

/// Whether text that is moved to the right stays the same: no string in it goes over several lines.
pub(super) fn may_move(text: &str) -> bool {
    LONG.iter().all(|quotes| !text.contains(quotes))
}

/// `RunSQL` with a statement and its way back. Lines but the first begin with `indent`.
pub(super) fn run_sql((statement, reverse): &(String, Reverse), indent: &str) -> String {
    let reverse = match reverse {
        Reverse::By(back) => literal(back),
        Reverse::Nothing => "migrations.RunSQL.noop".to_owned(),
    };
    let sql = literal(statement);
    format!(
        "migrations.RunSQL(\n{indent}    sql={sql},\n{indent}    reverse_sql={reverse},\n{indent})"
    )
}

/// `SeparateDatabaseAndState`: what the database does instead of an operation, and that as state.
pub(super) fn separate(statements: &[(String, Reverse)], state: &str, indent: &str) -> String {
    let inner = format!("{indent}        ");
    let runs = statements.iter();
    let runs = runs.map(|it| format!("{inner}{},\n", run_sql(it, &inner)));
    let runs: String = runs.collect();
    let database = if runs.is_empty() {
        "database_operations=[]".to_owned()
    } else {
        format!("database_operations=[\n{runs}{indent}    ]")
    };
    let state = state.replace('\n', "\n        ");
    format!(
        "migrations.SeparateDatabaseAndState(\n{indent}    {database},\n{indent}    state_operations=[\n{inner}{state},\n{indent}    ],\n{indent})"
    )
}

#[cfg(test)]
mod tests {
    use super::{literal, separate};
    use crate::fix::reverse::Reverse;

    #[test]
    fn strings_are_as_black_has_them() {
        assert_eq!(literal("a 'b'"), "\"a 'b'\"");
        assert_eq!(literal("a \"b\""), "'a \"b\"'");
        assert_eq!(literal("'a' \"b\""), "\"'a' \\\"b\\\"\"");
    }

    #[test]
    fn an_operation_stays_as_state() {
        let sql = "ALTER TABLE t ADD CONSTRAINT a CHECK (b > 0) NOT VALID;".to_owned();
        let reverse = Reverse::of(&sql).expect("a way back");
        let sql = [(sql, reverse)];
        let written = separate(
            &sql,
            "migrations.AddX(\n            1,\n        )",
            "        ",
        );
        let expected = "migrations.SeparateDatabaseAndState(
            database_operations=[
                migrations.RunSQL(
                    sql=\"ALTER TABLE t ADD CONSTRAINT a CHECK (b > 0) NOT VALID;\",
                    reverse_sql=\"ALTER TABLE t DROP CONSTRAINT IF EXISTS a;\",
                ),
            ],
            state_operations=[
                migrations.AddX(
                    1,
                ),
            ],
        )";
        assert_eq!(written, expected);
    }
}
