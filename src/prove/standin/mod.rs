//! What a history needs and does not make: other apps' tables, a platform's schemas, types and functions. A stand-in takes its place, and that is said.

mod known;

use super::elsewhere::Elsewhere;
use super::runner::Failed;
use crate::rule::quote;
use std::collections::BTreeMap;

/// SQL that makes a stand-in, and what a person should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StandIn {
    pub(super) sql: String,
    pub(super) said: String,
    /// The relation that it is, as it is written.
    pub(super) relation: Option<String>,
}

impl StandIn {
    /// Whether it stays when the database is gone.
    pub(super) fn is_shared(&self) -> bool {
        self.sql.starts_with("CREATE ROLE")
    }

    fn new(sql: String, what: &str) -> Self {
        Self {
            relation: None,
            sql: sql + ";\n",
            said: format!("{what} is named and never made: a stand-in is made for the proof"),
        }
    }

    fn extension(name: &str, what: &str) -> Self {
        Self {
            sql: format!("CREATE EXTENSION IF NOT EXISTS {};\n", quote(name)),
            said: format!("{what} is named and never made: the extension {name} is, for the proof"),
            relation: None,
        }
    }
}

/// What may take the place of what a statement of that kind lacks, the best first: an extension, a role, a schema, a type, a function, a relation that the history
/// never makes, or one more column of it. Some take a superuser.
pub(super) fn instead(elsewhere: &Elsewhere, failed: &Failed, kind: &str) -> Vec<StandIn> {
    let Failed::Refused(error) = failed else {
        return Vec::new();
    };
    let text = error.message.as_str();
    let mut named = text.split('"').skip(1).step_by(2);
    let first = named.next().unwrap_or_default();
    let one = |sql: String, what: String| vec![StandIn::new(sql, &what)];
    match error.sqlstate.as_str() {
        "42883" => function(text, kind),
        _ if first.is_empty() => Vec::new(),
        "42704" if text.starts_with("role ") => one(
            format!("CREATE ROLE {}", quote(first)),
            format!("role {first}"),
        ),
        "42704" if text.starts_with("type ") => types(first),
        "42704" if text.starts_with("publication ") => one(
            format!("CREATE PUBLICATION {}", quote(first)),
            format!("publication {first}"),
        ),
        "42704" if text.starts_with("text search configuration ") => one(
            format!(
                "CREATE TEXT SEARCH CONFIGURATION {} (COPY = pg_catalog.simple)",
                qualified(first)
            ),
            format!("text search configuration {first}"),
        ),
        "42704" if text.starts_with("collation ") => one(
            format!("CREATE COLLATION {} FROM \"C\"", qualified(first)),
            format!("collation {first}"),
        ),
        "42704" if text.starts_with("operator class ") => brought(first, "operator class"),
        // data type integer has no default operator class for access method "gin"
        "42704" if text.starts_with("data type ") && matches!(first, "gin" | "gist") => {
            let name = format!("btree_{first}");
            let what = format!("an operator class of {first} for a plain type");
            vec![StandIn::extension(&name, &what)]
        }
        "3F000" => one(
            format!("CREATE SCHEMA {}", quote(first)),
            format!("schema {first}"),
        ),
        "42P01" if text.starts_with("relation ") && !elsewhere.makes(first) => {
            let mut made = StandIn::new(table(elsewhere, first), &format!("relation {first}"));
            made.relation = Some(first.to_owned());
            vec![made]
        }
        "42703" if text.contains(" of relation ") => {
            let relation = named.next().unwrap_or_default();
            if elsewhere.makes(relation) {
                return Vec::new();
            }
            // The server leaves out the schema.
            let written = elsewhere.written(relation);
            let sql = format!(
                "ALTER TABLE {} ADD {} text",
                qualified(written),
                quote(first)
            );
            one(sql, format!("column {first} of {relation}"))
        }
        _ => Vec::new(),
    }
}

/// The extension that brings this, where one of PostgreSQL's own does.
fn brought(written: &str, what: &str) -> Vec<StandIn> {
    let name = written.rsplit('.').next().unwrap_or(written);
    let extension = known::extension(name);
    let made =
        extension.map(|extension| StandIn::extension(extension, &format!("{what} {written}")));
    made.into_iter().collect()
}

/// A type that holds any text and takes any modifier, whose functions are the server's own of `text`; else a domain, which takes none. A name with a point may
/// be one name all the same, as those of a framework's field classes are.
fn types(written: &str) -> Vec<StandIn> {
    let what = format!("type {written}");
    let mut all = brought(written, "type");
    let (schema, bare) = match written.rsplit_once('.') {
        Some((schema, bare)) => (qualified(schema) + ".", bare),
        None => (String::new(), written),
    };
    let mut names = vec![(schema, bare)];
    if written.contains('.') {
        names.push((String::new(), written));
    }
    for (schema, bare) in names {
        let name = schema.clone() + &quote(bare);
        all.push(StandIn::new(base_type(&schema, bare), &what));
        all.push(StandIn::new(format!("CREATE DOMAIN {name} AS text"), &what));
    }
    all
}

fn base_type(schema: &str, bare: &str) -> String {
    let [name, input, output, receive, send, modifier] =
        ["", "_in", "_out", "_recv", "_send", "_typmod_in"]
            .map(|end| format!("{schema}{}", quote(&format!("{bare}{end}"))));
    // array_ndims is a function of the server that takes what the modifiers come as, and answers 1: any modifier is one, and none limits anything.
    format!(
        "CREATE TYPE {name};
CREATE FUNCTION {input}(cstring) RETURNS {name} LANGUAGE internal IMMUTABLE STRICT AS 'textin';
CREATE FUNCTION {output}({name}) RETURNS cstring LANGUAGE internal IMMUTABLE STRICT AS 'textout';
CREATE FUNCTION {receive}(internal) RETURNS {name} LANGUAGE internal IMMUTABLE STRICT AS 'textrecv';
CREATE FUNCTION {send}({name}) RETURNS bytea LANGUAGE internal IMMUTABLE STRICT AS 'textsend';
CREATE FUNCTION {modifier}(cstring[]) RETURNS integer LANGUAGE internal IMMUTABLE STRICT AS 'array_ndims';
CREATE TYPE {name} (INPUT = {input}, OUTPUT = {output}, RECEIVE = {receive}, SEND = {send}, TYPMOD_IN = {modifier}, CATEGORY = 'S', LIKE = text)"
    )
}

/// A function that answers NULL, by `function f(integer, unknown) does not exist`.
fn function(text: &str, kind: &str) -> Vec<StandIn> {
    let Some(signature) = text.strip_suffix(" does not exist") else {
        return Vec::new();
    };
    let (is_procedure, signature) = match signature.strip_prefix("procedure ") {
        Some(rest) => (true, rest),
        None => match signature.strip_prefix("function ") {
            Some(rest) => (false, rest),
            None => return Vec::new(),
        },
    };
    let Some((written, arguments)) = signature
        .strip_suffix(')')
        .and_then(|it| it.split_once('('))
    else {
        return Vec::new();
    };
    let argument = |argument: &str| argument.replace(" => ", " ").replace("unknown", "text");
    let arguments: Vec<String> = arguments
        .split(", ")
        .filter(|it| !it.is_empty())
        .map(argument)
        .collect();
    let declared = format!("{}({})", qualified(written), arguments.join(", "));
    let sql = if is_procedure {
        format!("CREATE PROCEDURE {declared} LANGUAGE plpgsql AS 'BEGIN END'")
    } else if kind == "create-trigger" {
        format!(
            "CREATE FUNCTION {declared} RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
        )
    } else {
        let returns = known::returns(written);
        let body = if returns == "uuid" && !written.starts_with("auth.") {
            "gen_random_uuid()".to_owned()
        } else {
            format!("NULL::{returns}")
        };
        // As volatile as it is by default: what calls it has to be looked at row by row.
        format!("CREATE FUNCTION {declared} RETURNS {returns} LANGUAGE sql AS 'SELECT {body}'")
    };
    let mut all = brought(written, "function");
    all.push(StandIn::new(sql, &format!("function {written}")));
    all
}

/// A table with the columns that are known of it, or those that are referred to, each unique.
fn table(elsewhere: &Elsewhere, written: &str) -> String {
    if let Some(columns) = known::columns(written) {
        return format!("CREATE TABLE {} ({columns})", qualified(written));
    }
    let name = written.rsplit('.').next().unwrap_or(written);
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
            "CREATE TABLE a (id serial PRIMARY KEY, user_id integer REFERENCES accounts_user, token uuid);
             ALTER TABLE a ADD FOREIGN KEY (token) REFERENCES auth.sessions (key);",
        );
        let elsewhere = Elsewhere::of(std::iter::once(&history));
        let cases = [
            (
                "42P01",
                "relation \"accounts_user\" does not exist",
                Some("CREATE TABLE accounts_user (id integer NOT NULL UNIQUE);\n"),
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
                Some("CREATE EXTENSION IF NOT EXISTS citext;\n"),
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
            (
                "42704",
                "data type integer has no default operator class for access method \"gin\"",
                Some("CREATE EXTENSION IF NOT EXISTS btree_gin;\n"),
            ),
            (
                "42883",
                "function auth.uid() does not exist",
                Some(
                    "CREATE FUNCTION auth.uid() RETURNS uuid LANGUAGE sql AS 'SELECT NULL::uuid';\n",
                ),
            ),
            (
                "42883",
                "function cron.schedule(job => unknown, integer) does not exist",
                Some(
                    "CREATE FUNCTION cron.schedule(job text, integer) RETURNS bigint LANGUAGE sql AS 'SELECT NULL::bigint';\n",
                ),
            ),
            (
                "42883",
                "procedure tidy() does not exist",
                Some("CREATE PROCEDURE tidy() LANGUAGE plpgsql AS 'BEGIN END';\n"),
            ),
            ("42883", "operator does not exist: integer = text", None),
        ];
        Failures::collect(|failures| {
            for (sqlstate, message, sql) in cases {
                let failed = Failed::Refused(SqlError {
                    sqlstate: sqlstate.to_owned(),
                    message: message.to_owned(),
                    detail: None,
                    hint: None,
                });
                let made = instead(&elsewhere, &failed, "select")
                    .into_iter()
                    .next()
                    .map(|made| made.sql);
                failures.equal(message, &sql.map(str::to_owned), &made);
            }
        });
    }
}
