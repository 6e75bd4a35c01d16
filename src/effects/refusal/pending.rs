//! Statements that change a table while events of it wait for the end of the transaction.
//!
//! Source: `CheckTableNotInUse` in `src/backend/commands/tablecmds.c` and its callers; observed on 14.23 and 18.4.

use super::refused::{Mend, PENDING_EVENTS, Refusal};
use super::scene::Scene;
use crate::ir::{Action, AlterAction, AlterTable, Name, ObjectKind, RelationKind};
use crate::schema::Relation;

pub(super) fn refused(scene: Scene<'_>, action: &Action) -> Option<Refusal> {
    let (what, names, below): (_, &[Name], bool) = match action {
        Action::AlterTable(alter) => {
            let name = std::slice::from_ref(&alter.name);
            (
                "ALTER TABLE",
                changes(alter).then_some(name)?,
                recurses(alter),
            )
        }
        Action::CreateIndex(create) => (
            "CREATE INDEX",
            std::slice::from_ref(&create.table),
            !create.only,
        ),
        Action::Drop(drop) if drop.kind == ObjectKind::Relation(RelationKind::Table) => {
            ("DROP TABLE", &drop.names, true)
        }
        Action::Truncate { tables, only, .. } => ("TRUNCATE", tables, !only),
        Action::Cluster { table: Some(table) } => ("CLUSTER", std::slice::from_ref(table), true),
        _ => return None,
    };
    let mut tables = names
        .iter()
        .filter_map(|name| scene.catalog.find_sure(name));
    let table = tables.find(|table| waits(scene, table, below))?;
    let message = format!(
        "cannot {what} \"{}\" because it has pending trigger events",
        table.name
    );
    Some(Refusal::new(PENDING_EVENTS, message, Mend::Immediate).on(table.id))
}

/// Whether events of a table wait, or of its partitions where the statement goes on to them. Rows of a partitioned table are in some partition of it.
fn waits(scene: Scene<'_>, table: &Relation, below: bool) -> bool {
    if scene.deferred.is_empty() {
        return false;
    }
    let own = scene.deferred.waits(table.id) && (below || !table.partitioned);
    let mut partitions = scene.catalog.descendants(table.id).into_iter();
    own || below && partitions.any(|partition| scene.deferred.waits(partition))
}

/// RENAME and SET SCHEMA only change names, and other relations have no rows that wait.
fn changes(alter: &AlterTable) -> bool {
    let names = |action: &AlterAction| {
        matches!(
            action,
            AlterAction::RenameTo(_)
                | AlterAction::RenameColumn { .. }
                | AlterAction::RenameConstraint { .. }
                | AlterAction::SetSchema(_)
        )
    };
    let mut commands = alter.commands.iter();
    alter.kind == RelationKind::Table && !commands.all(|command| names(&command.action))
}

/// Whether what is done to a table is done to its partitions.
fn recurses(alter: &AlterTable) -> bool {
    let goes_on = |action: &AlterAction| {
        matches!(
            action,
            AlterAction::AddColumn { .. }
                | AlterAction::DropColumn { .. }
                | AlterAction::AlterColumnType { .. }
                | AlterAction::SetDefault { .. }
                | AlterAction::DropDefault { .. }
                | AlterAction::SetNotNull { .. }
                | AlterAction::AddConstraint(_)
        )
    };
    let mut commands = alter.commands.iter();
    !alter.only && commands.any(|command| goes_on(&command.action))
}
