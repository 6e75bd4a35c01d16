//! Who waits at the other end of a foreign key: a row of a parent is deleted only after its children were asked, a row of a child written only after its parent
//! was.
//!
//! Source: `src/backend/utils/adt/ri_triggers.c`.

use crate::ir::{ConstraintKind, ReferentialAction, RowLock};
use crate::postgres::{Access, Accesses, LockMode};
use crate::schema::{Catalog, RelationId};

/// Who waits because a table is locked in this mode.
pub(super) fn through_lock(
    catalog: &Catalog,
    table: RelationId,
    lock: LockMode,
    add: &mut impl FnMut(RelationId, Accesses),
) {
    let looked_up = LockMode::RowShare.conflicts_with(lock);
    deleted(catalog, table, looked_up, lock, add);
    if looked_up {
        inserting(catalog, table, add);
    }
}

/// Who waits because an index of a table is locked in this mode: the look-up is planned, and what is written goes to every index.
pub(super) fn through_index(
    catalog: &Catalog,
    table: RelationId,
    lock: LockMode,
    add: &mut impl FnMut(RelationId, Accesses),
) {
    let planned = LockMode::AccessShare.conflicts_with(lock);
    deleted(catalog, table, planned, lock, add);
    if planned {
        inserting(catalog, table, add);
    }
}

/// Deletes from parents: all of them where the look-up waits, else those that write to the table, where the lock keeps writers out.
fn deleted(
    catalog: &Catalog,
    table: RelationId,
    looks_up: bool,
    lock: LockMode,
    add: &mut impl FnMut(RelationId, Accesses),
) {
    let written = LockMode::RowExclusive.conflicts_with(lock);
    for (parent, writes) in deleting(catalog, table) {
        if looks_up || writes && written {
            add(parent, Accesses::of(&[Access::Delete]));
        }
    }
}

/// Who waits because all rows of a table are locked so. A row of a parent that nothing keeps from being deleted has children only where they go with it.
pub(super) fn through_rows(
    catalog: &Catalog,
    table: RelationId,
    lock: RowLock,
    add: &mut impl FnMut(RelationId, Accesses),
) {
    for (parent, writes) in deleting(catalog, table) {
        if writes {
            add(parent, Accesses::of(&[Access::Delete]));
        }
    }
    if lock == RowLock::ForUpdate {
        inserting(catalog, table, add);
    }
}

/// Tables and their partitions from which DELETE comes to rows of this one, and whether it writes there: parents, and by ON DELETE CASCADE theirs.
fn deleting(catalog: &Catalog, table: RelationId) -> Vec<(RelationId, bool)> {
    let mut found: Vec<(RelationId, bool)> = Vec::new();
    let mut next: Vec<(RelationId, Option<bool>)> = vec![(table, None)];
    while let Some((child, below)) = next.pop() {
        for key in catalog.foreign_keys(child) {
            let (Some(parent), ConstraintKind::ForeignKey { on_delete, .. }) =
                (key.references, &key.kind)
            else {
                continue;
            };
            let writes = match below {
                None => on_delete.writes(),
                // Further up only what is deleted here is of consequence below.
                Some(_) if *on_delete != ReferentialAction::Cascade => continue,
                Some(below) => below,
            };
            if parent == table || found.contains(&(parent, writes)) {
                continue;
            }
            found.push((parent, writes));
            next.push((parent, Some(writes)));
        }
    }
    let parents = found.iter().flat_map(|(parent, writes)| {
        // What inherits from a table has no part in its keys.
        let partitioned = Some(*parent).filter(|id| catalog.get(*id).partitioned);
        let partitions = partitioned.map_or_else(Vec::new, |id| catalog.descendants(id));
        partitions.into_iter().map(|partition| (partition, *writes))
    });
    let partitions: Vec<_> = parents.collect();
    found.extend(partitions);
    found
}

/// Tables and their partitions whose new rows refer to rows of this one, if they refer to any.
fn inserting(catalog: &Catalog, table: RelationId, add: &mut impl FnMut(RelationId, Accesses)) {
    for (child, _) in catalog.referencing_rows(table) {
        add(child.id, Accesses::of(&[Access::Insert]));
        if child.partitioned {
            for partition in catalog.descendants(child.id) {
                add(partition, Accesses::of(&[Access::Insert]));
            }
        }
    }
}
