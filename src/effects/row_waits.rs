//! Who waits for the rows that a statement writes or locks.
//!
//! Source: PostgreSQL documentation, "Row-Level Locks".

use super::found::{Found, found};
use super::rows::{Reached, left_null};
use crate::ir::{Dml, DmlKind, Execution, ExprNode, RowLock};
use crate::postgres::Access::{Delete, SelectForUpdate, Update};
use crate::postgres::{Accesses, LockMode};
use crate::schema::{Catalog, Relation};

/// Everyone who wants a row.
const ALL_ROWS: Accesses = Accesses::of(&[SelectForUpdate, Update, Delete]);
/// Who would delete a row that others refer to.
const KEPT_ROWS: Accesses = Accesses::of(&[SelectForUpdate, Delete]);
/// Who wants the very same rows.
const SAME_ROWS: Accesses = Accesses::of(&[SelectForUpdate]);
const NOBODY: Accesses = Accesses::of(&[]);

/// The statement and those of its WITH clause that decide over the rows of a relation: those that name it as their target, or else all.
pub(super) fn about<'a>(
    catalog: &Catalog,
    relation: &Relation,
    dml: &'a Dml,
) -> impl Iterator<Item = &'a Dml> {
    let all = || std::iter::once(dml).chain(&dml.within);
    let writing: Vec<&Dml> = if dml.within.is_empty() {
        Vec::new()
    } else {
        let above = catalog.ancestors(relation.id);
        let writes = |dml: &&Dml| {
            let mut above = above.iter().map(|parent| catalog.get(*parent));
            let target = dml.target.as_ref();
            named(relation, target) || above.any(|parent| named(parent, target))
        };
        all().filter(writes).collect()
    };
    let rest = writing.is_empty().then(all).into_iter().flatten();
    writing.into_iter().chain(rest)
}

/// Who waits for rows of a relation that this statement locks as `lock`.
///
/// Where WHERE names single rows, only those who want the same rows wait: SELECT FOR UPDATE, which locks rows one by one, stands for them.
pub(super) fn of(
    reached: &Reached<'_>,
    relation: &Relation,
    lock: LockMode,
    dml: &Dml,
) -> Accesses {
    let catalog = reached.catalog;
    // What a cursor locks comes with FETCH, for which it is there.
    let locks = dml.execution == Execution::Cursor && dml.row_lock.is_some();
    if dml.execution != Execution::Whole && !locks {
        return NOBODY;
    }
    if dml.target.is_some() && !named(relation, dml.target.as_ref()) {
        // What is written to a table is written to its partitions and children.
        let above = catalog.ancestors(relation.id);
        let mut written = above.into_iter().map(|parent| catalog.get(parent));
        if !written.any(|parent| named(parent, dml.target.as_ref())) {
            return of_others(catalog, relation, lock, dml);
        }
        // A partition that holds no row that WHERE finds: rows may come to it, which nobody else sees.
        if !reached.contains(dml, relation.id) {
            return NOBODY;
        }
    }
    match dml.kind {
        DmlKind::Select => selected(catalog, relation, lock, dml),
        DmlKind::Insert if refers_to_itself(catalog, relation, dml) => {
            of_others(catalog, relation, LockMode::RowShare, dml)
        }
        DmlKind::Insert if dml.updates_on_conflict => SAME_ROWS,
        DmlKind::Merge if dml.merges.iter().all(|kind| *kind == DmlKind::Insert) => NOBODY,
        DmlKind::Merge => ALL_ROWS,
        DmlKind::Insert => NOBODY,
        DmlKind::Update | DmlKind::Delete => {
            if found(catalog, relation, dml) == Found::Few {
                SAME_ROWS
            } else {
                ALL_ROWS
            }
        }
    }
}

/// How a statement locks every row of a relation, if it does.
pub(super) fn of_all(
    reached: &Reached<'_>,
    relation: &Relation,
    lock: LockMode,
    dml: &Dml,
) -> Option<RowLock> {
    let waiting = of(reached, relation, lock, dml);
    if !waiting.contains(Delete) {
        return None;
    }
    if !waiting.contains(Update) {
        return Some(RowLock::ForKeyShare);
    }
    let key = |column: &str| dml.sets.iter().any(|set| set == column);
    let primary = relation.primary_key();
    let mut primary = primary.into_iter().flat_map(|primary| primary.columns());
    let rekeyed = primary.any(key) || reached.catalog.key_columns(relation.id).any(key);
    match dml.kind {
        DmlKind::Select => dml.row_lock,
        DmlKind::Delete => Some(RowLock::ForUpdate),
        _ if rekeyed => Some(RowLock::ForUpdate),
        _ => Some(RowLock::ForNoKeyUpdate),
    }
}

/// Whether UPDATE sets every column to a value that is written out.
fn sets_constants(dml: &Dml) -> bool {
    let constant = |set: &String| {
        let mut assigned = dml.assigned.iter();
        assigned.any(|(name, value)| name == set && matches!(value.node, ExprNode::Constant(_)))
    };
    dml.sets.iter().all(constant)
}

/// Whether new rows look up rows of their own table.
fn refers_to_itself(catalog: &Catalog, relation: &Relation, dml: &Dml) -> bool {
    let nulls = left_null(relation, dml);
    let mut keys = catalog.foreign_keys(relation.id);
    keys.any(|key| {
        let above = key
            .references
            .map(|table| (table, catalog.partitioned_parents(relation.id)));
        let own =
            above.is_some_and(|(table, above)| table == relation.id || above.contains(&table));
        let columns = key.columns();
        own && !columns
            .iter()
            .any(|column| nulls.iter().any(|null| null == column))
    })
}

fn named(relation: &Relation, name: Option<&crate::ir::Name>) -> bool {
    name.is_some_and(|name| name.name == relation.name)
}

/// SELECT ... FOR UPDATE and its weaker kinds: of every table, or of those that OF names.
fn selected(catalog: &Catalog, relation: &Relation, lock: LockMode, dml: &Dml) -> Accesses {
    let Some(strength) = dml.row_lock else {
        return NOBODY;
    };
    if lock != LockMode::RowShare {
        return NOBODY;
    }
    match strength {
        // Of a LIMIT's few rows nobody knows which.
        _ if dml.limited || found(catalog, relation, dml) == Found::Few => SAME_ROWS,
        RowLock::ForKeyShare => KEPT_ROWS,
        _ => ALL_ROWS,
    }
}

/// Rows of other tables: of parents that are looked up, of children that a foreign key's action changes.
fn of_others(catalog: &Catalog, relation: &Relation, lock: LockMode, dml: &Dml) -> Accesses {
    let target = dml.target.as_ref().and_then(|target| catalog.find(target));
    let bounded = target.is_some_and(|target| found(catalog, target, dml) == Found::Few);
    let above = catalog.partitioned_parents(relation.id);
    let mut keys = target
        .into_iter()
        .flat_map(|target| catalog.foreign_keys(target.id));
    let refers = keys.any(|key| {
        let parent = key.references;
        parent.is_some_and(|parent| parent == relation.id || above.contains(&parent))
    });
    match (lock, dml.kind) {
        // What goes or changes with single rows.
        (LockMode::RowExclusive, DmlKind::Delete | DmlKind::Update) if bounded => SAME_ROWS,
        // FOR KEY SHARE on the parent's row.
        (LockMode::RowShare, DmlKind::Insert) if dml.literal_rows => SAME_ROWS,
        (LockMode::RowShare, DmlKind::Insert | DmlKind::Merge) => KEPT_ROWS,
        // One value, and so one row.
        (LockMode::RowShare, DmlKind::Update) if refers && sets_constants(dml) => SAME_ROWS,
        (LockMode::RowShare, DmlKind::Update) if dml.predicate.is_none() => KEPT_ROWS,
        (LockMode::RowExclusive, DmlKind::Delete | DmlKind::Update) => ALL_ROWS,
        _ => NOBODY,
    }
}
