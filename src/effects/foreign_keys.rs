//! What writing rows does to the tables at the other end of foreign keys.
//!
//! Source: `src/backend/utils/adt/ri_triggers.c` (`SELECT ... FOR KEY SHARE`, and the actions of ON DELETE and ON UPDATE).

use super::touch::Touches;
use super::{Reason, Work};
use crate::ir::{ConstraintKind, DmlKind, IndexColumn};
use crate::postgres::LockMode::{RowExclusive, RowShare};
use crate::schema::{Catalog, Constraint, RelationId};

/// Rows of a table are written: the parent of a new row is looked up, and the children of one whose key goes or changes, which go or change with it where
/// the foreign key says so, and so on. `sets` are the columns that UPDATE writes.
pub(super) fn of_write(
    touches: &mut Touches<'_>,
    table: RelationId,
    kind: DmlKind,
    sets: &[String],
) {
    let mut seen = vec![table];
    let mut next = vec![(table, kind, sets.to_vec())];
    while let Some((id, kind, sets)) = next.pop() {
        if matches!(kind, DmlKind::Insert | DmlKind::Update) {
            parents(touches, id, kind, &sets);
        }
        if matches!(kind, DmlKind::Delete | DmlKind::Update) {
            for reached in children(touches, id, kind, &sets) {
                if !seen.contains(&reached.0) {
                    seen.push(reached.0);
                    next.push(reached);
                }
            }
        }
    }
}

fn parents(touches: &mut Touches<'_>, id: RelationId, kind: DmlKind, sets: &[String]) {
    let keys = touches.catalog.foreign_keys(id);
    let looked_up = |key: &&Constraint| {
        kind == DmlKind::Insert || key.columns().iter().any(|column| holds(sets, column))
    };
    let parents: Vec<RelationId> = keys
        .filter(looked_up)
        .filter_map(|key| key.references)
        .collect();
    for parent in parents.into_iter().filter(|parent| *parent != id) {
        touches.work(parent, RowShare, Work::None, Reason::ForeignKey);
    }
}

/// The tables whose rows refer to these; what is returned is changed there in turn.
fn children(
    touches: &mut Touches<'_>,
    id: RelationId,
    kind: DmlKind,
    sets: &[String],
) -> Vec<(RelationId, DmlKind, Vec<String>)> {
    let mut asked = Vec::new();
    let mut changed = Vec::new();
    for (child, key) in touches.catalog.referencing(id) {
        let ConstraintKind::ForeignKey {
            columns,
            on_delete,
            on_update,
            ..
        } = &key.kind
        else {
            continue;
        };
        let deletes = kind == DmlKind::Delete;
        if !deletes && !is_rekeyed(touches.catalog, id, key, sets) || child.id == id {
            continue;
        }
        let action = if deletes { on_delete } else { on_update };
        let action = action.as_deref().unwrap_or("no action");
        let work = if has_index(touches.catalog, child.id, columns) {
            Work::None
        } else {
            Work::Scan
        };
        let writes = !matches!(action, "restrict" | "no action");
        asked.push((child.id, if writes { RowExclusive } else { RowShare }, work));
        if writes {
            let kind = if deletes && action == "cascade" {
                DmlKind::Delete
            } else {
                DmlKind::Update
            };
            changed.push((child.id, kind, columns.clone()));
        }
    }
    for (child, lock, work) in asked {
        touches.work(child, lock, work, Reason::ForeignKey);
    }
    changed
}

/// Whether UPDATE of these columns changes the key that a foreign key refers to.
fn is_rekeyed(catalog: &Catalog, id: RelationId, key: &Constraint, sets: &[String]) -> bool {
    let ConstraintKind::ForeignKey {
        referenced_columns, ..
    } = &key.kind
    else {
        return false;
    };
    match catalog.get(id).primary_key() {
        Some(primary) if referenced_columns.is_empty() => {
            primary.columns().iter().any(|column| holds(sets, column))
        }
        _ => referenced_columns.iter().any(|column| holds(sets, column)),
    }
}

fn holds(sets: &[String], column: &str) -> bool {
    sets.iter().any(|set| set == column)
}

/// Whether an index begins with the columns of a foreign key, so that the rows of one parent are found without reading all.
fn has_index(catalog: &Catalog, table: RelationId, columns: &[String]) -> bool {
    catalog.indexes(table).any(|index| {
        index.definition.as_ref().is_some_and(|definition| {
            let first = definition.elements.first().map(|element| &element.column);
            definition.predicate.is_none()
                && matches!(first, Some(IndexColumn::Column(name)) if columns.contains(name))
        })
    })
}
