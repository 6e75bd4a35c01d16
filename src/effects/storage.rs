//! SET LOGGED, SET UNLOGGED, SET ACCESS METHOD and SET TABLESPACE: a table moves, unless it is there already.

use super::touch::Touches;
use super::{Certainty, Reason, Work};
use crate::ir::{AlterAction, RelationKind};
use crate::postgres::Change;
use crate::postgres::LockMode::AccessExclusive;
use crate::schema::RelationId;

/// Nothing is copied where the relation is already what it shall be, as far as its whole history is known.
///
/// Source: `ATPrepChangePersistence`, `ATPrepSetAccessMethod`, `ATExecSetTableSpace` in `src/backend/commands/tablecmds.c`.
pub(super) fn alter(touches: &mut Touches<'_>, id: RelationId, action: &AlterAction) {
    let relation = touches.catalog.get(id);
    let known = relation.created.is_some();
    let (there, kind) = match action {
        AlterAction::SetLogged => (!relation.unlogged, relation.kind),
        AlterAction::SetUnlogged => (relation.unlogged, relation.kind),
        AlterAction::SetAccessMethod(method) => {
            let is = relation.access_method.as_deref().unwrap_or("heap");
            (method.as_deref().unwrap_or("heap") == is, relation.kind)
        }
        AlterAction::SetTablespace(name) => {
            let is = relation.tablespace.as_deref().unwrap_or("pg_default");
            (name == is, relation.kind)
        }
        _ => return,
    };
    if known && there {
        return;
    }
    match (action, kind) {
        (AlterAction::SetTablespace(_), RelationKind::Index) => {
            touches.work(id, AccessExclusive, Work::IndexBuild, Reason::Storage);
        }
        // Copied file by file; the indexes of a table stay where they are.
        (AlterAction::SetTablespace(_), _) => {
            touches.work(id, AccessExclusive, Work::Rewrite, Reason::Storage);
        }
        (_, RelationKind::Sequence) => {
            // One row.
            touches.lock(id, AccessExclusive);
        }
        (AlterAction::SetLogged | AlterAction::SetUnlogged, _) => {
            touches.rewrite(id, Reason::Storage, Certainty::Known, None);
            if touches.version.has(Change::SequencesFollowPersistence) {
                for sequence in touches.sequences(id) {
                    touches.lock(sequence, AccessExclusive);
                }
            }
        }
        _ => touches.rewrite(id, Reason::Storage, Certainty::Known, None),
    }
}
