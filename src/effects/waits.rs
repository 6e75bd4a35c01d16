//! Who waits for a statement, by whatever way: the relation's own lock, its indexes, its rows, or another relation.

mod code;
mod foreign_keys;
mod parts;
mod sequences;

use super::rows::Reached;
use super::transaction::Holdings;
use super::{Effect, Step, Work, row_waits};
use crate::ir::{Action, AlterAction, ConstraintKind, Execution, Passes, RelationKind, RowLock};
use crate::postgres::{Access, Accesses, LockMode, Version};
use crate::schema::{Catalog, Relation, RelationId};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Per relation, who waits while the locks of this statement, and those that its transaction holds already, are held.
pub(super) fn of_statement(
    catalog: &Catalog,
    version: Version,
    held: &Holdings,
    step: &Step,
    actions: &[&Action],
) -> BTreeMap<String, Vec<Access>> {
    let effects = &step.effects;
    let mut locks: BTreeMap<RelationId, LockMode> = held.locks().collect();
    for effect in effects {
        let lock = locks.entry(effect.id).or_insert(effect.lock);
        *lock = (*lock).max(effect.lock);
    }
    let mut waits: BTreeMap<RelationId, Accesses> = BTreeMap::new();
    let mut add = |id: RelationId, more: Accesses| *waits.entry(id).or_default() |= more;
    for action in actions {
        for (id, through) in through_catalog(catalog, action) {
            add(id, through);
        }
    }
    for id in actions.iter().flat_map(|action| looked_up(catalog, action)) {
        add(id, Accesses::of(&[Access::SelectForUpdate, Access::Delete]));
    }
    for (id, waiting) in held.waiting() {
        add(id, waiting);
    }
    for (id, lock) in held.rows().chain(locked_rows(catalog, effects, actions)) {
        foreign_keys::through_rows(catalog, id, lock, &mut add);
    }
    for effect in effects
        .iter()
        .filter(|effect| effect.kind != RelationKind::Index)
    {
        add(effect.id, effect.blocks);
        // Rows of a partition or a child are rows of its parent.
        let rows = effect.blocks.without(effect.lock.blocks());
        for parent in catalog.ancestors(effect.id) {
            add(parent, rows);
        }
    }
    let reach = code::reach(catalog);
    let concurrent = actions.iter().any(|action| is_concurrent(action));
    let longest = longest(actions);
    for (id, lock) in &locks {
        let relation = catalog.get(*id);
        if let (RelationKind::Index, Some(table)) = (relation.kind, relation.table) {
            let now = catalog.now.transaction;
            // Nobody else opens an index that this transaction has made.
            let visible = relation.created.is_none_or(|made| made.transaction != now);
            if !concurrent && visible {
                parts::through_index(catalog, version, table, *lock, &mut add);
                foreign_keys::through_index(catalog, table, *lock, &mut add);
                code::through(&reach, table, *lock, &mut add);
            }
            continue;
        }
        let own = step.effects.iter().any(|effect| effect.id == *id);
        let lock = &if own { (*lock).min(longest) } else { *lock };
        add(*id, lock.blocks());
        code::through(&reach, *id, *lock, &mut add);
        if relation.kind == RelationKind::CompositeType {
            parts::through_type(catalog, relation, *lock, &mut add);
        }
        if relation.kind == RelationKind::Sequence {
            sequences::through_lock(catalog, relation, *lock, &mut add);
        }
        if relation.kind != RelationKind::Table {
            continue;
        }
        foreign_keys::through_lock(catalog, *id, *lock, &mut add);
        parts::through_partitions(catalog, version, *id, *lock, &mut add);
    }
    if held.has_cursor() || keeps_snapshot(step, actions) {
        for relation in catalog.relations() {
            if matches!(
                relation.kind,
                RelationKind::Table | RelationKind::MaterializedView
            ) {
                add(
                    relation.id,
                    Accesses::of(&[Access::CreateIndexConcurrently]),
                );
            }
        }
    }
    through_views(catalog, &mut waits);
    visible(catalog, &locks, waits)
}

/// A view is as busy as what it reads, for whatever it hands on.
fn through_views(catalog: &Catalog, waits: &mut BTreeMap<RelationId, Accesses>) {
    let mut through: Vec<(RelationId, Accesses)> = Vec::new();
    for (id, list) in waits.iter() {
        let refused = [Access::Vacuum, Access::CreateIndexConcurrently];
        // Where INSERT waits it is for a lock on the relation, which is taken before FOR UPDATE of the view is refused.
        let locked = list.contains(Access::Select) || list.contains(Access::Insert);
        for (view, passes) in catalog.views_over(*id) {
            let handed_on = |access: &Access| match access {
                Access::Select => true,
                Access::SelectForUpdate => locked || passes <= Passes::RowLocks,
                _ => passes == Passes::Writes && !refused.contains(access),
            };
            through.push((view, list.iter().filter(handed_on).collect()));
        }
    }
    for (view, list) in through {
        *waits.entry(view).or_default() |= list;
    }
}

/// The tables of which an ALTER TABLE locks the rows that it looks up one by one, FOR KEY SHARE: those that a new foreign key with PERIOD refers to.
///
/// Source: `validateForeignKeyConstraint` in `src/backend/commands/tablecmds.c`.
fn looked_up(catalog: &Catalog, action: &Action) -> Vec<RelationId> {
    let Action::AlterTable(alter) = action else {
        return Vec::new();
    };
    let commands = alter.commands.iter();
    let parents = commands.filter_map(|command| match &command.action {
        AlterAction::AddConstraint(new) if !new.not_valid && !new.not_enforced => match &new.kind {
            ConstraintKind::ForeignKey {
                references,
                temporal: true,
                ..
            } => catalog.find(references).map(|parent| parent.id),
            _ => None,
        },
        _ => None,
    });
    parents.collect()
}

/// By name, without those whom an error meets before they would wait, and without what nobody else can see.
fn visible(
    catalog: &Catalog,
    locks: &BTreeMap<RelationId, LockMode>,
    mut waits: BTreeMap<RelationId, Accesses>,
) -> BTreeMap<String, Vec<Access>> {
    for (id, list) in &mut waits {
        let relation = catalog.get(*id);
        let refused = relation.partitioned || relation.kind == RelationKind::View;
        // No index is built CONCURRENTLY there: that is an error, which comes after the locks.
        let mut all = catalog.descendants(*id);
        all.push(*id);
        let indexes = all.iter().flat_map(|id| catalog.indexes(*id));
        let indexes: Vec<RelationId> = indexes.map(|index| index.id).collect();
        all.extend(
            indexes
                .into_iter()
                .filter(|index| !catalog.get(*index).partitioned),
        );
        let held = all.iter().filter_map(|id| locks.get(id)).copied();
        let lock = held.max().unwrap_or(LockMode::AccessShare);
        if refused && !LockMode::ShareUpdateExclusive.conflicts_with(lock) {
            *list = list.without(Accesses::of(&[Access::CreateIndexConcurrently]));
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
        .map(|(id, list)| (catalog.get(id).name.clone(), list.into()))
        .collect()
}

/// CREATE INDEX CONCURRENTLY on any table waits for transactions that still see an older state: those that read or build outside of a transaction
/// block for as long as they work, and cursors. What is done CONCURRENTLY waits for such transactions itself, for most of its time.
///
/// Source: `WaitForOlderSnapshots` in `src/backend/commands/indexcmds.c`; `PROC_IN_VACUUM` in `src/include/storage/proc.h`.
fn keeps_snapshot(step: &Step, actions: &[&Action]) -> bool {
    if actions.iter().any(|action| is_cursor(action)) {
        return true;
    }
    let works = step.effects.iter().any(|effect| effect.work > Work::None);
    let waits = !step.effects.is_empty() && actions.iter().any(|action| is_concurrent(action));
    (works || waits)
        && !step.in_transaction
        && !actions.iter().all(|action| keeps_to_itself(action))
}

/// DECLARE, whose snapshot stays until the transaction ends.
pub(super) fn is_cursor(action: &Action) -> bool {
    matches!(action, Action::Dml(dml) if dml.execution == Execution::Cursor)
}

/// VACUUM looks at nothing but its own table, and nobody waits for its snapshot.
fn keeps_to_itself(action: &Action) -> bool {
    matches!(action, Action::Vacuum { full, analyze, .. } if !full && !analyze)
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

/// The strongest lock that is held for longer than a moment. What is done CONCURRENTLY waits until nobody uses the index or partition any more, and takes the
/// stronger one then; DETACH holds none at all while it waits.
///
/// Source: `ATExecDetachPartition` in `src/backend/commands/tablecmds.c`.
fn longest(actions: &[&Action]) -> LockMode {
    let detaches = |action: &&&Action| matches!(action, Action::AlterTable(_));
    let mut concurrent = actions.iter().filter(|action| is_concurrent(action));
    match concurrent.next() {
        Some(action) if detaches(&action) => LockMode::AccessShare,
        Some(_) => LockMode::ShareUpdateExclusive,
        None => LockMode::AccessExclusive,
    }
}

/// Relations of which a statement locks all rows, and how.
pub(super) fn locked_rows(
    catalog: &Catalog,
    effects: &[Arc<Effect>],
    actions: &[&Action],
) -> Vec<(RelationId, RowLock)> {
    let mut found = Vec::new();
    let reached = Reached::new(catalog);
    for effect in effects {
        for action in actions {
            if let Action::Dml(dml) = action {
                let relation = catalog.get(effect.id);
                for dml in row_waits::about(catalog, relation, dml) {
                    let lock = row_waits::of_all(&reached, relation, effect.lock, dml);
                    found.extend(lock.map(|lock| (effect.id, lock)));
                }
            }
        }
    }
    found
}

/// Who waits for this lock, and for the rows that are written or locked with it.
pub(super) fn blocks(
    reached: &Reached<'_>,
    relation: &Relation,
    lock: LockMode,
    actions: &[&Action],
) -> Accesses {
    let mut blocked = lock.min(longest(actions)).blocks();
    for action in actions {
        if let Action::Dml(dml) = action {
            for dml in row_waits::about(reached.catalog, relation, dml) {
                blocked |= row_waits::of(reached, relation, lock, dml);
            }
        }
    }
    blocked
}

/// VACUUM and CREATE INDEX CONCURRENTLY update a relation's row in `pg_class` in place, and wait for whoever has changed it and not committed,
/// though no lock on the relation tells of it.
///
/// Source: `heap_inplace_lock` in `src/backend/access/heap/heapam.c`.
pub(super) fn through_catalog(catalog: &Catalog, action: &Action) -> Vec<(RelationId, Accesses)> {
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
            let everything = *database || !all_in_schema.is_empty();
            let all = everything.then(|| catalog.living());
            let all = all.into_iter().flatten().filter(|relation| {
                let schema = relation.schema.as_ref();
                let inside = schema.is_some_and(|schema| all_in_schema.contains(schema));
                *database || inside && !sequences
            });
            let stored = |relation: &&Relation| {
                let kinds = [RelationKind::Table, RelationKind::MaterializedView];
                kinds.contains(&relation.kind)
            };
            let mut touched: Vec<&Relation> = named.chain(all).filter(stored).collect();
            // VACUUM of a partitioned table goes on to its partitions.
            let above = touched
                .iter()
                .flat_map(|one| catalog.partitioned_parents(one.id));
            let above: Vec<RelationId> = above.collect();
            touched.extend(above.into_iter().map(|id| catalog.get(id)));
            touched
                .into_iter()
                .map(|relation| {
                    // VACUUM updates the row of the database too. On a partitioned table no index is built CONCURRENTLY.
                    let waiting = if *database || relation.partitioned {
                        Accesses::of(&[Access::Vacuum])
                    } else {
                        Accesses::of(&[Access::Vacuum, Access::CreateIndexConcurrently])
                    };
                    (relation.id, waiting)
                })
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
            let tables = table
                .into_iter()
                .flat_map(|table| std::iter::once(table).chain(catalog.partitioned_parents(table)));
            tables
                .map(|table| (table, Accesses::of(&[Access::Vacuum])))
                .collect()
        }
        _ => Vec::new(),
    }
}
