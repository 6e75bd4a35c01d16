//! A column that can be added in parts: what of its definition can stay, and what has to come later.

use crate::ir::{Action, AlterAction, ColumnDef, Constraint, ConstraintKind, Name, Statement};
use crate::postgres::types::type_of_serial;
use crate::source::Span;

/// A column that a subcommand of ALTER TABLE adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewColumn {
    /// Which subcommand, counted from 0.
    pub command: usize,
    pub table: Name,
    /// What each of its constraints is called, in their order.
    pub constraints: Vec<String>,
    /// How rows that are there get their value, where that differs from row to row.
    pub filled: Option<Fill>,
    /// PostgreSQL 18: NOT NULL is a constraint, and may be NOT VALID.
    pub is_constraint: bool,
    /// A column that is there already stays as it is.
    pub if_not_exists: bool,
}

/// How rows are filled piece by piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fill {
    /// The column by whose order rows are gone through; no two rows have the same value.
    pub key: String,
    /// The sequence that the type of the column brings along.
    pub sequence: Option<Name>,
}

impl NewColumn {
    /// Its definition, in the statement that adds it.
    #[must_use]
    pub fn definition<'s>(&self, statement: &'s Statement) -> Option<&'s ColumnDef> {
        let Action::AlterTable(alter) = &statement.action else {
            return None;
        };
        match &alter.commands.get(self.command)?.action {
            AlterAction::AddColumn { column, .. } => Some(column),
            _ => None,
        }
    }

    /// Whether a constraint of the column looks at no row, and may stay with it: rows hold NULL, which refers to nothing.
    #[must_use]
    pub fn keeps(&self, column: &ColumnDef, constraint: &Constraint) -> bool {
        match constraint.kind {
            ConstraintKind::ForeignKey { .. } => self.filled.is_some() || column.default.is_none(),
            ConstraintKind::NotNull { .. } => self.filled.is_none(),
            _ => false,
        }
    }

    /// What is written otherwise in the definition, each with the text to stand there, in the order of their places.
    #[must_use]
    pub fn changes(&self, column: &ColumnDef) -> Vec<(Span, &'static str)> {
        let constraints = column.constraints.iter();
        let gone = constraints.filter(|it| !self.keeps(column, it));
        let mut changes: Vec<(Span, &str)> = gone.map(|it| (it.span, "")).collect();
        if self.filled.is_some() {
            let places = &column.places;
            let gone = [places.default, places.not_null].into_iter().flatten();
            changes.extend(gone.map(|span| (span, "")));
            let ty = column.ty.as_ref();
            let plain = ty.and_then(|ty| type_of_serial(&ty.name.name));
            changes.extend(places.ty.zip(plain));
        }
        changes.sort_by_key(|(span, _)| span.start);
        changes
    }
}
