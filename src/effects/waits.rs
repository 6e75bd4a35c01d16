//! Who waits for a statement, by whatever way: the relation's own lock, its indexes, its rows, or another relation.

use super::transaction::Block;
use super::{Effect, Step, Work, row_waits};
use crate::ir::{
    Action, AlterAction, CreateIndex, Execution, IndexColumn, PartitionBound, RelationKind,
};
use crate::postgres::{Access, Change, LockMode, Version};
use crate::schema::{Catalog, Relation, RelationId};
use std::collections::BTreeMap;

/// Per relation, who waits while the locks of this statement, and those that its transaction holds already, are held.
pub(super) fn of_statement(
    catalog: &Catalog,
    version: Version,
    block: &Block,
    step: &Step,
    actions: &[&Action],
) -> BTreeMap<String, Vec<Access>> {
    let effects: &[Effect] = &step.effects;
    let held = block.held.iter();
    let mut locks: BTreeMap<RelationId, LockMode> =
        held.map(|(id, (lock, _))| (*id, *lock)).collect();
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
    for (id, rows) in &block.rows {
        add(*id, rows.clone());
    }
    for effect in effects
        .iter()
        .filter(|effect| effect.kind != RelationKind::Index)
    {
        add(effect.id, effect.blocks.clone());
        // Rows of a partition are rows of its parent.
        let own = effect.lock.blocks();
        let rows = effect.blocks.iter().filter(|access| !own.contains(access));
        let rows: Vec<Access> = rows.copied().collect();
        for parent in partitioned_parents(catalog, effect.id) {
            add(parent, rows.clone());
        }
    }
    for (id, lock) in &locks {
        let relation = catalog.get(*id);
        if let (RelationKind::Index, Some(table)) = (relation.kind, relation.table) {
            if !actions.iter().any(|action| is_concurrent(action)) {
                add(table, through_index(*lock));
                for parent in partitioned_parents(catalog, table) {
                    add(parent, through_index(*lock));
                }
            }
            continue;
        }
        let concurrent = actions.iter().any(|action| is_concurrent(action));
        let lock = &if concurrent && step.effects.iter().any(|effect| effect.id == *id) {
            (*lock).min(LockMode::ShareUpdateExclusive)
        } else {
            *lock
        };
        add(*id, lock.blocks());
        for view in catalog.views_over(*id) {
            let mut through = lock.blocks();
            through.retain(|access| {
                !matches!(access, Access::Vacuum | Access::CreateIndexConcurrently)
            });
            add(view, through);
        }
        if !matches!(relation.kind, RelationKind::Table) {
            continue;
        }
        // A row of a parent is deleted only after its children were asked, a row of a child written only after its parent was.
        for constraint in &relation.constraints {
            if let Some(parent) = constraint.references.filter(|parent| parent != id) {
                for parent in std::iter::once(parent).chain(catalog.descendants(parent)) {
                    add(parent, asked(*lock, &[Access::Delete]));
                }
            }
        }
        for (child, _) in catalog.referencing(*id) {
            if child.id != *id {
                add(child.id, asked(*lock, &[Access::Insert]));
                if child.partitioned {
                    for partition in catalog.descendants(child.id) {
                        add(partition, asked(*lock, &[Access::Insert]));
                    }
                }
            }
        }
        through_partitions(catalog, version, *id, *lock, &mut add);
    }
    if block.cursor || keeps_snapshot(catalog, step, actions) {
        for relation in catalog.relations() {
            if matches!(
                relation.kind,
                RelationKind::Table | RelationKind::MaterializedView
            ) {
                add(relation.id, vec![Access::CreateIndexConcurrently]);
            }
        }
    }
    visible(catalog, &locks, waits)
}

/// By name, without those whom an error meets before they would wait, and without what nobody else can see.
fn visible(
    catalog: &Catalog,
    locks: &BTreeMap<RelationId, LockMode>,
    mut waits: BTreeMap<RelationId, Vec<Access>>,
) -> BTreeMap<String, Vec<Access>> {
    for (id, list) in &mut waits {
        let relation = catalog.get(*id);
        let refused = relation.partitioned || relation.kind == RelationKind::View;
        // No index is built CONCURRENTLY there: that is an error, which comes after the lock.
        let mut all = catalog.descendants(*id);
        all.push(*id);
        let held = all.iter().filter_map(|id| locks.get(id)).copied();
        let lock = held.max().unwrap_or(LockMode::AccessShare);
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
            let queried = !matches!(
                relation.kind,
                RelationKind::Sequence | RelationKind::CompositeType
            );
            // What this transaction has dropped is still there for the others.
            visible && queried && (!relation.dropped || locks.contains_key(id))
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
    if actions.iter().any(|action| is_cursor(action)) {
        return true;
    }
    let works = step.effects.iter().any(|effect| effect.work > Work::None);
    works
        && !step.in_transaction
        && !actions
            .iter()
            .all(|action| keeps_to_itself(catalog, step, action))
}

/// DECLARE, whose snapshot stays until the transaction ends.
pub(super) fn is_cursor(action: &Action) -> bool {
    matches!(action, Action::Dml(dml) if dml.execution == Execution::Cursor)
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
        Action::AlterTable(alter) => alter.commands.iter().any(|command| {
            matches!(
                command.action,
                AlterAction::DetachPartition {
                    concurrently: true,
                    ..
                }
            )
        }),
        _ => false,
    }
}

/// Who waits for this lock, and for the rows that are written or locked with it.
pub(super) fn blocks(
    relation: &Relation,
    lock: LockMode,
    work: Work,
    actions: &[&Action],
) -> Vec<Access> {
    let concurrent = actions.iter().any(|action| is_concurrent(action));
    let mut blocked = if concurrent {
        lock.min(LockMode::ShareUpdateExclusive).blocks()
    } else {
        lock.blocks()
    };
    for action in actions {
        if let Action::Dml(dml) = action {
            blocked.extend(row_waits::of(relation, lock, work, dml));
        }
    }
    blocked.sort_unstable();
    blocked.dedup();
    blocked
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
            sequences,
            columns: false,
            database,
            ..
        } => {
            let named = relations.iter().filter_map(|name| catalog.find(name));
            let all = catalog.living().filter(|relation| {
                let schema = relation.schema.as_ref();
                let inside = schema.is_some_and(|schema| all_in_schema.contains(schema));
                *database || inside && !sequences
            });
            let stored = |relation: &&Relation| {
                let kinds = [RelationKind::Table, RelationKind::MaterializedView];
                kinds.contains(&relation.kind) && !relation.partitioned
            };
            // VACUUM updates the row of the database too.
            let waiting = if *database {
                vec![Access::Vacuum]
            } else {
                vec![Access::Vacuum, Access::CreateIndexConcurrently]
            };
            let touched = named.chain(all).filter(stored);
            touched
                .map(|relation| (relation.id, waiting.clone()))
                .collect()
        }
        Action::AlterTable(alter) => {
            let changed = alter.commands.iter().any(|command| {
                matches!(
                    command.action,
                    AlterAction::RenameTo(_)
                        | AlterAction::SetOptions(_)
                        | AlterAction::ResetOptions(_)
                )
            });
            let table = catalog.find(&alter.name).and_then(|relation| {
                let index = relation.kind == RelationKind::Index && !relation.partitioned;
                relation.table.filter(|_| changed && index)
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

/// A query on a table opens its partitions and inheritance children; a row put into a partition is checked against its parent's bounds.
fn through_partitions(
    catalog: &Catalog,
    version: Version,
    id: RelationId,
    lock: LockMode,
    add: &mut impl FnMut(RelationId, Vec<Access>),
) {
    let relation = catalog.get(id);
    let mut through = lock.blocks();
    match &relation.bound {
        // Rows go there only where no other partition takes them.
        Some(PartitionBound::Default) => through.retain(|access| *access != Access::Insert),
        Some(_) => {}
        None => through.retain(|access| match access {
            Access::Insert | Access::CreateIndexConcurrently => false,
            Access::Vacuum => version.has(Change::MaintenanceRecurses),
            _ => true,
        }),
    }
    for parent in parents(catalog, id) {
        add(parent, through.clone());
    }
    if relation.partitioned && LockMode::AccessShare.conflicts_with(lock) {
        for child in catalog.descendants(id) {
            if catalog.get(child).bound.is_some() {
                add(child, vec![Access::Insert, Access::Update]);
            }
        }
    }
}

/// The tables that this one is a partition or a child of, upwards.
fn parents(catalog: &Catalog, id: RelationId) -> Vec<RelationId> {
    let mut all: Vec<RelationId> = Vec::new();
    let mut next = catalog.get(id).parent;
    while let Some(parent) = next.filter(|parent| !all.contains(parent)) {
        all.push(parent);
        next = catalog.get(parent).parent;
    }
    all
}

fn partitioned_parents(catalog: &Catalog, id: RelationId) -> Vec<RelationId> {
    if catalog.get(id).bound.is_some() {
        parents(catalog, id)
    } else {
        Vec::new()
    }
}
