//! Who waits for a statement, by whatever way: the relation's own lock, its indexes, its rows, or another relation.

use super::{Effect, Step, Work};
use crate::ir::{Action, AlterAction, CreateIndex, Execution, IndexColumn, RelationKind};
use crate::postgres::{Access, LockMode};
use crate::schema::{Catalog, RelationId};
use crate::source::Span;
use std::collections::BTreeMap;

/// Per relation, who waits while the locks of this statement, and those that its transaction holds already, are held.
pub(super) fn of_statement(
    catalog: &Catalog,
    held: &BTreeMap<RelationId, (LockMode, Span)>,
    step: &Step,
    actions: &[&Action],
) -> BTreeMap<String, Vec<Access>> {
    let effects: &[Effect] = &step.effects;
    let mut locks: BTreeMap<RelationId, LockMode> =
        held.iter().map(|(id, (lock, _))| (*id, *lock)).collect();
    for effect in effects {
        let lock = locks.entry(effect.id).or_insert(effect.lock);
        *lock = (*lock).max(effect.lock);
    }
    let mut waits: BTreeMap<RelationId, Vec<Access>> = BTreeMap::new();
    let mut add = |id: RelationId, more: Vec<Access>| waits.entry(id).or_default().extend(more);
    for action in actions {
        for (id, through) in through_catalog(catalog, action) {
            add(id, through);
        }
    }
    for effect in effects
        .iter()
        .filter(|effect| effect.kind != RelationKind::Index)
    {
        add(effect.id, effect.blocks.clone());
    }
    for (id, lock) in &locks {
        let relation = catalog.get(*id);
        if let (RelationKind::Index, Some(table)) = (relation.kind, relation.table) {
            if !actions.iter().any(|action| is_concurrent(action)) {
                add(table, through_index(*lock));
            }
            continue;
        }
        add(*id, lock.blocks());
        if !matches!(relation.kind, RelationKind::Table) {
            continue;
        }
        // A row of a parent is deleted only after its children were asked, a row of a child written only after its parent was.
        for constraint in &relation.constraints {
            if let Some(parent) = constraint.references.filter(|parent| parent != id) {
                add(parent, asked(*lock, &[Access::Delete]));
            }
        }
        for (child, _) in catalog.referencing(*id) {
            if child.id != *id {
                add(child.id, asked(*lock, &[Access::Insert]));
            }
        }
        through_partitions(catalog, *id, *lock, &mut add);
    }
    if keeps_snapshot(catalog, step, actions) {
        for relation in catalog.relations() {
            if matches!(
                relation.kind,
                RelationKind::Table | RelationKind::MaterializedView
            ) {
                add(relation.id, vec![Access::CreateIndexConcurrently]);
            }
        }
    }
    for (id, list) in &mut waits {
        let relation = catalog.get(*id);
        let refused = relation.partitioned || relation.kind == RelationKind::View;
        // No index is built CONCURRENTLY there: that is an error, which comes after the lock.
        let lock = locks.get(id).copied().unwrap_or(LockMode::AccessShare);
        if refused && !LockMode::ShareUpdateExclusive.conflicts_with(lock) {
            list.retain(|access| *access != Access::CreateIndexConcurrently);
        }
    }
    waits
        .into_iter()
        .filter(|(_, list)| !list.is_empty())
        .filter(|(id, _)| {
            let relation = catalog.get(*id);
            let now = catalog.now.transaction;
            // What was made in this transaction is nobody else's yet.
            let visible = relation.created.is_none_or(|made| made.transaction != now);
            visible && !relation.dropped && relation.kind != RelationKind::Sequence
        })
        .map(|(id, mut list)| {
            list.sort_unstable();
            list.dedup();
            (catalog.get(id).name.clone(), list)
        })
        .collect()
}

/// CREATE INDEX CONCURRENTLY on any table waits for transactions that still see an older state: those that read or build outside of a transaction
/// block for as long as they work, and cursors. Those that are known to look at nothing but their own table are left out.
///
/// Source: `WaitForOlderSnapshots` in `src/backend/commands/indexcmds.c`; `PROC_IN_VACUUM` and `PROC_IN_SAFE_IC` in `src/include/storage/proc.h`.
fn keeps_snapshot(catalog: &Catalog, step: &Step, actions: &[&Action]) -> bool {
    let cursor =
        |action: &&Action| matches!(action, Action::Dml(dml) if dml.execution == Execution::Cursor);
    if actions.iter().any(cursor) {
        return true;
    }
    let works = step.effects.iter().any(|effect| effect.work > Work::None);
    works
        && !step.in_transaction
        && !actions
            .iter()
            .all(|action| keeps_to_itself(catalog, step, action))
}

fn keeps_to_itself(catalog: &Catalog, step: &Step, action: &Action) -> bool {
    match action {
        Action::Vacuum { full, analyze, .. } => !full && !analyze,
        Action::CreateIndex(create) => create.concurrently && is_plain(create),
        Action::Reindex { concurrently, .. } => {
            let mut indexes = step.effects.iter().map(|effect| catalog.get(effect.id));
            *concurrently && indexes.all(|index| index.definition.as_ref().is_none_or(is_plain))
        }
        _ => false,
    }
}

/// Without expressions and predicate, so that building it calls no function of the user.
fn is_plain(index: &CreateIndex) -> bool {
    let mut elements = index.elements.iter();
    index.predicate.is_none()
        && elements.all(|element| matches!(element.column, IndexColumn::Column(_)))
}

/// Whether the strongest locks are taken only when nobody uses the index any more.
pub(super) fn is_concurrent(action: &Action) -> bool {
    match action {
        Action::Drop(drop) => drop.concurrently,
        Action::Reindex { concurrently, .. } => *concurrently,
        _ => false,
    }
}

/// VACUUM and CREATE INDEX CONCURRENTLY update a relation's row in `pg_class` in place, and wait for whoever has changed it and not committed,
/// though no lock on the relation tells of it.
///
/// Source: `heap_inplace_lock` in `src/backend/access/heap/heapam.c`.
fn through_catalog(catalog: &Catalog, action: &Action) -> Vec<(RelationId, Vec<Access>)> {
    match action {
        Action::Grant {
            relations,
            all_in_schema,
            ..
        } => {
            let named = relations.iter().filter_map(|name| catalog.find(name));
            let everywhere = catalog.relations().take(if all_in_schema.is_empty() {
                0
            } else {
                usize::MAX
            });
            let all = everywhere.filter(|relation| {
                let schema = relation.schema.as_ref();
                let tables = matches!(relation.kind, RelationKind::Table | RelationKind::View);
                tables && schema.is_some_and(|schema| all_in_schema.contains(schema))
            });
            named
                .chain(all)
                .map(|relation| {
                    let waiting = vec![Access::Vacuum, Access::CreateIndexConcurrently];
                    (relation.id, waiting)
                })
                .collect()
        }
        Action::AlterTable(alter) => {
            let renamed = alter
                .commands
                .iter()
                .any(|command| matches!(command.action, AlterAction::RenameTo(_)));
            let table = catalog.find(&alter.name).and_then(|relation| {
                let index = relation.kind == RelationKind::Index;
                relation.table.filter(|_| renamed && index)
            });
            table
                .map(|table| (table, vec![Access::Vacuum]))
                .into_iter()
                .collect()
        }
        _ => Vec::new(),
    }
}

/// A query opens every index of its table when it is planned, a write when it is executed.
///
/// Source: `get_relation_info` in `src/backend/optimizer/util/plancat.c`, `ExecOpenIndices` in `src/backend/executor/execIndexing.c`,
/// `vac_open_indexes` in `src/backend/commands/vacuum.c`.
fn through_index(lock: LockMode) -> Vec<Access> {
    let opens = |access: &Access| match access {
        Access::Select | Access::SelectForUpdate => LockMode::AccessShare.conflicts_with(lock),
        Access::Insert | Access::Update | Access::Delete | Access::Vacuum => {
            LockMode::RowExclusive.conflicts_with(lock)
        }
        Access::CreateIndexConcurrently => false,
    };
    Access::ALL.into_iter().filter(opens).collect()
}

/// The look-ups of a foreign key take ROW SHARE on the other table.
fn asked(lock: LockMode, by: &[Access]) -> Vec<Access> {
    if LockMode::RowShare.conflicts_with(lock) {
        by.to_vec()
    } else {
        Vec::new()
    }
}

/// A query on a partitioned table opens its partitions; a row put into a partition is checked against its parent's bounds.
fn through_partitions(
    catalog: &Catalog,
    id: RelationId,
    lock: LockMode,
    add: &mut impl FnMut(RelationId, Vec<Access>),
) {
    let relation = catalog.get(id);
    if let (Some(parent), Some(_)) = (relation.parent, &relation.bound) {
        let mut through = lock.blocks();
        // A row goes to one partition only.
        through
            .retain(|access| !matches!(access, Access::Insert | Access::CreateIndexConcurrently));
        add(parent, through);
    }
    if relation.partitioned && LockMode::AccessShare.conflicts_with(lock) {
        for child in catalog.descendants(id) {
            if catalog.get(child).bound.is_some() {
                add(child, vec![Access::Insert, Access::Update]);
            }
        }
    }
}
