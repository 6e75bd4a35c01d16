//! DROP and TRUNCATE, and all that they reach.

use super::touch::Touches;
use crate::ir::{Drop, Name, ObjectKind, RelationKind};
use crate::postgres::LockMode::{AccessExclusive, ShareUpdateExclusive};
use crate::schema::{Object, RelationId};

/// DROP of anything: what is dropped is locked, and whatever loses something by it.
pub(super) fn drop_objects(touches: &mut Touches<'_>, drop: &Drop) {
    if let Some(table) = &drop.on {
        return drop_attached(touches, drop, table);
    }
    if drop.kind == ObjectKind::Statistics {
        for name in &drop.names {
            if let Some(table) = touches.catalog.with_statistics(&name.name) {
                let id = table.id;
                touches.lock(id, ShareUpdateExclusive);
            }
        }
        return;
    }
    let objects = touches.catalog.dropped_by(drop);
    let reach = touches.catalog.reach(objects, drop.cascade);
    for id in reach.locked(touches.catalog, touches.version) {
        // CONCURRENTLY takes the index itself at its end, when nobody uses it any more.
        let gentle = drop.concurrently && touches.catalog.get(id).kind != RelationKind::Index;
        let lock = if gentle {
            ShareUpdateExclusive
        } else {
            AccessExclusive
        };
        touches.lock(id, lock);
    }
}

/// DROP TRIGGER, RULE and POLICY: the table they are on. IF EXISTS of what is not there lets go of it again.
fn drop_attached(touches: &mut Touches<'_>, drop: &Drop, table: &Name) {
    let Some(id) = touches.find(table) else {
        return;
    };
    let relation = touches.catalog.get(id);
    let named = |at: &crate::schema::Attached| {
        let mut names = drop.names.iter();
        at.kind == drop.kind && names.any(|name| at.name.as_ref() == Some(&name.name))
    };
    let known = relation.attached.iter().any(named);
    if drop.if_exists && !known && relation.complete && relation.created.is_some() {
        return;
    }
    touches.lock(id, AccessExclusive);
    if drop.kind == ObjectKind::Trigger && relation_is_partitioned(touches, id) {
        for partition in touches.catalog.descendants(id) {
            touches.lock(partition, AccessExclusive);
        }
    }
}

fn relation_is_partitioned(touches: &Touches<'_>, id: RelationId) -> bool {
    touches.catalog.get(id).partitioned
}

/// DROP OWNED and REASSIGN OWNED: everything that the roles own, as far as statements said so.
pub(super) fn owned(touches: &mut Touches<'_>, drop: bool, roles: &[String]) {
    let owned = touches.catalog.owned_by(roles);
    if drop {
        let objects = owned.into_iter().map(Object::Relation).collect();
        let reach = touches.catalog.reach(objects, true);
        for id in reach.locked(touches.catalog, touches.version) {
            touches.lock(id, AccessExclusive);
        }
        return;
    }
    for id in owned {
        touches.lock(id, AccessExclusive);
        for other in [touches.indexes(id), touches.sequences(id)].concat() {
            touches.lock(other, AccessExclusive);
        }
    }
}

/// TRUNCATE: new, empty files for the table, its indexes and all that CASCADE reaches.
pub(super) fn truncate(
    touches: &mut Touches<'_>,
    tables: &[Name],
    only: bool,
    cascade: bool,
    restart: bool,
) {
    let named = tables.iter().filter_map(|name| touches.find(name));
    let below = |id| {
        let children = if only {
            Vec::new()
        } else {
            touches.catalog.descendants(id)
        };
        std::iter::once(id).chain(children)
    };
    let mut pending: Vec<RelationId> = named.flat_map(below).collect();
    let mut seen: Vec<RelationId> = Vec::new();
    while let Some(id) = pending.pop() {
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        if cascade {
            let keys = touches.catalog.referencing_rows(id);
            let keys: Vec<RelationId> = keys.map(|(child, _)| child.id).collect();
            // What inherits has no part in the key.
            let tables = keys
                .into_iter()
                .flat_map(|child| touches.with_own_partitions(Some(child)));
            pending.extend(tables);
        }
        touches.lock(id, AccessExclusive);
        // An index on a partitioned table has no file to empty.
        for index in touches.indexes(id) {
            if !touches.catalog.get(index).partitioned {
                touches.lock(index, AccessExclusive);
            }
        }
        if restart {
            for sequence in touches.sequences(id) {
                touches.lock(sequence, AccessExclusive);
            }
        }
    }
}
