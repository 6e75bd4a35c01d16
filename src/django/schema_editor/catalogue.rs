//! The names of constraints and indexes that are in the database, as Django finds them there when it has to drop one.
//!
//! Source: `get_constraints` in `django/db/backends/postgresql/introspection.py`.

use super::names::bare_table;
use crate::ir::{Action, AlterAction, Constraint, ConstraintKind, IndexColumn};
use crate::postgres::object_name;
use std::collections::{BTreeMap, BTreeSet};

/// A constraint or an index of a table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Known {
    pub(super) name: String,
    /// In order; an expression is empty.
    pub(super) columns: Vec<String>,
    pub(super) kind: KnownKind,
}

/// What Django tells constraints and indexes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum KnownKind {
    PrimaryKey,
    Unique,
    ForeignKey,
    Check,
    Index { unique: bool, btree: bool },
}

impl KnownKind {
    pub(super) fn is_unique(self) -> bool {
        matches!(self, Self::Unique | Self::Index { unique: true, .. })
    }
}

/// What is in the database, by table.
#[derive(Clone, Debug, Default)]
pub(super) struct Catalogue {
    tables: BTreeMap<String, Vec<Known>>,
    /// The sequences of identity columns, by table and column.
    sequences: BTreeMap<(String, String), String>,
    extensions: BTreeSet<String>,
    /// Collations, and whether each is deterministic.
    collations: BTreeMap<String, bool>,
    /// What takes triggers away again that models have, by model and name.
    triggers: BTreeMap<(String, String), String>,
    /// Those that are made while the catalogue is frozen, which Django does not find.
    unseen: BTreeSet<String>,
    /// Whether it stays as it is, as the database does that `sqlmigrate` looks into.
    pub(super) frozen: bool,
}

impl Catalogue {
    /// A table that is to be changed, where it can be.
    fn table_mut(&mut self, table: &str) -> Option<&mut Vec<Known>> {
        self.tables.get_mut(table).filter(|_| !self.frozen)
    }

    pub(super) fn add(&mut self, table: &str, name: String, columns: Vec<String>, kind: KnownKind) {
        if self.frozen {
            return;
        }
        let known = self.tables.entry(table.to_owned()).or_default();
        known.retain(|known| known.name != name);
        known.push(Known {
            name,
            columns,
            kind,
        });
        // Constraints are found before indexes, each by name.
        known.sort_by(|a, b| {
            let index = |known: &Known| matches!(known.kind, KnownKind::Index { .. });
            (index(a), &a.name).cmp(&(index(b), &b.name))
        });
    }

    /// Whether this extension is new.
    pub(super) fn add_extension(&mut self, name: &str) -> bool {
        if self.frozen {
            !self.extensions.contains(name)
        } else {
            self.extensions.insert(name.to_owned())
        }
    }

    pub(super) fn add_collation(&mut self, name: &str, deterministic: bool) {
        if self.frozen {
            self.unseen.insert(name.to_owned());
        } else {
            self.collations.insert(name.to_owned(), deterministic);
        }
    }

    pub(super) fn add_trigger(&mut self, model: String, name: &str, uninstall: &str) {
        self.triggers
            .insert((model, name.to_owned()), uninstall.to_owned());
    }

    /// What takes this trigger away.
    pub(super) fn drop_trigger(&mut self, model: String, name: &str) -> Option<String> {
        self.triggers.remove(&(model, name.to_owned()))
    }

    pub(super) fn drop_collation(&mut self, name: &str) {
        if !self.frozen {
            self.collations.remove(name);
        }
    }

    /// Whether Django finds that a collation is deterministic; one that no migration has made is taken to be so.
    ///
    /// Source: `_is_collation_deterministic` in `django/db/backends/postgresql/schema.py`.
    pub(super) fn is_deterministic(&self, collation: &str) -> bool {
        !self.unseen.contains(collation) && self.collations.get(collation) != Some(&false)
    }

    /// Lets changes in again.
    pub(super) fn thaw(&mut self) {
        self.frozen = false;
        self.unseen.clear();
    }

    /// The sequence that PostgreSQL makes for an identity column.
    pub(super) fn add_sequence(&mut self, table: &str, column: &str) {
        if self.frozen {
            return;
        }
        let name = object_name(bare_table(table), column, "seq");
        self.sequences
            .insert((table.to_owned(), column.to_owned()), name);
    }

    pub(super) fn drop_sequence(&mut self, table: &str, column: &str) {
        if !self.frozen {
            self.sequences
                .remove(&(table.to_owned(), column.to_owned()));
        }
    }

    pub(super) fn sequence(&self, table: &str, column: &str) -> Option<String> {
        let key = (table.to_owned(), column.to_owned());
        self.sequences.get(&key).cloned()
    }

    /// What there is on exactly these columns.
    pub(super) fn on<'c>(
        &'c self,
        table: &str,
        columns: &'c [String],
    ) -> impl Iterator<Item = &'c Known> {
        let all = self.of_table(table).iter();
        all.filter(move |known| known.columns == columns)
    }

    /// What there is on a table; Django finds nothing on one whose name was given in quotes.
    ///
    /// Source: `get_constraints` in `django/db/backends/postgresql/introspection.py` compares names as they are given.
    pub(super) fn of_table(&self, table: &str) -> &[Known] {
        if table.starts_with('"') {
            return &[];
        }
        self.tables.get(table).map_or(&[], Vec::as_slice)
    }

    pub(super) fn drop_name(&mut self, table: &str, name: &str) {
        if let Some(known) = self.table_mut(table) {
            known.retain(|known| known.name != name);
        }
    }

    /// Drops an index, whatever table it is on.
    pub(super) fn drop_index(&mut self, name: &str) {
        for table in self.tables_with(name) {
            self.drop_name(&table, name);
        }
    }

    pub(super) fn rename_index(&mut self, old: &str, new: &str) {
        for table in self.tables_with(old) {
            self.rename_name(&table, old, new);
        }
    }

    fn tables_with(&self, name: &str) -> Vec<String> {
        let tables = self.tables.iter();
        let tables = tables.filter(|(_, known)| known.iter().any(|known| known.name == name));
        tables.map(|(table, _)| table.clone()).collect()
    }

    fn rename_name(&mut self, table: &str, old: &str, new: &str) {
        let known = self.table_mut(table).into_iter().flatten();
        for known in known.filter(|known| known.name == old) {
            new.clone_into(&mut known.name);
        }
    }

    pub(super) fn drop_table(&mut self, table: &str) {
        if !self.frozen {
            self.tables.remove(table);
        }
    }

    pub(super) fn rename_table(&mut self, old: &str, new: &str) {
        if self.frozen {
            return;
        }
        if let Some(known) = self.tables.remove(old) {
            self.tables.insert(new.to_owned(), known);
        }
        let sequences = std::mem::take(&mut self.sequences).into_iter();
        self.sequences = sequences
            .map(|((table, column), name)| {
                let table = if table == old { new.to_owned() } else { table };
                ((table, column), name)
            })
            .collect();
    }

    pub(super) fn drop_column(&mut self, table: &str, column: &str) {
        if let Some(known) = self.table_mut(table) {
            known.retain(|known| known.columns.iter().all(|name| name != column));
        }
    }

    pub(super) fn rename_column(&mut self, table: &str, old: &str, new: &str) {
        for known in self.table_mut(table).into_iter().flatten() {
            for column in known.columns.iter_mut().filter(|column| *column == old) {
                new.clone_into(column);
            }
        }
    }

    /// What a statement that was written by hand changes.
    pub(super) fn follow(&mut self, action: &Action) {
        match action {
            Action::CreateIndex(index) => {
                let Some(name) = &index.name else { return };
                let columns = index.elements.iter().map(|element| match &element.column {
                    IndexColumn::Column(column) => column.clone(),
                    IndexColumn::Expression(_) => String::new(),
                });
                let kind = KnownKind::Index {
                    unique: index.unique,
                    btree: index.method == "btree",
                };
                self.add(&index.table.name, name.clone(), columns.collect(), kind);
            }
            Action::AlterTable(alter) => {
                let table = alter.name.name.clone();
                for command in &alter.commands {
                    self.alter(&table, &command.action);
                }
            }
            Action::Drop(drop) => {
                for name in &drop.names {
                    self.drop_index(&name.name);
                    self.drop_table(&name.name);
                }
            }
            _ => {}
        }
    }

    fn alter(&mut self, table: &str, action: &AlterAction) {
        match action {
            AlterAction::AddConstraint(constraint) => self.constraint(table, constraint),
            AlterAction::DropConstraint { name, .. } => self.drop_name(table, name),
            AlterAction::RenameConstraint { from, to } => self.rename_name(table, from, to),
            AlterAction::DropColumn { column, .. } => self.drop_column(table, column),
            AlterAction::RenameColumn { from, to } => self.rename_column(table, from, to),
            AlterAction::RenameTo(new) => {
                self.rename_table(table, new);
                self.rename_index(table, new);
            }
            _ => {}
        }
    }

    fn constraint(&mut self, table: &str, constraint: &Constraint) {
        let Some(name) = &constraint.name else {
            return;
        };
        let (columns, kind) = match &constraint.kind {
            ConstraintKind::PrimaryKey { columns, .. } => (columns.clone(), KnownKind::PrimaryKey),
            ConstraintKind::Unique { columns, .. } => (columns.clone(), KnownKind::Unique),
            ConstraintKind::ForeignKey { columns, .. } => (columns.clone(), KnownKind::ForeignKey),
            _ => return,
        };
        self.add(table, name.clone(), columns, kind);
    }
}
