//! DROP and TRUNCATE, and all that they reach.

use super::plain::named;
use super::touch::Touches;
use crate::ir::{Drop, Name, ObjectKind, RelationKind};
use crate::postgres::LockMode::{AccessExclusive, ShareUpdateExclusive};
use crate::schema::RelationId;

/// DROP of relations and of what hangs on them.
pub(super) fn drop_objects(touches: &mut Touches<'_>, drop: &Drop) {
    if let Some(table) = &drop.on {
        // Triggers, rules and policies: the table they are on.
        let id = named(touches, table, RelationKind::Table, AccessExclusive);
        if drop.kind == ObjectKind::Trigger {
            for partition in touches.catalog.descendants(id) {
                touches.lock(partition, AccessExclusive);
            }
        }
        return;
    }
    let ObjectKind::Relation(kind) = drop.kind else {
        return;
    };
    for name in &drop.names {
        let found = touches.catalog.find(name).map(|relation| relation.id);
        let id = match found {
            Some(id) => id,
            // Nothing to lock where the history made everything and this was not in it.
            None if drop.if_exists && !touches.catalog.may_hide(name) => continue,
            None => touches.catalog.resolve(name, kind),
        };
        let lock = if drop.concurrently {
            ShareUpdateExclusive
        } else {
            AccessExclusive
        };
        touches.lock(id, lock);
        let relation = touches.catalog.get(id);
        if relation.kind == RelationKind::Index {
            for index in touches.with_partitions(Some(id)) {
                // At its end, when nobody uses it any more.
                touches.lock(index, AccessExclusive);
                if let Some(table) = touches.catalog.get(index).table {
                    touches.lock(table, lock);
                }
            }
        } else {
            drop_table(touches, id);
        }
    }
}

/// DROP TABLE takes its indexes, its children, its parent's place for it, and both ends of foreign keys.
fn drop_table(touches: &mut Touches<'_>, id: RelationId) {
    let mut all = touches.catalog.descendants(id);
    all.push(id);
    let mut others: Vec<RelationId> = all.clone();
    let dropped = touches.catalog.get(id);
    others.extend(dropped.parent.filter(|_| dropped.bound.is_some()));
    for table in all {
        others.extend(touches.indexes(table));
        others.extend(touches.sequences(table));
        let relation = touches.catalog.get(table);
        others.extend(relation.constraints.iter().filter_map(|c| c.references));
        others.extend(
            touches
                .catalog
                .referencing(table)
                .map(|(child, _)| child.id),
        );
    }
    for other in others {
        touches.lock(other, AccessExclusive);
    }
}

/// TRUNCATE: new, empty files for the table, its indexes and all that CASCADE reaches.
pub(super) fn truncate(touches: &mut Touches<'_>, tables: &[Name], only: bool, cascade: bool) {
    let mut pending: Vec<RelationId> = Vec::new();
    for name in tables {
        pending.push(touches.catalog.resolve(name, RelationKind::Table));
    }
    let mut seen: Vec<RelationId> = Vec::new();
    while let Some(id) = pending.pop() {
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        if !only {
            pending.extend(touches.catalog.descendants(id));
        }
        if cascade {
            pending.extend(touches.catalog.referencing(id).map(|(child, _)| child.id));
        }
        touches.lock(id, AccessExclusive);
        for index in touches.indexes(id) {
            touches.lock(index, AccessExclusive);
        }
    }
}
