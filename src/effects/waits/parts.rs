//! Who waits for a relation through what it is made of: indexes, partitions, inheritance children, the types of its columns.

use crate::ir::{PartitionBound, RelationKind};
use crate::postgres::{Access, Accesses, Change, LockMode, Version};
use crate::schema::{Catalog, Relation, RelationId};

/// A query opens every index of its table when it is planned, a write when it is executed; those of partitions and children with them.
///
/// Source: `get_relation_info` in `src/backend/optimizer/util/plancat.c`, `ExecOpenIndices` in `src/backend/executor/execIndexing.c`,
/// `vac_open_indexes` in `src/backend/commands/vacuum.c`; `DefineIndex` in `src/backend/commands/indexcmds.c`, which looks for indexes to attach.
pub(super) fn through_index(
    catalog: &Catalog,
    version: Version,
    table: RelationId,
    lock: LockMode,
    add: &mut impl FnMut(RelationId, Accesses),
) {
    let partition = catalog.get(table).bound.is_some();
    if catalog.get(table).partitioned {
        let planned = version.has(Change::PartitionedIndexesPlanned)
            && LockMode::AccessShare.conflicts_with(lock);
        let parents = catalog.partitioned_parents(table);
        for id in std::iter::once(table).chain(parents).filter(|_| planned) {
            use Access::{Delete, Select, SelectForUpdate, Update};
            add(id, Accesses::of(&[Select, SelectForUpdate, Update, Delete]));
        }
        return;
    }
    let opens = |access: &Access| match access {
        Access::Select | Access::SelectForUpdate => LockMode::AccessShare.conflicts_with(lock),
        Access::Insert | Access::Update | Access::Delete | Access::Vacuum => {
            LockMode::RowExclusive.conflicts_with(lock)
        }
        Access::CreateIndexConcurrently => false,
    };
    let own: Accesses = Access::ALL.into_iter().filter(opens).collect();
    for parent in catalog.ancestors(table) {
        let through = |access: &Access| match access {
            Access::CreateIndexConcurrently => {
                partition && LockMode::AccessShare.conflicts_with(lock)
            }
            Access::Insert => partition && own.contains(*access),
            Access::Vacuum => {
                own.contains(*access) && (partition || version.has(Change::MaintenanceRecurses))
            }
            _ => own.contains(*access),
        };
        add(parent, Access::ALL.into_iter().filter(through).collect());
    }
    add(table, own);
}

/// A query on a table opens its partitions and inheritance children; a row put into a partition is checked against its parent's bounds.
pub(super) fn through_partitions(
    catalog: &Catalog,
    version: Version,
    id: RelationId,
    lock: LockMode,
    add: &mut impl FnMut(RelationId, Accesses),
) {
    let relation = catalog.get(id);
    let through = |access: &Access| match (&relation.bound, access) {
        // Rows go there only where no other partition takes them.
        (Some(PartitionBound::Default), Access::Insert)
        | (None, Access::Insert | Access::CreateIndexConcurrently) => false,
        // ANALYZE reads the children of a table in any version.
        (None, Access::Vacuum) => {
            version.has(Change::MaintenanceRecurses) || LockMode::AccessShare.conflicts_with(lock)
        }
        _ => true,
    };
    let through: Accesses = lock.blocks().iter().filter(through).collect();
    for parent in catalog.ancestors(id) {
        add(parent, through);
    }
    if relation.partitioned && LockMode::AccessShare.conflicts_with(lock) {
        for child in catalog.descendants(id) {
            let child = catalog.get(child);
            if child.bound.is_some() {
                add(child.id, asks_parents(child));
            }
        }
    }
}

/// Who looks up the bound of a partition in the tables above it: whoever writes a row there, and whoever plans a query on one that has partitions itself.
///
/// Source: `generate_partition_qual` in `src/backend/utils/cache/partcache.c`; `set_relation_partition_info` in `src/backend/optimizer/util/plancat.c`.
fn asks_parents(partition: &Relation) -> Accesses {
    if partition.partitioned {
        Accesses::of(&Access::EVERYDAY) | Accesses::of(&[Access::SelectForUpdate])
    } else {
        Accesses::of(&[Access::Insert, Access::Update])
    }
}

/// ANALYZE looks at what a column of a composite type, or of an array of it, is made of.
///
/// Source: `lookup_type_cache` in `src/backend/utils/cache/typcache.c`.
pub(super) fn through_type(
    catalog: &Catalog,
    ty: &Relation,
    lock: LockMode,
    add: &mut impl FnMut(RelationId, Accesses),
) {
    if !LockMode::AccessShare.conflicts_with(lock) {
        return;
    }
    for table in catalog
        .living()
        .filter(|other| other.kind == RelationKind::Table)
    {
        let mut types = table.columns.iter().filter_map(|column| column.ty.as_ref());
        if types.any(|used| used.name.name == ty.name) {
            add(table.id, Accesses::of(&[Access::Vacuum]));
        }
    }
}
