//! ALTER TABLE and its relatives: the lock of each subcommand, and the work that it does under it.

use super::touch::Touches;
use super::{Certainty, Reason, Work, column, column_type, constraint, locks, partition};
use crate::ir::{AlterAction, AlterTable, RelationKind};
use crate::postgres::LockMode::{self, AccessExclusive};
use crate::schema::RelationId;

/// What an ALTER of a relation does, subcommand by subcommand.
pub(super) fn alter(touches: &mut Touches<'_>, statement: &AlterTable) {
    let missing = touches.catalog.find(&statement.name).is_none();
    if statement.if_exists && missing && !touches.catalog.may_hide(&statement.name) {
        return;
    }
    let id = touches.catalog.resolve(&statement.name, statement.kind);
    let kind = touches.catalog.get(id).kind;
    for (at, command) in statement.commands.iter().enumerate() {
        touches.command = at;
        let lock = locks::of_subcommand(statement.kind, kind, &command.action);
        touches.lock(id, lock);
        subcommand(touches, id, &command.action, lock);
        if !statement.only && locks::recurses(&command.action) {
            for child in touches.catalog.descendants(id) {
                touches.lock(child, lock);
                subcommand(touches, child, &command.action, lock);
            }
        }
    }
    touches.command = 0;
}

fn subcommand(touches: &mut Touches<'_>, id: RelationId, action: &AlterAction, lock: LockMode) {
    match action {
        AlterAction::AddColumn {
            column,
            if_not_exists,
        } => {
            let exists = touches.catalog.get(id).column(&column.name).is_some();
            if !(*if_not_exists && exists) {
                column::add(touches, id, column);
            }
        }
        AlterAction::DropColumn { column, .. } => column::drop(touches, id, column),
        AlterAction::AlterColumnType {
            column,
            ty,
            collation,
            using,
        } => column_type::change(touches, id, column, ty, collation.as_ref(), using.as_ref()),
        AlterAction::SetNotNull { column } => constraint::set_not_null(touches, id, column),
        AlterAction::SetExpression { column, .. } => {
            let stored = touches
                .catalog
                .get(id)
                .column(column)
                .and_then(|column| column.generated.as_ref())
                .is_none_or(|generated| generated.stored);
            if stored {
                touches.rewrite(id, Reason::ColumnDefault, Certainty::Known, None);
            }
        }
        AlterAction::AddConstraint(new) => constraint::add(touches, id, new),
        AlterAction::ValidateConstraint { name } => constraint::validate(touches, id, name),
        AlterAction::DropConstraint { name, .. } => constraint::drop(touches, id, name),
        AlterAction::AlterConstraint {
            name,
            enforced: Some(true),
        } => constraint::enforce(touches, id, name),
        AlterAction::SetLogged | AlterAction::SetUnlogged | AlterAction::SetAccessMethod => {
            touches.rewrite(id, Reason::Storage, Certainty::Known, None);
        }
        AlterAction::SetTablespace => {
            // Copied file by file; the indexes of a table stay where they are.
            let work = match touches.catalog.get(id).kind {
                RelationKind::Index => Work::IndexBuild,
                _ => Work::Rewrite,
            };
            touches.work(id, AccessExclusive, work, Reason::Storage);
        }
        AlterAction::AttachPartition { partition, bound } => {
            partition::attach(touches, id, partition, bound.as_ref());
        }
        AlterAction::DetachPartition {
            partition,
            concurrently,
            finalize,
        } => partition::detach(touches, id, partition, *concurrently || *finalize),
        other => related(touches, id, other, lock),
    }
}

/// Subcommands that do nothing but lock what belongs to the relation: its indexes, its sequences, its parents.
fn related(touches: &mut Touches<'_>, id: RelationId, action: &AlterAction, lock: LockMode) {
    match action {
        AlterAction::OwnerTo => {
            for other in [touches.indexes(id), touches.sequences(id)].concat() {
                touches.lock(other, AccessExclusive);
            }
        }
        AlterAction::SetSchema(_) => {
            for sequence in touches.sequences(id) {
                touches.lock(sequence, AccessExclusive);
            }
        }
        AlterAction::SetIdentity { column } => {
            let sequence = touches.catalog.owned_sequence(id, column);
            if let Some(sequence) = sequence.map(|sequence| sequence.id) {
                touches.lock(sequence, LockMode::ShareRowExclusive);
            }
        }
        AlterAction::RenameConstraint { from, .. } => {
            let constraint = touches.catalog.get(id).constraint(from);
            if let Some(index) = constraint.and_then(|constraint| constraint.index) {
                touches.lock(index, LockMode::ShareUpdateExclusive);
            }
        }
        AlterAction::AlterConstraint {
            name,
            enforced: Some(false),
        } => constraint::unenforce(touches, id, name),
        AlterAction::DropIdentity { column } => {
            let sequence = touches.catalog.owned_sequence(id, column);
            if let Some(sequence) = sequence.map(|sequence| sequence.id) {
                touches.lock(sequence, AccessExclusive);
            }
        }
        AlterAction::ClusterOn { index } => {
            if let Some(index) = touches
                .indexes(id)
                .into_iter()
                .find(|at| touches.catalog.get(*at).name == *index)
            {
                touches.lock(index, lock);
            }
        }
        AlterAction::Inherit(parent) => {
            let parent = touches.catalog.resolve(parent, RelationKind::Table);
            touches.lock(parent, LockMode::ShareUpdateExclusive);
        }
        AlterAction::NoInherit(parent) => {
            let parent = touches.catalog.resolve(parent, RelationKind::Table);
            touches.lock(parent, LockMode::AccessShare);
        }
        _ => {}
    }
}
