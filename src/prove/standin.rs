//! What a history needs and does not make: other apps' tables, a platform's schemas and types. A stand-in takes its place, and that is said.

use super::elsewhere::Elsewhere;
use super::runner::Failed;
use crate::rule::quote;
use std::collections::BTreeMap;

/// SQL that makes a stand-in, and what a person should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StandIn {
    pub(super) sql: String,
    pub(super) said: String,
}

/// What takes the place of what a statement lacks, where that can be: a role, a schema, a type, a relation that the history never makes, or one more column of it.
pub(super) fn instead(elsewhere: &Elsewhere, failed: &Failed) -> Option<StandIn> {
    let Failed::Refused(error) = failed else {
        return None;
    };
    let mut named = error.message.split('"').skip(1).step_by(2);
    let first = named.next()?;
    let text = error.message.as_str();
    let (sql, what) = match error.sqlstate.as_str() {
        "42704" if text.starts_with("role ") => (
            format!("CREATE ROLE {}", quote(first)),
            format!("role {first}"),
        ),
        "42704" if text.starts_with("type ") => (
            format!("CREATE DOMAIN {} AS text", qualified(first)),
            format!("type {first}"),
        ),
        "3F000" => (
            format!("CREATE SCHEMA {}", quote(first)),
            format!("schema {first}"),
        ),
        "42P01" if text.starts_with("relation ") => {
            let name = first.rsplit('.').next().unwrap_or(first);
            if elsewhere.made.contains(name) {
                return None;
            }
            (table(elsewhere, first, name), format!("relation {first}"))
        }
        "42703" if text.contains(" of relation ") => {
            let relation = named.next()?;
            if elsewhere.made.contains(relation) {
                return None;
            }
            let sql = format!(
                "ALTER TABLE {} ADD {} text",
                qualified(relation),
                quote(first)
            );
            (sql, format!("column {first} of {relation}"))
        }
        _ => return None,
    };
    Some(StandIn {
        sql: sql + ";\n",
        said: format!("{what} is named and never made: a stand-in is made for the proof"),
    })
}

/// A table with the columns that are referred to, each unique.
fn table(elsewhere: &Elsewhere, written: &str, name: &str) -> String {
    let id = BTreeMap::from([("id".to_owned(), "bigint".to_owned())]);
    let columns = elsewhere.referenced.get(name).filter(|it| !it.is_empty());
    let columns = columns.unwrap_or(&id).iter();
    let columns: Vec<String> = columns
        .map(|(column, ty)| format!("{} {ty} NOT NULL UNIQUE", quote(column)))
        .collect();
    format!(
        "CREATE TABLE {} ({})",
        qualified(written),
        columns.join(", ")
    )
}

/// A name as the server has written it, quoted part by part.
fn qualified(written: &str) -> String {
    let parts: Vec<String> = written.split('.').map(quote).collect();
    parts.join(".")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failures::Failures;
    use crate::ir::Migration;
    use mig_lint_demo_db::SqlError;

    fn migration(sql: &str) -> Migration {
        let file = std::sync::Arc::new(crate::source::SourceFile::new("1.sql", sql));
        let whole = crate::source::Span::new(0, sql.len());
        Migration {
            name: "1".to_owned(),
            framework: crate::source::Framework::Plain,
            transaction: crate::source::TransactionMode::PerFile,
            is_transaction_known: true,
            parts: vec![whole],
            statements: crate::sql::parse(sql, &[whole], &[]).statements,
            problems: Vec::new(),
            reported: true,
            file,
        }
    }

    #[test]
    fn what_others_make_gets_a_stand_in_and_what_the_history_makes_gets_none() {
        let history = migration(
            "CREATE TABLE a (id serial PRIMARY KEY, user_id integer REFERENCES auth_user, token uuid);
             ALTER TABLE a ADD FOREIGN KEY (token) REFERENCES auth.sessions (key);",
        );
        let elsewhere = Elsewhere::of(std::iter::once(&history));
        let cases = [
            (
                "42P01",
                "relation \"auth_user\" does not exist",
                Some("CREATE TABLE auth_user (id integer NOT NULL UNIQUE);\n"),
            ),
            (
                "42P01",
                "relation \"auth.sessions\" does not exist",
                Some("CREATE TABLE auth.sessions (key uuid NOT NULL UNIQUE);\n"),
            ),
            (
                "42P01",
                "relation \"other\" does not exist",
                Some("CREATE TABLE other (id bigint NOT NULL UNIQUE);\n"),
            ),
            ("42P01", "relation \"a\" does not exist", None),
            (
                "3F000",
                "schema \"auth\" does not exist",
                Some("CREATE SCHEMA auth;\n"),
            ),
            (
                "42704",
                "type \"citext\" does not exist",
                Some("CREATE DOMAIN citext AS text;\n"),
            ),
            (
                "42704",
                "role \"app\" does not exist",
                Some("CREATE ROLE app;\n"),
            ),
            (
                "42703",
                "column \"x\" of relation \"auth_user\" does not exist",
                Some("ALTER TABLE auth_user ADD x text;\n"),
            ),
            (
                "42703",
                "column \"x\" of relation \"a\" does not exist",
                None,
            ),
            ("42601", "syntax error at or near \"x\"", None),
        ];
        Failures::collect(|failures| {
            for (sqlstate, message, sql) in cases {
                let failed = Failed::Refused(SqlError {
                    sqlstate: sqlstate.to_owned(),
                    message: message.to_owned(),
                    detail: None,
                    hint: None,
                });
                let made = instead(&elsewhere, &failed).map(|made| made.sql);
                failures.equal(message, &sql.map(str::to_owned), &made);
            }
        });
    }
}
