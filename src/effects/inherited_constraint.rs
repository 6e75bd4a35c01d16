//! What a new constraint of a table means to its partitions and children: they get their own, or what they have becomes part of it.

use super::constraint::set_not_null;
use super::touch::Touches;
use super::{Reason, Work};
use crate::ir::{Constraint as NewConstraint, ConstraintKind};
use crate::postgres::Change;
use crate::postgres::LockMode::{AccessExclusive, Share, ShareRowExclusive};
use crate::schema::RelationId;

/// A foreign key of a partitioned table takes over what a partition has of the same kind, and looks no row up where that is valid already; the triggers that are too
/// many then are dropped, under a lock on what it refers to.
///
/// Source: `tryAttachPartitionForeignKey` in `src/backend/commands/tablecmds.c`.
pub(super) fn takes_over(
    touches: &mut Touches<'_>,
    child: RelationId,
    new: &ConstraintKind,
) -> bool {
    let ConstraintKind::ForeignKey { references, .. } = new else {
        return false;
    };
    let Some(parent) = touches.find(references) else {
        return false;
    };
    let any = touches.version.has(Change::PartitionedForeignKeyNotValid);
    let mut own = touches.catalog.get(child).constraints.iter();
    let same = own.find(|known| {
        let about = known.references == Some(parent) && (known.valid || any);
        about && is_same_key(&known.kind, new)
    });
    let Some(valid) = same.map(|known| known.valid) else {
        return false;
    };
    touches.lock(parent, AccessExclusive);
    if !valid {
        // It is validated on that occasion.
        for id in touches.with_partitions(Some(child)) {
            touches.work(id, ShareRowExclusive, Work::Scan, Reason::ForeignKey);
        }
        touches.work(parent, AccessExclusive, Work::Scan, Reason::ForeignKey);
    }
    true
}

fn is_same_key(known: &ConstraintKind, new: &ConstraintKind) -> bool {
    match (known, new) {
        (
            ConstraintKind::ForeignKey {
                columns,
                referenced_columns,
                on_delete,
                on_update,
                ..
            },
            ConstraintKind::ForeignKey {
                columns: new_columns,
                referenced_columns: new_referenced,
                on_delete: new_delete,
                on_update: new_update,
                ..
            },
        ) => {
            // Not named, it is the primary key.
            let open = referenced_columns.is_empty() || new_referenced.is_empty();
            columns == new_columns
                && (open || referenced_columns == new_referenced)
                && on_delete == new_delete
                && on_update == new_update
        }
        _ => false,
    }
}

/// UNIQUE, PRIMARY KEY and EXCLUDE on a table with children: partitions get an index each, other children none.
pub(super) fn key_of_child(
    touches: &mut Touches<'_>,
    table: RelationId,
    child: RelationId,
    new: &NewConstraint,
) {
    let all = touches.version.has(Change::ConstraintsLockChildren);
    let partition = touches.catalog.get(child).bound.is_some();
    // Columns of a primary key that may be NULL yet are made NOT NULL first.
    let nullable = |column: &String| {
        let known = touches.catalog.get(table).column(column);
        known.is_none_or(|column| !column.not_null)
    };
    let changes = match &new.kind {
        ConstraintKind::PrimaryKey { columns, .. } => columns.iter().any(nullable),
        _ => false,
    };
    let lock = if all || changes {
        AccessExclusive
    } else {
        Share
    };
    let own = touches.catalog.get(child).constraints.iter();
    let mut own = own.filter(|known| is_same_index(&known.kind, &new.kind));
    if let Some(index) = own.next().and_then(|known| known.index) {
        // It becomes part of the new one.
        touches.lock(child, lock);
        touches.lock(index, Share);
    } else if partition {
        touches.work(child, lock, Work::IndexBuild, Reason::ConstraintIndex);
    } else if lock == AccessExclusive {
        touches.lock(child, lock);
    }
    if let ConstraintKind::PrimaryKey { columns, .. } = &new.kind {
        for column in columns {
            set_not_null(touches, child, column);
        }
    }
}

/// Whether the index of one constraint serves the other.
fn is_same_index(known: &ConstraintKind, new: &ConstraintKind) -> bool {
    match (known, new) {
        (
            ConstraintKind::Unique {
                columns,
                include,
                nulls_not_distinct,
                ..
            },
            ConstraintKind::Unique {
                columns: others,
                include: included,
                nulls_not_distinct: nulls,
                ..
            },
        ) => columns == others && include == included && nulls_not_distinct == nulls,
        (
            ConstraintKind::PrimaryKey {
                columns, include, ..
            },
            ConstraintKind::PrimaryKey {
                columns: others,
                include: included,
                ..
            },
        ) => columns == others && include == included,
        _ => false,
    }
}
