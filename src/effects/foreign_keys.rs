//! What writing rows does to the tables at the other end of foreign keys.
//!
//! Source: `src/backend/utils/adt/ri_triggers.c` (`SELECT ... FOR KEY SHARE`, and the actions of ON DELETE and ON UPDATE).

use super::touch::Touches;
use super::{Reason, Work};
use crate::ir::{ConstraintKind, Deferral, DmlKind, IndexColumn, ReferentialAction};
use crate::postgres::LockMode::{RowExclusive, RowShare};
use crate::schema::{Catalog, Constraint, RelationId};

/// Rows of a table are written: the parent of a new row is looked up, and the children of one whose key goes or changes, which go or change with it where
/// the foreign key says so, and so on. `written` is the work that this is in the table itself, `sets` are the columns that UPDATE writes, `nulls` those that are NULL in new rows, by which nothing is looked up.
pub(super) fn of_write(
    touches: &mut Touches<'_>,
    table: RelationId,
    (kind, written): (DmlKind, Work),
    sets: &[String],
    nulls: &[String],
) {
    let mut seen = vec![table];
    let mut next = vec![(table, kind, sets.to_vec())];
    while let Some((id, kind, sets)) = next.pop() {
        if matches!(kind, DmlKind::Insert | DmlKind::Update) {
            parents(touches, id, kind, &sets, nulls);
        }
        if matches!(kind, DmlKind::Delete | DmlKind::Update) {
            for reached in children(touches, id, (kind, written), &sets) {
                if !seen.contains(&reached.0) {
                    seen.push(reached.0);
                    next.push(reached);
                }
            }
        }
    }
}

fn parents(
    touches: &mut Touches<'_>,
    id: RelationId,
    kind: DmlKind,
    sets: &[String],
    nulls: &[String],
) {
    let keys = touches.catalog.foreign_keys(id);
    let looked_up = |key: &&Constraint| {
        let columns = key.columns();
        let mut columns = columns.iter();
        match kind {
            DmlKind::Insert => !columns.any(|column| holds(nulls, column)),
            _ => {
                let columns = key.columns();
                let mut columns = columns.iter();
                columns.clone().any(|column| holds(sets, column))
                    && !columns.any(|column| holds(nulls, column))
            }
        }
    };
    // What is put off is looked up when the transaction ends, and locked no longer than that.
    let parents: Vec<RelationId> = keys
        .filter(|key| key.deferral != Deferral::Initially)
        .filter(looked_up)
        .filter_map(|key| key.references)
        .collect();
    for parent in parents.into_iter().filter(|parent| *parent != id) {
        // Of a partitioned table those partitions are locked in which rows are found.
        for parent in touches.with_own_partitions(Some(parent)) {
            touches.work(parent, RowShare, Work::None, Reason::ForeignKey);
        }
    }
}

/// The tables whose rows refer to these; what is returned is changed there in turn.
fn children(
    touches: &mut Touches<'_>,
    id: RelationId,
    (kind, many): (DmlKind, Work),
    sets: &[String],
) -> Vec<(RelationId, DmlKind, Vec<String>)> {
    let mut asked = Vec::new();
    let mut changed = Vec::new();
    for (child, key) in touches.catalog.referencing_rows(id) {
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
        if !deletes && rekeyed(touches.catalog, id, key, sets).is_empty() {
            continue;
        }
        let action = if deletes { on_delete } else { on_update };
        let work = if has_index(touches.catalog, child.id, columns) {
            Work::None
        } else {
            Work::Scan
        };
        let writes = action.writes();
        let kept = *action == ReferentialAction::NoAction;
        let deferred = kept && key.deferral == Deferral::Initially;
        // Where all rows are read for it, that is done in this transaction all the same.
        if deferred && work == Work::None {
            continue;
        }
        asked.push((child.id, if writes { RowExclusive } else { RowShare }, work));
        if writes && many == Work::RowWrites {
            asked.push((child.id, RowExclusive, many));
        }
        if writes {
            let cascades = *action == ReferentialAction::Cascade;
            let kind = if deletes && cascades {
                DmlKind::Delete
            } else {
                DmlKind::Update
            };
            let written = if !deletes && cascades {
                let renewed = rekeyed(touches.catalog, id, key, sets);
                renewed.iter().map(|at| columns[*at].clone()).collect()
            } else {
                columns.clone()
            };
            changed.push((child.id, kind, written));
        }
    }
    for (child, lock, work) in asked {
        for child in touches.with_own_partitions(Some(child)) {
            touches.work(child, lock, work, Reason::ForeignKey);
        }
    }
    changed
}

/// Which columns of a foreign key follow an UPDATE of these columns of the key that it refers to, counted from 0.
fn rekeyed(catalog: &Catalog, id: RelationId, key: &Constraint, sets: &[String]) -> Vec<usize> {
    let ConstraintKind::ForeignKey {
        columns,
        referenced_columns,
        ..
    } = &key.kind
    else {
        return Vec::new();
    };
    let primary = catalog.get(id).primary_key();
    let referenced: Vec<&str> = match primary {
        Some(primary) if referenced_columns.is_empty() => primary.columns(),
        _ => referenced_columns.iter().map(String::as_str).collect(),
    };
    let pairs = columns.iter().zip(referenced).enumerate();
    let renewed = pairs.filter(|(_, (_, referenced))| holds(sets, referenced));
    renewed.map(|(at, _)| at).collect()
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
