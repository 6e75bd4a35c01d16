//! REINDEX, REFRESH, CLUSTER, VACUUM and ANALYZE.

use super::touch::Touches;
use super::{Certainty, Reason, Work, rows};
use crate::ir::{Action, ConstraintKind, Name, ReindexTarget, RelationKind};
use crate::postgres::Change;
use crate::postgres::LockMode::{
    AccessExclusive, AccessShare, Exclusive, Share, ShareUpdateExclusive,
};
use crate::schema::{Relation, RelationId};

/// What a statement does that keeps relations in order.
pub(super) fn maintenance(touches: &mut Touches<'_>, action: &Action) {
    match action {
        Action::Reindex {
            target,
            name: Some(name),
            concurrently,
        } => reindex(touches, *target, name, *concurrently),
        Action::Refresh {
            view,
            concurrently,
            with_data,
        } => refresh(touches, view, *concurrently, *with_data),
        Action::Cluster { table } => cluster(touches, table.as_ref()),
        // There they are already.
        Action::MoveAll { from, to, .. } if from == to => {}
        Action::MoveAll { kind, from, .. } => move_all(touches, *kind, from),
        Action::Vacuum {
            tables, full, only, ..
        } => {
            for id in maintained(touches, tables) {
                vacuum(touches, id, *full, *only);
            }
        }
        Action::Analyze { tables, only } => {
            for id in maintained(touches, tables) {
                analyze(touches, id, *only);
            }
        }
        Action::Reindex {
            target,
            name: None,
            concurrently,
        } => reindex_all(touches, *target, None, *concurrently),
        _ => {}
    }
}

/// The named tables; without names every table of the database.
fn maintained(touches: &mut Touches<'_>, tables: &[Name]) -> Vec<RelationId> {
    if tables.is_empty() {
        return stored(touches, |_| true);
    }
    let named = tables.iter();
    named.filter_map(|table| touches.find(table)).collect()
}

/// Tables and materialized views that are there, partitioned ones included.
fn stored(touches: &Touches<'_>, wanted: impl Fn(&Relation) -> bool) -> Vec<RelationId> {
    let kinds = [RelationKind::Table, RelationKind::MaterializedView];
    let all = touches.catalog.living();
    all.filter(|relation| kinds.contains(&relation.kind) && !relation.temporary)
        .filter(|relation| wanted(relation))
        .map(|relation| relation.id)
        .collect()
}

/// CLUSTER: a partitioned table is done partition by partition; without a table it is every one that was clustered before.
fn cluster(touches: &mut Touches<'_>, table: Option<&Name>) {
    let tables = match table {
        Some(table) => touches.with_own_partitions(touches.find(table)),
        None => stored(touches, |table| table.clustered),
    };
    for id in tables {
        touches.rewrite(id, Reason::Storage, Certainty::Known, None);
    }
}

fn reindex(touches: &mut Touches<'_>, target: ReindexTarget, name: &Name, concurrently: bool) {
    let known = touches.find(name);
    match (target, known) {
        (ReindexTarget::Table, Some(table)) => {
            let tables = touches.with_own_partitions(Some(table));
            let lock = if concurrently {
                ShareUpdateExclusive
            } else {
                Share
            };
            touches.lock(table, lock);
            for partition in &tables[1..] {
                // While they are looked up.
                touches.lock(*partition, Share);
            }
            reindex_tables(touches, tables, concurrently);
        }
        (ReindexTarget::Index, Some(index)) => {
            let mut indexes = touches.with_partitions(Some(index));
            if touches.catalog.get(index).partitioned {
                // The indexes between it and those that have a file are locked while these are looked up, and their tables are not.
                for between in indexes.split_off(1) {
                    if touches.catalog.get(between).partitioned {
                        touches.lock(between, Share);
                    } else {
                        indexes.push(between);
                    }
                }
                let lock = if concurrently {
                    ShareUpdateExclusive
                } else {
                    AccessExclusive
                };
                touches.lock(index, lock);
            }
            let tables = indexes
                .iter()
                .filter_map(|index| touches.catalog.get(*index).table)
                .collect();
            rebuild(touches, indexes, tables, concurrently);
        }
        _ => reindex_all(touches, target, Some(name), concurrently),
    }
}

/// REINDEX SCHEMA, DATABASE and SYSTEM: table by table, each in a transaction of its own.
fn reindex_all(
    touches: &mut Touches<'_>,
    target: ReindexTarget,
    name: Option<&Name>,
    concurrently: bool,
) {
    let tables = match (target, name) {
        (ReindexTarget::Schema, Some(schema)) => stored(touches, |table| {
            table.schema.as_ref() == Some(&schema.name) && !table.partitioned
        }),
        (ReindexTarget::Database, _) => stored(touches, |table| !table.partitioned),
        // Only the system catalogs.
        _ => return,
    };
    reindex_tables(touches, tables, concurrently);
}

fn reindex_tables(touches: &mut Touches<'_>, tables: Vec<RelationId>, concurrently: bool) {
    let indexes = tables.iter().flat_map(|table| touches.indexes(*table));
    let indexes = indexes.collect();
    rebuild(touches, indexes, tables, concurrently);
}

/// Indexes are built anew. CONCURRENTLY takes an index at its end, when nobody uses the old one any more.
fn rebuild(
    touches: &mut Touches<'_>,
    indexes: Vec<RelationId>,
    tables: Vec<RelationId>,
    concurrently: bool,
) {
    let mut built: Vec<RelationId> = Vec::new();
    for index in indexes {
        let relation = touches.catalog.get(index);
        built.extend(relation.table);
        // An index on a partitioned table has no file of its own.
        if concurrently && is_exclusion(touches, index) {
            // It is left as it is, with a warning.
            touches.lock(index, ShareUpdateExclusive);
        } else if !relation.partitioned {
            touches.work(index, AccessExclusive, Work::IndexBuild, Reason::Reindex);
        }
    }
    let lock = if concurrently {
        ShareUpdateExclusive
    } else {
        Share
    };
    for table in tables {
        let work = if built.contains(&table) {
            Work::IndexBuild
        } else {
            Work::None
        };
        touches.work(table, lock, work, Reason::Reindex);
    }
}

/// Whether an EXCLUDE constraint stands on an index: such a one cannot be built CONCURRENTLY.
///
/// Source: `ReindexRelationConcurrently` in `src/backend/commands/indexcmds.c`.
fn is_exclusion(touches: &Touches<'_>, index: RelationId) -> bool {
    let table = touches.catalog.get(index).table;
    let constraints = table.map(|table| touches.catalog.get(table).constraints.iter());
    constraints.into_iter().flatten().any(|constraint| {
        constraint.index == Some(index) && matches!(constraint.kind, ConstraintKind::Exclude { .. })
    })
}

/// Relations that a statement put into the tablespace, and those of which nobody knows where they lie.
///
/// Source: `AlterTableMoveAll` in `src/backend/commands/tablecmds.c`.
fn move_all(touches: &mut Touches<'_>, kind: RelationKind, from: &str) {
    let relations: Vec<_> = touches
        .catalog
        .living()
        .filter(|relation| relation.kind == kind)
        .filter_map(|relation| {
            let known = match relation.tablespace.as_deref() {
                Some(tablespace) => Some(tablespace == from),
                // The database's own, which is called so unless it was made elsewhere.
                None if relation.created.is_some() => Some(from == "pg_default"),
                None => None,
            };
            let unless = format!("{} is in another tablespace", relation.name);
            match known {
                Some(true) => Some((relation.id, None)),
                Some(false) => None,
                None => Some((relation.id, Some(unless))),
            }
        })
        .collect();
    for (id, unless) in relations {
        let certainty = unless
            .as_ref()
            .map_or(Certainty::Known, |_| Certainty::Unknown);
        let work = match kind {
            RelationKind::Index => Work::IndexBuild,
            _ => Work::Rewrite,
        };
        touches.push(
            id,
            AccessExclusive,
            work,
            Reason::Storage,
            certainty,
            unless,
        );
    }
}

fn refresh(touches: &mut Touches<'_>, view: &Name, concurrently: bool, with_data: bool) {
    let Some(id) = touches.find(view) else {
        return;
    };
    if !with_data {
        touches.lock(id, AccessExclusive);
        for index in touches.indexes(id) {
            touches.lock(index, AccessExclusive);
        }
        return;
    }
    for read in touches.catalog.get(id).reads.iter() {
        rows::read(touches, *read, AccessShare, Work::Scan, false);
    }
    if concurrently {
        touches.work(id, Exclusive, Work::RowWrites, Reason::Refresh);
    } else {
        touches.rewrite(id, Reason::Refresh, Certainty::Known, None);
    }
}

/// VACUUM: partitions with their parent, and inheritance children where the version does so.
fn vacuum(touches: &mut Touches<'_>, id: RelationId, full: bool, only: bool) {
    let partitioned = touches.catalog.get(id).partitioned;
    if only && partitioned {
        touches.lock(id, AccessShare);
        return;
    }
    let recurses = !only && (partitioned || touches.version.has(Change::MaintenanceRecurses));
    let children = touches.catalog.descendants(id);
    for id in std::iter::once(id).chain(children.into_iter().filter(|_| recurses)) {
        if full {
            touches.rewrite(id, Reason::Storage, Certainty::Known, None);
        } else {
            touches.work(id, ShareUpdateExclusive, Work::Scan, Reason::Maintenance);
        }
    }
}

/// ANALYZE: a sample is read, of the same size whatever the table's; of the children too, which may be analyzed themselves.
fn analyze(touches: &mut Touches<'_>, id: RelationId, only: bool) {
    touches.lock(id, ShareUpdateExclusive);
    let partitioned = touches.catalog.get(id).partitioned;
    let recurses = !only && (partitioned || touches.version.has(Change::MaintenanceRecurses));
    let lock = if recurses {
        ShareUpdateExclusive
    } else {
        AccessShare
    };
    for child in touches.catalog.descendants(id) {
        touches.lock(child, lock);
    }
}
