//! ATTACH and DETACH PARTITION, and what a new partition means to the others.

use super::touch::Touches;
use super::{Reason, Work, inherited_constraint};
use crate::ir::{ConstraintKind, Name, PartitionBound, RelationKind};
use crate::postgres::Change;
use crate::postgres::LockMode::{
    AccessExclusive, AccessShare, ShareRowExclusive, ShareUpdateExclusive,
};
use crate::schema::{Relation, RelationId};

/// ATTACH PARTITION: the new partition is checked against its bound, and the DEFAULT partition for rows that belong to it.
///
/// Source: `ATExecAttachPartition` in `src/backend/commands/tablecmds.c`.
pub(super) fn attach(
    touches: &mut Touches<'_>,
    parent: RelationId,
    partition: &Name,
    bound: Option<&PartitionBound>,
) {
    let kind = touches.catalog.get(parent).kind;
    let Some(child) = touches.find(partition) else {
        return;
    };
    if kind == RelationKind::Index {
        touches.lock(child, AccessExclusive);
        for index in [parent, child] {
            if let Some(table) = touches.catalog.get(index).table {
                touches.lock(table, AccessShare);
            }
        }
        return;
    }
    let attached = touches.with_partitions(Some(child));
    let unproven = match bound {
        Some(bound) => touches.proofs().attached(parent, child, bound),
        None => attached.clone(),
    };
    for id in attached.iter().copied() {
        let work = scan_of(id, &unproven);
        touches.work(id, AccessExclusive, work, Reason::PartitionBound);
    }
    let missing: Vec<RelationId> = touches
        .catalog
        .indexes(parent)
        .filter(|above| {
            let below = touches.catalog.indexes(child);
            !below.into_iter().any(|below| same_keys(above, below))
        })
        .map(|index| index.id)
        .collect();
    if !missing.is_empty() {
        for id in attached {
            touches.work(id, AccessExclusive, Work::IndexBuild, Reason::Index);
        }
    }
    for index in touches.indexes(parent) {
        touches.lock(index, ShareUpdateExclusive);
    }
    lock_above(touches, parent);
    lock_default(touches, parent, bound);
    foreign_keys(touches, parent, child);
}

/// The parent's foreign keys are made for the new partition too; where it has the same already, the two become one.
fn foreign_keys(touches: &mut Touches<'_>, parent: RelationId, child: RelationId) {
    let above: Vec<(RelationId, ConstraintKind)> = touches
        .catalog
        .foreign_keys(parent)
        .filter_map(|key| Some((key.references?, key.kind.clone())))
        .collect();
    let leaves = touches.with_partitions(Some(child));
    for (referenced, kind) in above {
        if inherited_constraint::takes_over(touches, child, &kind) {
            continue;
        }
        for leaf in leaves.iter().copied() {
            touches.work(leaf, AccessExclusive, Work::Scan, Reason::ForeignKey);
        }
        touches.work(
            referenced,
            ShareRowExclusive,
            Work::Scan,
            Reason::ForeignKey,
        );
    }
    lock_referencing(touches, parent);
}

/// Foreign keys that refer to a partitioned table refer to each new partition of it too.
pub(super) fn lock_referencing(touches: &mut Touches<'_>, parent: RelationId) {
    let lock = if touches.version.has(Change::NewPartitionLocksReferencing) {
        ShareRowExclusive
    } else {
        AccessShare
    };
    for table in referencing(touches, parent) {
        touches.lock(table, lock);
    }
}

fn referencing(touches: &Touches<'_>, table: RelationId) -> Vec<RelationId> {
    let keys = touches.catalog.referencing_rows(table);
    keys.map(|(table, _)| table.id).collect()
}

/// The DEFAULT partition must not hold rows of a new one: it is locked, and read unless a CHECK rules them out.
pub(super) fn lock_default(
    touches: &mut Touches<'_>,
    parent: RelationId,
    bound: Option<&PartitionBound>,
) {
    let Some(default) = touches.catalog.default_partition(parent) else {
        return;
    };
    let all = touches.with_partitions(Some(default.id));
    let unproven = match bound {
        Some(bound) => touches
            .proofs()
            .default_partition(parent, default.id, bound),
        None => all.clone(),
    };
    for id in all {
        let work = scan_of(id, &unproven);
        touches.work(id, AccessExclusive, work, Reason::PartitionBound);
    }
}

/// The bound of a table that is a partition itself is looked up in those above it.
///
/// Source: `generate_partition_qual` in `src/backend/utils/cache/partcache.c`.
fn lock_above(touches: &mut Touches<'_>, parent: RelationId) {
    for above in touches.catalog.partitioned_parents(parent) {
        touches.lock(above, AccessShare);
    }
}

fn scan_of(table: RelationId, unproven: &[RelationId]) -> Work {
    if unproven.contains(&table) {
        Work::Scan
    } else {
        Work::None
    }
}

/// DETACH PARTITION: what ties the partition to its parent goes: its indexes' place, foreign keys, and the other way round.
pub(super) fn detach(touches: &mut Touches<'_>, parent: RelationId, partition: &Name) {
    let Some(child) = touches.find(partition) else {
        return;
    };
    // CONCURRENTLY takes it, and all the others, for a moment at its end; it is refused where there is a DEFAULT partition.
    let checked = !referencing(touches, parent).is_empty();
    for id in touches.with_partitions(Some(child)) {
        let work = if checked { Work::Scan } else { Work::None };
        touches.work(id, AccessExclusive, work, Reason::ForeignKey);
    }
    if let Some(default) = touches.catalog.default_partition(parent) {
        let id = default.id;
        touches.lock(id, AccessExclusive);
    }
    let tied = |index: &RelationId| !touches.catalog.get(*index).parents.is_empty();
    let indexes: Vec<RelationId> = touches.indexes(child).into_iter().filter(tied).collect();
    for index in indexes {
        touches.lock(index, AccessExclusive);
    }
    // No row may refer to one in the partition, which is looked up in theirs, by its bound.
    let referencing = referencing(touches, parent);
    if !referencing.is_empty() {
        lock_above(touches, parent);
    }
    for table in referencing {
        touches.work(table, AccessExclusive, Work::Scan, Reason::ForeignKey);
        for partition in touches.with_own_partitions(Some(table)).split_off(1) {
            touches.work(partition, AccessShare, Work::Scan, Reason::ForeignKey);
        }
    }
    if touches.version.has(Change::PartitionedHaveKeyTriggers) {
        lock_referenced(touches, parent);
        return;
    }
    let keys = touches.catalog.foreign_keys(parent);
    let referenced: Vec<RelationId> = keys.filter_map(|key| key.references).collect();
    for table in referenced {
        if !touches.catalog.get(table).partitioned {
            touches.lock(table, ShareRowExclusive);
        }
    }
}

/// What the foreign keys of a partitioned table refer to, with its partitions: the triggers there are those of each partition.
pub(super) fn lock_referenced(touches: &mut Touches<'_>, parent: RelationId) {
    let keys = touches.catalog.foreign_keys(parent);
    let referenced: Vec<RelationId> = keys.filter_map(|key| key.references).collect();
    for table in referenced {
        for table in touches.with_own_partitions(Some(table)) {
            touches.lock(table, ShareRowExclusive);
        }
    }
}

fn same_keys(above: &Relation, below: &Relation) -> bool {
    match (&above.definition, &below.definition) {
        (Some(above), Some(below)) => above.is_like(below),
        _ => false,
    }
}
