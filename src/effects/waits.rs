//! Who waits for a statement, by whatever way: the relation's own lock, its indexes, its rows, or another relation.

use super::Effect;
use crate::ir::{Action, AlterAction, RelationKind};
use crate::postgres::{Access, LockMode};
use crate::schema::{Catalog, RelationId};
use crate::source::Span;
use std::collections::BTreeMap;

/// Per relation, who waits while the locks of this statement, and those that its transaction holds already, are held.
pub(super) fn of_statement(
    catalog: &Catalog,
    held: &BTreeMap<RelationId, (LockMode, Span)>,
    effects: &[Effect],
    action: &Action,
) -> BTreeMap<String, Vec<Access>> {
    let mut locks: BTreeMap<RelationId, LockMode> =
        held.iter().map(|(id, (lock, _))| (*id, *lock)).collect();
    for effect in effects {
        let lock = locks.entry(effect.id).or_insert(effect.lock);
        *lock = (*lock).max(effect.lock);
    }
    let mut waits: BTreeMap<RelationId, Vec<Access>> = BTreeMap::new();
    let mut add = |id: RelationId, more: Vec<Access>| waits.entry(id).or_default().extend(more);
    for (id, through) in through_catalog(catalog, action) {
        add(id, through);
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
            add(table, through_index(*lock));
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
    waits
        .into_iter()
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
