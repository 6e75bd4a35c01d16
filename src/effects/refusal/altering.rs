//! A subcommand of ALTER TABLE, and what stands beside it.

use super::scene::Scene;
use crate::ir::{AlterAction, AlterTable};
use crate::schema::Relation;

/// A subcommand, and the statement that it is part of.
#[derive(Clone, Copy)]
pub(super) struct Altering<'a> {
    pub(super) scene: Scene<'a>,
    pub(super) relation: &'a Relation,
    pub(super) statement: &'a AlterTable,
    /// Which subcommand it is, counted from 0.
    pub(super) at: usize,
}

impl Altering<'_> {
    /// Whether another subcommand of the statement adds, drops or renames this column or constraint, so that what is there depends on their order.
    pub(super) fn is_changed_beside(self, name: &str) -> bool {
        let mut others = self.statement.commands.iter().enumerate();
        others.any(|(at, other)| {
            let named = match &other.action {
                AlterAction::AddColumn { column, .. } => &column.name,
                AlterAction::DropColumn { column, .. } => column,
                AlterAction::DropConstraint { name, .. } => name,
                AlterAction::RenameColumn { from, .. } => from,
                AlterAction::AddConstraint(new) => match &new.name {
                    Some(name) => name,
                    None => return false,
                },
                _ => return false,
            };
            at != self.at && named == name
        })
    }

    /// Whether another subcommand of the statement does something to this column.
    pub(super) fn is_altered_beside(self, column: &str) -> bool {
        let mut others = self.statement.commands.iter().enumerate();
        let alters = |action: &AlterAction| altered(action) == Some(column);
        self.is_changed_beside(column)
            || others.any(|(at, other)| at != self.at && alters(&other.action))
    }
}

/// The column that a subcommand is about.
pub(super) fn altered(action: &AlterAction) -> Option<&str> {
    match action {
        AlterAction::SetDefault { column, .. }
        | AlterAction::DropDefault { column }
        | AlterAction::SetNotNull { column }
        | AlterAction::DropNotNull { column }
        | AlterAction::SetExpression { column, .. }
        | AlterAction::DropExpression { column, .. }
        | AlterAction::AddIdentity { column }
        | AlterAction::SetIdentity { column, .. }
        | AlterAction::DropIdentity { column, .. }
        | AlterAction::SetStatistics { column }
        | AlterAction::SetStorage { column }
        | AlterAction::SetCompression { column }
        | AlterAction::SetAttributeOptions { column } => Some(column),
        _ => None,
    }
}
