//! Statements that read or write rows.

use super::found::{Found, found, found_at_once, is_repeated};
use super::pruning::{self, reached};
use super::touch::Touches;
use super::{Reason, Work, foreign_keys};
use crate::ir::{
    ColumnRef, Dml, DmlKind, Execution, Expr, ExprNode, Name, ObjectKind, RelationKind, SequenceUse,
};
use crate::postgres::LockMode::{self, AccessShare, RowExclusive, RowShare};
use crate::schema::{Catalog, Column, Relation, RelationId, takes_own_sequence};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;

/// SELECT, INSERT, UPDATE, DELETE and MERGE.
pub(super) fn dml(touches: &mut Touches<'_>, dml: &Dml) {
    let whole = dml.execution == Execution::Whole;
    let by_keys = joined_by_keys(touches, dml);
    for name in dml.reads.iter().filter(|name| !name.is_system()) {
        let Some(id) = touches.find(name) else {
            continue;
        };
        let chosen =
            dml.row_lock_of.is_empty() || dml.row_lock_of.iter().any(|of| dml.names(of, name));
        let lock = if dml.row_lock.is_some() && dml.target.is_none() && chosen {
            RowShare
        } else {
            AccessShare
        };
        let few = found_at_once(touches.catalog, touches.catalog.get(id), dml) == Found::Few;
        let found =
            few && (dml.kind == DmlKind::Select || dml.kind == DmlKind::Delete) || first_rows(dml);
        let work = if whole && !found && !by_keys {
            Work::Scan
        } else {
            Work::None
        };
        planned(touches, id);
        let table = touches.catalog.get(id);
        if table.partitioned && dml.target.is_none() && !dml.only.contains(name) {
            touches.lock(id, lock);
            for partition in reached(touches.catalog, id, dml) {
                touches.work(partition, lock, work, Reason::Query);
            }
            continue;
        }
        read(touches, id, lock, work, dml.only.contains(name));
        if few && whole && !dml.only.contains(name) {
            keyless(touches, id, dml, lock, Reason::Query);
        }
    }
    sequences(touches, dml);
    for within in &dml.within {
        self::dml(touches, &within.run_as(dml.execution));
    }
    let Some(target) = &dml.target else {
        return;
    };
    let Some(id) = touches.find(target) else {
        return;
    };
    let relation = touches.catalog.get(id);
    let rows = found(touches.catalog, relation, dml);
    let batch = rows == Found::Batch;
    let repeated = touches.in_transaction && is_repeated(touches.catalog, dml);
    let single = dml.literal_rows && !repeated;
    let small = !whole || single || rows <= Found::Range || (batch && !touches.in_transaction);
    let work = if small { Work::None } else { Work::RowWrites };
    let reason = if batch { Reason::Batches } else { Reason::Rows };
    // A view has no rows of its own.
    let own = match touches.catalog.get(id).kind {
        RelationKind::View => Work::None,
        _ => work,
    };
    touches.work(id, RowExclusive, own, reason);
    if dml.kind != DmlKind::Insert {
        planned(touches, id);
    }
    through_rules(touches, id, dml.kind, work);
    numbered(touches, id, dml);
    if dml.kind != DmlKind::Insert && !dml.only.contains(target) {
        for partition in reached(touches.catalog, id, dml) {
            touches.work(partition, RowExclusive, work, reason);
        }
    }
    if small && whole && dml.kind != DmlKind::Insert && !dml.only.contains(target) {
        keyless(touches, id, dml, RowExclusive, reason);
    }
    let keys = pruning::key_columns(touches.catalog.get(id));
    let moves = dml.sets.iter().any(|set| keys.contains(&set.as_str()));
    if moves && whole {
        // Rows go to other partitions, nobody knows which.
        for partition in touches.catalog.descendants(id) {
            touches.lock(partition, RowExclusive);
        }
    }
    if dml.kind == DmlKind::Insert && whole && touches.catalog.get(id).partitioned {
        for partition in pruning::of_rows(touches.catalog, id, dml) {
            touches.work(partition, RowExclusive, work, reason);
        }
    }
    if whole && matches!(dml.kind, DmlKind::Insert | DmlKind::Update) {
        // The bound of a partition is looked up in its parent.
        for parent in touches.catalog.partitioned_parents(id) {
            touches.lock(parent, AccessShare);
        }
    }
    if whole {
        let nulls = left_null(touches.catalog.get(id), dml);
        for kind in dml.kinds() {
            foreign_keys::of_write(touches, id, (kind, work), &dml.sets, &nulls);
        }
    }
}

/// What inherits from a table has none of its keys: rows that are found at once there are looked for by a scan, unless it has one of its own.
fn keyless(touches: &mut Touches<'_>, id: RelationId, dml: &Dml, lock: LockMode, reason: Reason) {
    for child in touches.catalog.descendants(id) {
        let table = touches.catalog.get(child);
        if table.bound.is_none() && found_at_once(touches.catalog, table, dml) > Found::Few {
            touches.work(child, lock, Work::Scan, reason);
        }
    }
}

/// Whoever plans a query on a table with partitions that is a partition itself looks up its bound in the tables above.
///
/// Source: `set_relation_partition_info` in `src/backend/optimizer/util/plancat.c`.
pub(super) fn planned(touches: &mut Touches<'_>, id: RelationId) {
    if touches.catalog.get(id).partitioned {
        for parent in touches.catalog.partitioned_parents(id) {
            touches.lock(parent, AccessShare);
        }
    }
}

/// The columns that are NULL in every row that is written: set to it, or left out without a value of their own.
pub(super) fn left_null(relation: &Relation, dml: &Dml) -> Vec<String> {
    let mut attached = relation.attached.iter();
    // It may fill what the statement leaves out.
    if attached.any(|one| one.kind == ObjectKind::Trigger) {
        return Vec::new();
    }
    let by_default = |column: &Column| {
        column.default.is_none() && column.generated.is_none() && !column.identity
    };
    let is_null = |column: &&Column| match dml.kind {
        DmlKind::Insert => match written(relation, dml, &column.name) {
            Written::Given(values) => {
                !values.is_empty() && values.iter().all(|value| value.node == ExprNode::Null)
            }
            Written::LeftOut => by_default(column),
            Written::Unknown => false,
        },
        DmlKind::Update => {
            let mut assigned = dml.assigned.iter().filter(|(name, _)| *name == column.name);
            let is_null = |value: &Expr| match &*value.text.to_ascii_lowercase() {
                "default" => by_default(column),
                _ => value.node == ExprNode::Null,
            };
            let sole = dml.sets.iter().filter(|set| **set == column.name).count() == 1;
            sole && assigned.any(|(_, value)| is_null(value))
        }
        _ => false,
    };
    let nulls = relation.columns.iter().filter(is_null);
    nulls.map(|column| column.name.clone()).collect()
}

/// What an INSERT says of a column.
enum Written<'a> {
    /// Its value in each row, where they are written out.
    Given(Vec<&'a Expr>),
    LeftOut,
    Unknown,
}

fn written<'a>(relation: &Relation, dml: &'a Dml, column: &str) -> Written<'a> {
    if dml.default_values {
        return Written::LeftOut;
    }
    let at = if dml.columns.is_empty() {
        // Without a list they are the first ones, as many as there are values.
        relation.columns.iter().position(|one| one.name == column)
    } else {
        dml.columns.iter().position(|name| name == column)
    };
    match (at, dml.columns.is_empty()) {
        (None, _) => Written::LeftOut,
        (Some(_), true) if dml.rows.is_empty() => Written::Unknown,
        (Some(at), _) => {
            let values: Vec<&Expr> = dml.rows.iter().filter_map(|row| row.get(at)).collect();
            if values.is_empty() && !dml.rows.is_empty() {
                Written::LeftOut
            } else {
                Written::Given(values)
            }
        }
    }
}

/// Whether a query reads no more than the first rows that it comes across.
fn first_rows(dml: &Dml) -> bool {
    let plain = dml.target.is_none() && dml.predicate.is_none() && dml.calls.is_empty();
    plain && dml.limited && !dml.ordered && dml.reads.len() == 1
}

/// The partitions and children that statements on rows come near, worked out once for each.
pub(super) struct Reached<'a> {
    pub(super) catalog: &'a Catalog,
    by_statement: RefCell<FxHashMap<*const Dml, FxHashSet<RelationId>>>,
}

impl<'a> Reached<'a> {
    pub(super) fn new(catalog: &'a Catalog) -> Self {
        Self {
            catalog,
            by_statement: RefCell::default(),
        }
    }

    /// Whether WHERE may find rows of the target in this partition or child of it.
    pub(super) fn contains(&self, dml: &Dml, partition: RelationId) -> bool {
        let mut known = self.by_statement.borrow_mut();
        let found = known.entry(std::ptr::from_ref(dml)).or_insert_with(|| {
            let target = dml.target.as_ref();
            let target = target.and_then(|target| self.catalog.find(target));
            let found = target.map(|target| reached(self.catalog, target.id, dml));
            found.unwrap_or_default().into_iter().collect()
        });
        found.contains(&partition)
    }
}

/// Relations that a query reads, to their end or not at all.
pub(super) fn reads(touches: &mut Touches<'_>, names: &[Name], lock: LockMode, whole: bool) {
    for name in names {
        let Some(id) = touches.find(name) else {
            continue;
        };
        if whole {
            read(touches, id, lock, Work::Scan, false);
        } else {
            // It is neither rewritten nor planned.
            touches.lock(id, lock);
        }
    }
}

/// A relation is read: with its partitions, and with what stands behind a view.
pub(super) fn read(
    touches: &mut Touches<'_>,
    id: RelationId,
    lock: LockMode,
    work: Work,
    only: bool,
) {
    let mut next = vec![id];
    let mut seen: Vec<RelationId> = Vec::new();
    while let Some(id) = next.pop() {
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        let relation = touches.catalog.get(id);
        let view = relation.kind == RelationKind::View;
        if !only {
            planned(touches, id);
        }
        if view {
            next.extend(relation.reads.iter().copied());
        }
        let work = if view { Work::None } else { work };
        let tables = if only {
            vec![id]
        } else {
            touches.with_partitions(Some(id))
        };
        for id in tables {
            touches.work(id, lock, work, Reason::Query);
        }
    }
}

/// Whether two tables are joined by the whole of a key of each, so that their indexes give the rows of both in order.
fn joined_by_keys(touches: &Touches<'_>, dml: &Dml) -> bool {
    let (Some(target), [read], Some(predicate), false) = (
        &dml.target,
        &dml.reads[..],
        &dml.predicate,
        dml.merges_unmatched,
    ) else {
        return false;
    };
    let ExprNode::Binary {
        operator,
        left,
        right,
    } = &predicate.node
    else {
        return false;
    };
    let (ExprNode::Column(left), ExprNode::Column(right), "=") =
        (&**left, &**right, operator.as_str())
    else {
        return false;
    };
    // Whether a column is the whole key of a table, and is said to be that table's.
    let is_key = |side: &ColumnRef, name: &Name| {
        let table = touches.catalog.find(name);
        let key = table.and_then(|table| table.primary_key());
        let key = key.map(|key| key.columns()).unwrap_or_default();
        let of_it = side.table.as_ref().is_some_and(|of| dml.names(of, name));
        of_it && key == [side.name.as_str()]
    };
    is_key(left, target) && is_key(right, read) || is_key(right, target) && is_key(left, read)
}

/// `nextval` and its like take ROW EXCLUSIVE on the sequence, once a transaction.
///
/// Source: `lock_and_open_sequence` in `src/backend/commands/sequence.c`.
fn sequences(touches: &mut Touches<'_>, dml: &Dml) {
    for used in &dml.sequences {
        let id = match used {
            SequenceUse::Named(name) => touches.find(name),
            SequenceUse::OfColumn(table, column) => touches.find(table).and_then(|table| {
                let owned = touches.catalog.owned_sequence(table, column);
                owned.map(|sequence| sequence.id)
            }),
        };
        if let (Some(id), Execution::Whole) = (id, dml.execution) {
            touches.lock(id, RowExclusive);
        }
    }
}

/// Columns that INSERT leaves out take their values from sequences, where that is their default.
fn numbered(touches: &mut Touches<'_>, id: RelationId, dml: &Dml) {
    let said = dml.default_values || !dml.columns.is_empty();
    if dml.kind != DmlKind::Insert || dml.execution != Execution::Whole || !said {
        return;
    }
    let mut used: Vec<RelationId> = Vec::new();
    for column in touches.catalog.get(id).columns.iter() {
        if dml.columns.contains(&column.name) {
            continue;
        }
        let default = column.default.as_ref();
        let named = default.and_then(|default| touches.catalog.sequence_of(default));
        let serial = default.is_some_and(|default| takes_own_sequence(&default.node));
        // What inherits takes its values from where its parent does.
        let mut tables = std::iter::once(id).chain(touches.catalog.ancestors(id));
        let owned = tables.find_map(|table| touches.catalog.owned_sequence(table, &column.name));
        let owned = owned.filter(|_| column.identity || serial);
        used.extend(named.or(owned.map(|sequence| sequence.id)));
    }
    for sequence in used {
        touches.lock(sequence, RowExclusive);
    }
}

/// What is written to a view goes to the table behind it, unless a rule says otherwise; rules on a table write besides.
fn through_rules(touches: &mut Touches<'_>, id: RelationId, kind: DmlKind, work: Work) {
    let mut next = vec![id];
    let mut seen = vec![id];
    while let Some(id) = next.pop() {
        let relation = touches.catalog.get(id);
        let rules = relation.attached.iter().filter(|at| at.on == Some(kind));
        let (mut written, mut instead) = (Vec::new(), false);
        for rule in rules {
            written.extend(&rule.writes);
            instead |= rule.instead;
        }
        let behind = relation.reads.first().copied();
        let behind = behind.filter(|_| relation.kind == RelationKind::View && !instead);
        for other in written {
            if !seen.contains(&other) {
                touches.work(other, RowExclusive, Work::None, Reason::Rows);
            }
        }
        if let Some(table) = behind.filter(|table| !seen.contains(table)) {
            seen.push(table);
            next.push(table);
            let view = touches.catalog.get(table).kind == RelationKind::View;
            let work = if view { Work::None } else { work };
            touches.work(table, RowExclusive, work, Reason::Rows);
        }
    }
}
