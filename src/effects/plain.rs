//! Every statement that is no ALTER TABLE: which relations it locks, in which mode, and what it does to them.
//!
//! Source: PostgreSQL documentation, "Explicit Locking" and the page of each command.

use super::touch::Touches;
use super::{Certainty, Reason, Work, partition, rows};
use crate::ir::{
    Action, ConstraintKind, CreateIndex, CreateTable, Drop, Name, ObjectKind, RelationKind,
};
use crate::postgres::LockMode::{
    self, AccessExclusive, AccessShare, Exclusive, RowExclusive, Share, ShareRowExclusive,
    ShareUpdateExclusive,
};
use crate::schema::RelationId;

/// What a statement other than ALTER TABLE does.
pub(super) fn plain(touches: &mut Touches<'_>, action: &Action) {
    match action {
        Action::CreateTable(create) => create_table(touches, create),
        Action::CreateTableAs(create) => rows::reads(touches, &create.reads, AccessShare),
        Action::CreateView(view) => {
            for name in &view.reads {
                named(touches, name, RelationKind::Table, AccessShare);
            }
            if let Some(old) = touches.catalog.find(&view.name).filter(|_| view.or_replace) {
                let id = old.id;
                touches.lock(id, AccessExclusive);
            }
        }
        Action::CreateIndex(create) => create_index(touches, create),
        Action::Drop(drop) => drop_objects(touches, drop),
        Action::Truncate {
            tables, cascade, ..
        } => truncate(touches, tables, *cascade),
        Action::LockTable { tables, mode, only } => {
            for name in tables {
                let id = named(touches, name, RelationKind::Table, *mode);
                if !only {
                    for child in touches.catalog.descendants(id) {
                        touches.lock(child, *mode);
                    }
                }
            }
        }
        Action::Reindex {
            target,
            name: Some(name),
            concurrently,
        } => reindex(touches, target, name, *concurrently),
        Action::Refresh {
            view, concurrently, ..
        } => refresh(touches, view, *concurrently),
        Action::Cluster { table: Some(table) } => {
            let id = named(touches, table, RelationKind::Table, AccessExclusive);
            touches.rewrite(id, Reason::Storage, Certainty::Known, None);
        }
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
        Action::CreateOn {
            kind, table, from, ..
        } => {
            let lock = match kind {
                ObjectKind::Trigger => ShareRowExclusive,
                ObjectKind::Statistics => ShareUpdateExclusive,
                _ => AccessExclusive,
            };
            named(touches, table, RelationKind::Table, lock);
            if let Some(from) = from {
                named(touches, from, RelationKind::Table, AccessShare);
            }
        }
        Action::AlterOn { table, .. } => {
            named(touches, table, RelationKind::Table, AccessExclusive);
        }
        Action::Comment { kind, on: Some(on) } => comment(touches, *kind, on),
        Action::Grant { relations, .. } if touches.version.at_least(18) => {
            for name in relations {
                named(touches, name, RelationKind::Table, AccessShare);
            }
        }
        Action::Dml(dml) => rows::dml(touches, dml),
        Action::Copy { table, from, reads } => {
            rows::reads(touches, reads, AccessShare);
            if let Some(table) = table {
                let id = touches.catalog.resolve(table, RelationKind::Table);
                if *from {
                    touches.work(id, RowExclusive, Work::RowWrites, Reason::Rows);
                } else {
                    touches.work(id, AccessShare, Work::Scan, Reason::Query);
                }
            }
        }
        _ => {}
    }
}

/// Locks the relation of this name.
fn named(touches: &mut Touches<'_>, name: &Name, kind: RelationKind, lock: LockMode) -> RelationId {
    let id = touches.catalog.resolve(name, kind);
    touches.lock(id, lock);
    id
}

/// COMMENT: SHARE UPDATE EXCLUSIVE on a relation and on the relation of a column; a look at the relation of what hangs on one.
///
/// Source: `CommentObject` in `src/backend/commands/comment.c`, by `get_object_address`.
fn comment(touches: &mut Touches<'_>, kind: ObjectKind, on: &Name) {
    match kind {
        ObjectKind::Relation(kind) => {
            named(touches, on, kind, ShareUpdateExclusive);
        }
        ObjectKind::Column => {
            named(touches, on, RelationKind::Table, ShareUpdateExclusive);
        }
        ObjectKind::Constraint | ObjectKind::Trigger | ObjectKind::Rule | ObjectKind::Policy => {
            named(touches, on, RelationKind::Table, AccessShare);
        }
        _ => {}
    }
}

/// CREATE TABLE: the new table is nobody's, but the tables that it refers to are locked.
fn create_table(touches: &mut Touches<'_>, create: &CreateTable) {
    if create.if_not_exists && touches.catalog.find(&create.name).is_some() {
        return;
    }
    let own = create.columns.iter().flat_map(|column| &column.constraints);
    for new in create.constraints.iter().chain(own) {
        if let ConstraintKind::ForeignKey { references, .. } = &new.kind {
            if *references == create.name {
                continue;
            }
            let parent = named(touches, references, RelationKind::Table, ShareRowExclusive);
            for child in touches.catalog.descendants(parent) {
                touches.lock(child, ShareRowExclusive);
            }
        }
    }
    for parent in &create.inherits {
        named(touches, parent, RelationKind::Table, ShareUpdateExclusive);
    }
    for like in &create.like {
        named(touches, &like.source, RelationKind::Table, AccessShare);
    }
    if let Some((parent, bound)) = &create.partition_of {
        let parent = named(touches, parent, RelationKind::Table, AccessExclusive);
        partition::lock_default(touches, parent, Some(bound));
        let parents: Vec<RelationId> = touches
            .catalog
            .get(parent)
            .constraints
            .iter()
            .filter_map(|constraint| constraint.references)
            .collect();
        for referenced in parents {
            touches.lock(referenced, ShareRowExclusive);
        }
    }
}

/// CREATE INDEX: the table is read and sorted; writers wait unless CONCURRENTLY.
fn create_index(touches: &mut Touches<'_>, create: &CreateIndex) {
    let id = touches.catalog.resolve(&create.table, RelationKind::Table);
    let lock = if create.concurrently {
        ShareUpdateExclusive
    } else {
        Share
    };
    touches.lock(id, lock);
    let schema = touches.catalog.get(id).schema.clone();
    let exists = create.name.as_ref().is_some_and(|name| {
        let name = Name {
            schema,
            name: name.clone(),
        };
        touches.catalog.find(&name).is_some()
    });
    if create.if_not_exists && exists {
        return;
    }
    let mut tables = vec![id];
    if !create.only {
        tables.extend(touches.catalog.descendants(id));
    }
    for table in tables {
        let relation = touches.catalog.get(table);
        let is_root_of_partitions = relation.partitioned;
        if table != id && relation.bound.is_none() {
            // Inheritance children have indexes of their own.
            continue;
        }
        let work = if is_root_of_partitions {
            Work::None
        } else {
            Work::IndexBuild
        };
        touches.work(table, lock, work, Reason::Index);
    }
}

/// DROP of relations and of what hangs on them.
fn drop_objects(touches: &mut Touches<'_>, drop: &Drop) {
    if let Some(table) = &drop.on {
        // Triggers, rules and policies: the table they are on.
        named(touches, table, RelationKind::Table, AccessExclusive);
        return;
    }
    let ObjectKind::Relation(kind) = drop.kind else {
        return;
    };
    for name in &drop.names {
        let found = touches.catalog.find(name).map(|relation| relation.id);
        let id = match found {
            Some(id) => id,
            // Nothing to lock where the history made everything and this was not in it.
            None if drop.if_exists && !touches.catalog.may_hide(name) => continue,
            None => touches.catalog.resolve(name, kind),
        };
        let lock = if drop.concurrently {
            ShareUpdateExclusive
        } else {
            AccessExclusive
        };
        touches.lock(id, lock);
        let relation = touches.catalog.get(id);
        if relation.kind == RelationKind::Index {
            if let Some(table) = relation.table {
                touches.lock(table, lock);
            }
        } else {
            drop_table(touches, id);
        }
    }
}

/// DROP TABLE takes its indexes, its children, its parent's place for it, and both ends of foreign keys.
fn drop_table(touches: &mut Touches<'_>, id: RelationId) {
    let mut all = touches.catalog.descendants(id);
    all.push(id);
    let mut others: Vec<RelationId> = all.clone();
    others.extend(touches.catalog.get(id).parent);
    for table in all {
        others.extend(touches.indexes(table));
        let relation = touches.catalog.get(table);
        others.extend(relation.constraints.iter().filter_map(|c| c.references));
        others.extend(
            touches
                .catalog
                .referencing(table)
                .map(|(child, _)| child.id),
        );
    }
    for other in others {
        touches.lock(other, AccessExclusive);
    }
}

/// TRUNCATE: new, empty files for the table, its indexes and all that CASCADE reaches.
fn truncate(touches: &mut Touches<'_>, tables: &[Name], cascade: bool) {
    let mut pending: Vec<RelationId> = Vec::new();
    for name in tables {
        pending.push(touches.catalog.resolve(name, RelationKind::Table));
    }
    let mut seen: Vec<RelationId> = Vec::new();
    while let Some(id) = pending.pop() {
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        pending.extend(touches.catalog.descendants(id));
        if cascade {
            pending.extend(touches.catalog.referencing(id).map(|(child, _)| child.id));
        }
        touches.lock(id, AccessExclusive);
        for index in touches.indexes(id) {
            touches.lock(index, AccessExclusive);
        }
    }
}

fn reindex(touches: &mut Touches<'_>, target: &str, name: &Name, concurrently: bool) {
    let (indexes, table) = match target {
        "table" => {
            let table = touches.catalog.resolve(name, RelationKind::Table);
            (touches.indexes(table), Some(table))
        }
        "index" => {
            let index = touches.catalog.resolve(name, RelationKind::Index);
            (vec![index], touches.catalog.get(index).table)
        }
        _ => return,
    };
    let (on_index, on_table) = if concurrently {
        (ShareUpdateExclusive, ShareUpdateExclusive)
    } else {
        (AccessExclusive, Share)
    };
    for index in indexes {
        touches.work(index, on_index, Work::IndexBuild, Reason::Reindex);
    }
    if let Some(table) = table {
        touches.work(table, on_table, Work::IndexBuild, Reason::Reindex);
    }
}

fn refresh(touches: &mut Touches<'_>, view: &Name, concurrently: bool) {
    let id = touches
        .catalog
        .resolve(view, RelationKind::MaterializedView);
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
    if full {
        touches.rewrite(id, Reason::Storage, Certainty::Known, None);
    } else {
        touches.work(id, ShareUpdateExclusive, Work::Scan, Reason::Maintenance);
    }
}

/// ADD CONSTRAINT on a domain: every table that uses it is read. Kept beside the other statements because no table is named.
pub(super) fn alter_domain(touches: &mut Touches<'_>, name: &Name, command: &str, not_valid: bool) {
    let checks = matches!(command, "set not null" | "validate constraint")
        || command == "add constraint" && !not_valid;
    if !checks {
        return;
    }
    let users: Vec<RelationId> = touches
        .catalog
        .relations()
        .filter(|relation| !relation.dropped && relation.kind == RelationKind::Table)
        .filter(|relation| {
            relation.columns.iter().any(|column| {
                column
                    .ty
                    .as_ref()
                    .is_some_and(|ty| ty.name.name == name.name)
            })
        })
        .map(|relation| relation.id)
        .collect();
    for id in users {
        touches.work(id, Share, Work::Scan, Reason::Check);
    }
}
