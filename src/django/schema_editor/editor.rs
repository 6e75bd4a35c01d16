//! What the parts of the schema editor share: statements that run now, and those that wait until the end.

use super::catalogue::{Catalogue, KnownKind};
use super::ddl::{Ddl, DdlKind};
use super::names::quote;
use crate::django::facts::{Compiled, Generated, ProjectFacts};
use crate::django::fields::Field;
use crate::django::value::Opaque;
use crate::ir::Habit;
use crate::source::Span;

/// Collects what one migration runs.
pub(super) struct Editor<'r, 'a> {
    pub(super) facts: &'r ProjectFacts<'a>,
    pub(super) catalogue: &'r mut Catalogue,
    /// What runs at the end, and the operation that asked for it.
    deferred: Vec<(Ddl, Span)>,
    out: Vec<Generated>,
    opaque: Vec<Opaque>,
    /// What functions do that no statement tells of.
    pub(super) habits: Vec<(Span, Habit)>,
    pub(super) span: Span,
    /// Whether the migration runs in one transaction.
    pub(super) atomic: bool,
}

impl<'r, 'a> Editor<'r, 'a> {
    pub(super) fn new(facts: &'r ProjectFacts<'a>, catalogue: &'r mut Catalogue) -> Self {
        Self {
            atomic: true,
            facts,
            catalogue,
            deferred: Vec::new(),
            out: Vec::new(),
            opaque: Vec::new(),
            habits: Vec::new(),
            span: Span::default(),
        }
    }

    /// Runs what was deferred; gives back all statements, what was not understood, and what functions do beside.
    pub(super) fn finish(mut self) -> Compiled {
        for (ddl, span) in std::mem::take(&mut self.deferred) {
            self.span = span;
            self.run(&ddl);
        }
        Compiled {
            statements: self.out,
            opaque: self.opaque,
            habits: self.habits,
            ..Compiled::default()
        }
    }

    /// Runs a statement.
    pub(super) fn execute(&mut self, sql: String) {
        self.push(Generated::Made(sql, self.span));
    }

    pub(super) fn push(&mut self, generated: Generated) {
        self.out.push(generated);
    }

    /// Runs a statement that makes an index or a constraint.
    pub(super) fn run(&mut self, ddl: &Ddl) {
        let (name, columns) = (ddl.name(), ddl.columns.clone());
        let of = |expressions: &Option<String>| match expressions {
            Some(_) => vec![String::new()],
            None => columns.clone(),
        };
        match &ddl.kind {
            DdlKind::Index(index) => {
                let btree = index.using.is_empty() || index.using.ends_with("btree");
                let kind = KnownKind::Index {
                    unique: false,
                    btree,
                };
                self.catalogue
                    .add(&ddl.table, name, of(&index.expressions), kind);
            }
            DdlKind::Unique {
                index, as_index, ..
            } => {
                let kind = if *as_index {
                    KnownKind::Index {
                        unique: true,
                        btree: true,
                    }
                } else {
                    KnownKind::Unique
                };
                self.catalogue
                    .add(&ddl.table, name, of(&index.expressions), kind);
            }
            DdlKind::ForeignKey { .. } => {
                self.catalogue
                    .add(&ddl.table, name, columns, KnownKind::ForeignKey);
            }
        }
        self.execute(ddl.sql());
    }

    /// Runs a statement at the end of the migration.
    pub(super) fn defer(&mut self, ddl: Ddl) {
        self.deferred.push((ddl, self.span));
    }

    /// Forgets deferred statements.
    pub(super) fn forget(&mut self, which: impl Fn(&Ddl) -> bool) {
        self.deferred.retain(|(ddl, _)| !which(ddl));
    }

    /// A table's new name, in what is deferred and in the catalogue.
    pub(super) fn table_renamed(&mut self, old: &str, new: &str) {
        for (ddl, _) in &mut self.deferred {
            ddl.rename_table(old, new);
        }
        self.catalogue.rename_table(old, new);
    }

    /// A column's new name, in what is deferred and in the catalogue.
    pub(super) fn column_renamed(&mut self, table: &str, old: &str, new: &str) {
        for (ddl, _) in &mut self.deferred {
            ddl.rename_column(table, old, new);
        }
        self.catalogue.rename_column(table, old, new);
    }

    /// Drops a constraint.
    pub(super) fn drop_constraint(&mut self, table: &str, name: &str) {
        self.catalogue.drop_name(table, name);
        let (table, name) = (quote(table), quote(name));
        self.execute(format!("ALTER TABLE {table} DROP CONSTRAINT {name}"));
    }

    /// Drops a foreign key, after what it still has to check.
    pub(super) fn drop_foreign_key(&mut self, table: &str, name: &str) {
        self.catalogue.drop_name(table, name);
        let (table, name) = (quote(table), quote(name));
        self.execute(format!(
            "SET CONSTRAINTS {name} IMMEDIATE; ALTER TABLE {table} DROP CONSTRAINT {name}"
        ));
    }

    /// Notes something that is not understood.
    pub(super) fn unknown(&mut self, span: Span, reason: String) {
        let span = if span.is_empty() { self.span } else { span };
        let opaque = Opaque { span, reason };
        if !self.opaque.contains(&opaque) {
            self.opaque.push(opaque);
        }
    }

    /// Notes something that runs nobody knows what.
    pub(super) fn missing(&mut self, span: Span, reason: String) {
        self.unknown(span, reason.clone());
        let span = self.span;
        self.push(Generated::Unknown(Opaque { span, reason }));
    }

    /// Says that a column is added or changed of which nobody knows what it is.
    pub(super) fn guessed_field(&mut self, field: &Field) {
        if let Some(opaque) = field.opaque.as_ref().filter(|_| field.is_guessed()) {
            self.missing(opaque.span, opaque.reason.clone());
        }
    }

    /// Notes why the type of a field is not known.
    pub(super) fn unknown_field(&mut self, field: &Field) {
        if let Some(opaque) = &field.opaque {
            self.unknown(opaque.span, opaque.reason.clone());
        }
    }
}
