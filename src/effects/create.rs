//! CREATE TABLE and CREATE INDEX: what they do to relations that are there already.

use super::touch::Touches;
use super::{Reason, Work, partition};
use crate::ir::{ConstraintKind, CreateIndex, CreateTable, Name};
use crate::postgres::LockMode::{
    AccessExclusive, AccessShare, Share, ShareRowExclusive, ShareUpdateExclusive,
};
use crate::schema::RelationId;

/// CREATE TABLE: the new table is nobody's, but the tables that it refers to are locked.
pub(super) fn create_table(touches: &mut Touches<'_>, create: &CreateTable) {
    if create.if_not_exists && touches.catalog.find(&create.name).is_some() {
        return;
    }
    let own = create.columns.iter().flat_map(|column| &column.constraints);
    for new in create.constraints.iter().chain(own) {
        if let ConstraintKind::ForeignKey { references, .. } = &new.kind {
            if *references == create.name {
                continue;
            }
            for table in touches.with_own_partitions(touches.find(references)) {
                touches.lock(table, ShareRowExclusive);
            }
        }
    }
    for parent in &create.inherits {
        touches.named(parent, ShareUpdateExclusive);
    }
    if let Some(ty) = &create.of_type {
        touches.named(ty, AccessShare);
    }
    for like in &create.like {
        touches.named(&like.source, AccessShare);
    }
    if let Some((parent, bound)) = &create.partition_of
        && let Some(parent) = touches.named(parent, AccessExclusive)
    {
        partition::lock_default(touches, parent, Some(bound));
        partition::lock_referencing(touches, parent);
        for index in touches.indexes(parent) {
            touches.lock(index, ShareUpdateExclusive);
        }
        partition::lock_referenced(touches, parent);
    }
}

/// CREATE INDEX: the table is read and sorted; writers wait unless CONCURRENTLY.
pub(super) fn create_index(touches: &mut Touches<'_>, create: &CreateIndex) {
    let lock = if create.concurrently {
        ShareUpdateExclusive
    } else {
        Share
    };
    let Some(id) = touches.named(&create.table, lock) else {
        return;
    };
    let schema = touches.catalog.get(id).schema.clone();
    let exists = create.name.as_ref().is_some_and(|name| {
        let name = Name {
            schema,
            name: name.clone(),
        };
        touches.catalog.find(&name).is_some()
    });
    if create.if_not_exists && exists {
        return;
    }
    let mut tables = vec![id];
    if !create.only {
        tables.extend(touches.catalog.descendants(id));
    }
    // Below a partition whose index becomes part of the new one.
    let mut spared: Vec<RelationId> = Vec::new();
    for table in tables {
        let relation = touches.catalog.get(table);
        let is_root_of_partitions = relation.partitioned;
        if spared.contains(&table) {
            touches.lock(table, lock);
            continue;
        }
        if table != id && relation.bound.is_none() {
            // Inheritance children have indexes of their own.
            continue;
        }
        let matching = touches
            .catalog
            .free_index_like(table, create)
            .filter(|_| table != id);
        let work = if is_root_of_partitions || matching.is_some() {
            Work::None
        } else {
            Work::IndexBuild
        };
        touches.work(table, lock, work, Reason::Index);
        if let Some(index) = matching {
            touches.lock(index, lock);
            spared.extend(touches.catalog.descendants(table));
        }
    }
}
