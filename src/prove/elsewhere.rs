//! What a history refers to, and does not make.

use crate::ir::{Action, AlterAction, Constraint, ConstraintKind, Migration, Name};
use crate::source::Span;
use crate::sql;
use std::collections::{BTreeMap, BTreeSet};

/// What a history says of relations that it does not make itself.
#[derive(Clone, Debug, Default)]
pub struct Elsewhere {
    /// The relations that it makes, by their names without a schema.
    pub(super) made: BTreeSet<String>,
    /// Per relation that foreign keys refer to: the columns, with the types of those that refer to them.
    pub(super) referenced: BTreeMap<String, BTreeMap<String, String>>,
    /// The relations for which there are stand-ins, as they are written.
    stand_ins: BTreeMap<String, String>,
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

    /// Whether the history makes a relation, of which the schema may be left out.
    pub(super) fn makes(&self, written: &str) -> bool {
        self.made.contains(bare(written))
    }

    /// What this SQL makes is not made after all.
    pub(super) fn leave_out(&mut self, sql: &str) {
        let mut read = Reader::default();
        let parsed = sql::parse(sql, &[Span::new(0, sql.len())], &[]);
        for statement in &parsed.statements {
            read.action(&statement.action);
        }
        for name in read.made {
            self.made.remove(&name);
        }
    }

    /// There is a stand-in for this relation now.
    pub(super) fn stand_in(&mut self, written: &str) {
        self.stand_ins
            .insert(bare(written).to_owned(), written.to_owned());
    }

    /// How a relation is written whose schema was left out.
    pub(super) fn written<'a>(&'a self, name: &'a str) -> &'a str {
        self.stand_ins.get(name).map_or(name, String::as_str)
    }
}

fn bare(written: &str) -> &str {
    written.rsplit('.').next().unwrap_or(written)
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
