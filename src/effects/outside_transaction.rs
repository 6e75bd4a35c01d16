//! Which statements refuse to run inside a transaction block.

use crate::ir::{Action, AlterAction, CodeStep, ObjectKind, ReindexTarget, Transaction};
use crate::schema::Catalog;

/// Whether PostgreSQL lets this statement run inside a transaction block.
///
/// DROP SUBSCRIPTION is taken to have a replication slot.
///
/// Source: the callers of `PreventInTransactionBlock`, and `src/pl/plpgsql` for COMMIT inside DO.
#[must_use]
pub fn can_run_in_transaction(action: &Action, catalog: &Catalog) -> bool {
    match action {
        Action::CreateIndex(create) => !create.concurrently,
        Action::Drop(drop) => !drop.concurrently && !is_global(drop.kind),
        Action::Reindex {
            target,
            name,
            concurrently,
        } => {
            let partitioned = name
                .as_ref()
                .and_then(|name| catalog.find(name))
                .is_some_and(|relation| relation.partitioned);
            let one = matches!(target, ReindexTarget::Index | ReindexTarget::Table);
            one && !concurrently && !partitioned
        }
        Action::Vacuum { .. }
        | Action::Cluster { table: None }
        | Action::Transaction(Transaction::EndPrepared) => false,
        Action::Cluster { table: Some(table) } => !catalog
            .find(table)
            .is_some_and(|relation| relation.partitioned),
        Action::AlterTable(alter) => !alter.commands.iter().any(|command| {
            matches!(
                command.action,
                AlterAction::DetachPartition {
                    concurrently: true,
                    ..
                }
            )
        }),
        Action::Do {
            controls_transaction,
            ..
        } => !controls_transaction,
        Action::Call { procedure } => {
            let namesakes = catalog.routines(procedure);
            let commits = |step: &CodeStep| {
                matches!(
                    step.action,
                    Action::Transaction(Transaction::Commit { .. } | Transaction::Rollback { .. })
                )
            };
            !namesakes
                .iter()
                .any(|routine| routine.code.steps.iter().any(commits))
        }
        // DISCARD ALL is all that sets everything back at once and cannot.
        Action::Set(set) => set.name != "discard",
        Action::Utility(utility) => !utility.outside_transaction,
        _ => true,
    }
}

fn is_global(kind: ObjectKind) -> bool {
    matches!(
        kind,
        ObjectKind::Database | ObjectKind::Tablespace | ObjectKind::Subscription
    )
}
