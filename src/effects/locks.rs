//! Which lock each ALTER TABLE subcommand needs on the table that it names.
//!
//! Source: `AlterTableGetLockLevel` in `src/backend/commands/tablecmds.c` and the page ALTER TABLE of the documentation.

use crate::ir::{AlterAction, ConstraintKind, RelationKind, StorageParameter};
use crate::postgres::LockMode::{self, AccessExclusive, ShareRowExclusive, ShareUpdateExclusive};

/// The lock that one subcommand needs on a relation of this kind; `written` is the kind that the statement names.
pub(super) fn of_subcommand(
    written: RelationKind,
    kind: RelationKind,
    action: &AlterAction,
) -> LockMode {
    match action {
        AlterAction::AddConstraint(constraint) => match constraint.kind {
            ConstraintKind::ForeignKey { .. } => ShareRowExclusive,
            _ => AccessExclusive,
        },
        AlterAction::Trigger { .. } | AlterAction::SequenceOptions(_) => ShareRowExclusive,
        AlterAction::ValidateConstraint { .. }
        | AlterAction::SetStatistics { .. }
        | AlterAction::SetAttributeOptions { .. }
        | AlterAction::ClusterOn { .. }
        | AlterAction::SetWithoutCluster
        | AlterAction::AttachPartition { .. }
        | AlterAction::DetachPartition {
            concurrently: true, ..
        }
        | AlterAction::DetachPartition { finalize: true, .. } => ShareUpdateExclusive,
        AlterAction::SetOptions(all) | AlterAction::ResetOptions(all) => options(kind, all),
        AlterAction::RenameTo(_)
            if written == RelationKind::Index && kind == RelationKind::Index =>
        {
            ShareUpdateExclusive
        }
        _ => AccessExclusive,
    }
}

/// Storage parameters that can be set while others write.
///
/// Source: the lock levels in `src/backend/access/common/reloptions.c`.
fn options(kind: RelationKind, all: &[StorageParameter]) -> LockMode {
    let gentle = |parameter: &StorageParameter| {
        let name = &*parameter.name;
        let name = name.strip_prefix("toast.").unwrap_or(name);
        kind != RelationKind::View
            && (name.starts_with("autovacuum_")
                || name.starts_with("vacuum_")
                || name.starts_with("log_autovacuum_")
                || matches!(
                    name,
                    "fillfactor"
                        | "toast_tuple_target"
                        | "parallel_workers"
                        | "n_distinct"
                        | "n_distinct_inherited"
                        | "deduplicate_items"
                ))
    };
    if all.iter().all(gentle) {
        ShareUpdateExclusive
    } else {
        AccessExclusive
    }
}

/// Whether a subcommand on a table with children is done to them too, under the same lock.
///
/// Source: `ATPrepCmd` in `src/backend/commands/tablecmds.c`.
pub(super) fn recurses(action: &AlterAction) -> bool {
    matches!(
        action,
        AlterAction::AddConstraint(_)
            | AlterAction::AlterConstraint { .. }
            | AlterAction::AddColumn { .. }
            | AlterAction::DropColumn { .. }
            | AlterAction::AlterColumnType { .. }
            | AlterAction::SetDefault { .. }
            | AlterAction::DropDefault { .. }
            | AlterAction::SetNotNull { .. }
            | AlterAction::DropNotNull { .. }
            | AlterAction::SetExpression { .. }
            | AlterAction::DropExpression { .. }
            | AlterAction::SetStatistics { .. }
            | AlterAction::SetStorage { .. }
            | AlterAction::ValidateConstraint { .. }
            | AlterAction::DropConstraint { .. }
            | AlterAction::Trigger { .. }
            | AlterAction::RenameColumn { .. }
    )
}
