//! Columns that can be added in parts.

use super::Context;
use crate::effects::Reason;
use crate::finding::{Fill, NewColumn, Remedy};
use crate::ir::{AlterAction, AlterTable, ColumnDef, ConstraintKind, Name};
use crate::postgres::Change;

impl Context<'_> {
    /// What is advised for a subcommand: where that adds a column which can be added in parts, so; else `instead`.
    #[must_use]
    pub fn in_parts(&self, command: usize, instead: Remedy) -> Remedy {
        match self.new_column(command) {
            Some(column) => Remedy::ColumnInParts {
                column: Box::new(column),
                instead: Box::new(instead),
            },
            None => instead,
        }
    }

    fn new_column(&self, command: usize) -> Option<NewColumn> {
        let mut commands = self.subcommands();
        let (_, alter, action) = commands.find(|(at, ..)| *at == command)?;
        let AlterAction::AddColumn {
            column,
            if_not_exists,
        } = action
        else {
            return None;
        };
        let table = self.catalog.find(&alter.name);
        let domain = column.ty.as_ref().and_then(|ty| self.catalog.domain(ty));
        let is_whole = column.generated.is_some() || column.identity || domain.is_some();
        if is_whole || table.is_some_and(|table| table.partitioned) {
            return None;
        }
        let mut work = self.blocking_of(command).iter();
        let is_filled = work.any(|work| work.part.reason == Reason::ColumnDefault);
        let constraints = self.names(alter, column, is_filled)?;
        let filled = if is_filled {
            Some(self.fill(alter, column)?)
        } else {
            None
        };
        Some(NewColumn {
            command,
            table: alter.name.clone(),
            constraints,
            filled,
            is_constraint: self.version.has(Change::NotNullIsConstraint),
            if_not_exists: *if_not_exists,
        })
    }

    /// What the constraints of a column are called; nothing where one of them cannot come later, or the names of two meet.
    fn names(
        &self,
        alter: &AlterTable,
        column: &ColumnDef,
        is_filled: bool,
    ) -> Option<Vec<String>> {
        let mut names = Vec::new();
        for new in &column.constraints {
            let comes_later = match new.kind {
                ConstraintKind::PrimaryKey { .. } | ConstraintKind::Exclude { .. } => false,
                ConstraintKind::NotNull { .. } => !is_filled,
                _ => true,
            };
            let name = self.catalog.constraint_name(&alter.name, new);
            if !comes_later || names.contains(&name) {
                return None;
            }
            names.push(name);
        }
        Some(names)
    }

    fn fill(&self, alter: &AlterTable, column: &ColumnDef) -> Option<Fill> {
        let table = self.catalog.find(&alter.name)?;
        let sequence = column.has_sequence().then(|| Name {
            schema: alter.name.schema.clone(),
            name: self.catalog.sequence_name(table, &column.name),
        });
        Some(Fill {
            key: self.batch_key(&alter.name)?,
            sequence,
        })
    }
}
