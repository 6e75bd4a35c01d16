//! REINDEX, REFRESH, CLUSTER, VACUUM and ANALYZE.

use super::touch::Touches;
use super::{Certainty, Reason, Work};
use crate::ir::{Action, Name, RelationKind};
use crate::postgres::LockMode::{
    AccessExclusive, AccessShare, Exclusive, Share, ShareUpdateExclusive,
};
use crate::schema::Relation;

/// What a statement does that keeps relations in order.
pub(super) fn maintenance(touches: &mut Touches<'_>, action: &Action) {
    match action {
        Action::Reindex {
            target,
            name: Some(name),
            concurrently,
        } => reindex(touches, target, name, *concurrently),
        Action::Refresh {
            view,
            concurrently,
            with_data,
        } => refresh(touches, view, *concurrently, *with_data),
        Action::Cluster { table: Some(table) } => {
            let id = touches.catalog.resolve(table, RelationKind::Table);
            touches.rewrite(id, Reason::Storage, Certainty::Known, None);
        }
        Action::MoveAll { kind } => move_all(touches, *kind),
        Action::Vacuum { tables, full, .. } => {
            for table in tables {
                vacuum(touches, table, *full);
            }
        }
        Action::Analyze { tables } => {
            for table in tables {
                let id = touches.catalog.resolve(table, RelationKind::Table);
                let mut all = touches.catalog.descendants(id);
                all.push(id);
                for id in all {
                    // A sample is read, of the same size whatever the table's.
                    touches.lock(id, ShareUpdateExclusive);
                }
            }
        }
        _ => {}
    }
}

fn reindex(touches: &mut Touches<'_>, target: &str, name: &Name, concurrently: bool) {
    let (indexes, tables) = match target {
        "table" => {
            let table = touches.catalog.resolve(name, RelationKind::Table);
            let tables = touches.with_partitions(Some(table));
            let indexes = tables.iter().flat_map(|table| touches.indexes(*table));
            (indexes.collect::<Vec<_>>(), tables)
        }
        "index" => {
            let index = touches.catalog.resolve(name, RelationKind::Index);
            let indexes = touches.with_partitions(Some(index));
            let tables = indexes
                .iter()
                .filter_map(|index| touches.catalog.get(*index).table);
            (indexes.clone(), tables.collect())
        }
        _ => return,
    };
    // CONCURRENTLY takes the index at its end, when nobody uses the old one any more.
    let (on_index, on_table) = if concurrently {
        (AccessExclusive, ShareUpdateExclusive)
    } else {
        (AccessExclusive, Share)
    };
    for index in indexes {
        touches.work(index, on_index, Work::IndexBuild, Reason::Reindex);
    }
    for table in tables {
        touches.work(table, on_table, Work::IndexBuild, Reason::Reindex);
    }
}

/// No migration tells which relations lie in a tablespace: each may.
///
/// Source: `AlterTableMoveAll` in `src/backend/commands/tablecmds.c`.
fn move_all(touches: &mut Touches<'_>, kind: RelationKind) {
    let work = match kind {
        RelationKind::Index => Work::IndexBuild,
        _ => Work::Rewrite,
    };
    let moved = |relation: &&Relation| !relation.dropped && relation.kind == kind;
    let relations = touches.catalog.relations().filter(moved);
    let relations: Vec<_> = relations
        .map(|relation| {
            (
                relation.id,
                format!("{} is in another tablespace", relation.name),
            )
        })
        .collect();
    for (id, unless) in relations {
        touches.work_unless(id, AccessExclusive, work, Reason::Storage, unless);
    }
}

fn refresh(touches: &mut Touches<'_>, view: &Name, concurrently: bool, with_data: bool) {
    let id = touches
        .catalog
        .resolve(view, RelationKind::MaterializedView);
    if !with_data {
        touches.lock(id, AccessExclusive);
        return;
    }
    for read in touches.catalog.get(id).reads.clone() {
        touches.work(read, AccessShare, Work::Scan, Reason::Query);
    }
    if concurrently {
        touches.work(id, Exclusive, Work::RowWrites, Reason::Refresh);
    } else {
        touches.rewrite(id, Reason::Refresh, Certainty::Known, None);
    }
}

fn vacuum(touches: &mut Touches<'_>, table: &Name, full: bool) {
    let id = touches.catalog.resolve(table, RelationKind::Table);
    for id in touches.with_partitions(Some(id)) {
        if full {
            touches.rewrite(id, Reason::Storage, Certainty::Known, None);
        } else {
            touches.work(id, ShareUpdateExclusive, Work::Scan, Reason::Maintenance);
        }
    }
}
