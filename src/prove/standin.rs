//! What a history needs and does not make: other apps' tables, a platform's schemas and types. A stand-in takes its place, and that is said.

use super::runner::Failed;
use crate::ir::{Action, AlterAction, Constraint, ConstraintKind, Migration, Name};
use crate::rule::quote;
use std::collections::{BTreeMap, BTreeSet};

/// What a history says of relations that it does not make itself.
#[derive(Clone, Debug, Default)]
pub struct Elsewhere {
    /// The relations that it makes, by their names without a schema.
    made: BTreeSet<String>,
    /// Per relation that foreign keys refer to: the columns, with the types of those that refer to them.
    referenced: BTreeMap<String, BTreeMap<String, String>>,
}

/// SQL that makes a stand-in, and what a person should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct StandIn {
    pub(super) sql: String,
    pub(super) said: String,
}

impl Elsewhere {
    /// Reads what migrations make and refer to.
    #[must_use]
    pub fn of<'m>(migrations: impl Iterator<Item = &'m Migration>) -> Self {
        let mut read = Reader::default();
        for statement in migrations.flat_map(|migration| &migration.statements) {
            read.action(&statement.action);
        }
        let mut elsewhere = Self {
            made: read.made,
            ..Self::default()
        };
        for (table, key) in read.keys {
            let ConstraintKind::ForeignKey {
                columns,
                references,
                referenced_columns,
                ..
            } = key
            else {
                continue;
            };
            let own = elsewhere.referenced.entry(references.name).or_default();
            for (at, column) in columns.iter().enumerate() {
                let referred = referenced_columns.get(at).map_or("id", String::as_str);
                let ty = read.types.get(&(table.clone(), column.clone()));
                let ty = ty.cloned().unwrap_or_else(|| "bigint".to_owned());
                own.entry(referred.to_owned()).or_insert(ty);
            }
        }
        elsewhere
    }

    /// What takes the place of what a statement lacks, where that can be: a role, a schema, a type, a relation that the history never makes, or one more column of it.
    pub(super) fn instead(&self, failed: &Failed) -> Option<StandIn> {
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
                if self.made.contains(name) {
                    return None;
                }
                (self.table(first, name), format!("relation {first}"))
            }
            "42703" if text.contains(" of relation ") => {
                let relation = named.next()?;
                if self.made.contains(relation) {
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
    fn table(&self, written: &str, name: &str) -> String {
        let id = BTreeMap::from([("id".to_owned(), "bigint".to_owned())]);
        let columns = self.referenced.get(name).filter(|it| !it.is_empty());
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
}

/// A name as the server has written it, quoted part by part.
fn qualified(written: &str) -> String {
    let parts: Vec<String> = written.split('.').map(quote).collect();
    parts.join(".")
}

#[derive(Default)]
struct Reader {
    made: BTreeSet<String>,
    types: BTreeMap<(String, String), String>,
    keys: Vec<(String, ConstraintKind)>,
}

impl Reader {
    fn action(&mut self, action: &Action) {
        match action {
            Action::CreateTable(create) => {
                self.made.insert(create.name.name.clone());
                for column in &create.columns {
                    self.column(&create.name, column);
                }
                self.constraints(&create.name, &create.constraints);
            }
            Action::CreateTableAs(create) => {
                self.made.insert(create.name.name.clone());
            }
            Action::CreateView(create) => {
                self.made.insert(create.name.name.clone());
            }
            Action::AlterTable(alter) => {
                for command in &alter.commands {
                    match &command.action {
                        AlterAction::AddColumn { column, .. } => self.column(&alter.name, column),
                        AlterAction::AddConstraint(constraint) => {
                            self.constraints(&alter.name, std::slice::from_ref(constraint));
                        }
                        AlterAction::RenameTo(name) => {
                            self.made.insert(name.clone());
                        }
                        _ => {}
                    }
                }
            }
            _ => {}
        }
    }

    fn column(&mut self, table: &Name, column: &crate::ir::ColumnDef) {
        if let Some(ty) = &column.ty {
            let key = (table.name.clone(), column.name.clone());
            let ty = match ty.to_string().as_str() {
                "serial" | "serial4" => "integer".to_owned(),
                "bigserial" | "serial8" => "bigint".to_owned(),
                "smallserial" | "serial2" => "smallint".to_owned(),
                other => other.to_owned(),
            };
            self.types.insert(key, ty);
        }
        self.constraints(table, &column.constraints);
    }

    fn constraints(&mut self, table: &Name, constraints: &[Constraint]) {
        let keys = constraints.iter().map(|constraint| &constraint.kind);
        let keys = keys.filter(|kind| matches!(kind, ConstraintKind::ForeignKey { .. }));
        self.keys
            .extend(keys.map(|kind| (table.name.clone(), kind.clone())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failures::Failures;
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
                let made = elsewhere.instead(&failed).map(|made| made.sql);
                failures.equal(message, &sql.map(str::to_owned), &made);
            }
        });
    }
}
