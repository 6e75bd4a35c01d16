//! Every statement that is no ALTER TABLE: which relations it locks, in which mode, and what it does to them.
//!
//! Source: PostgreSQL documentation, "Explicit Locking" and the page of each command.

use super::touch::Touches;
use super::{Reason, Work, create, drop, maintenance, rows};
use crate::ir::{Action, Code, Dml, Execution, Name, ObjectKind, RelationKind};
use crate::postgres::LockMode::{
    self, AccessExclusive, AccessShare, RowExclusive, Share, ShareRowExclusive,
    ShareUpdateExclusive,
};
use crate::schema::RelationId;

/// What a statement other than ALTER TABLE does.
pub(super) fn plain(touches: &mut Touches<'_>, action: &Action) {
    match action {
        Action::CreateTable(create) => create::create_table(touches, create),
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
        Action::CreateIndex(create) => create::create_index(touches, create),
        Action::Drop(drop) => drop::drop_objects(touches, drop),
        Action::Truncate {
            tables,
            only,
            cascade,
        } => drop::truncate(touches, tables, *only, *cascade),
        Action::Publication { tables, .. } => {
            for name in tables {
                named(touches, name, RelationKind::Table, ShareUpdateExclusive);
            }
        }
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
        Action::Reindex { .. }
        | Action::Refresh { .. }
        | Action::Cluster { .. }
        | Action::MoveAll { .. }
        | Action::Vacuum { .. }
        | Action::Analyze { .. } => maintenance::maintenance(touches, action),
        Action::CreateOn {
            kind, table, from, ..
        } => {
            let lock = match kind {
                ObjectKind::Trigger => ShareRowExclusive,
                ObjectKind::Statistics => ShareUpdateExclusive,
                _ => AccessExclusive,
            };
            let id = named(touches, table, RelationKind::Table, lock);
            if *kind == ObjectKind::Trigger {
                for partition in touches.catalog.descendants(id) {
                    touches.lock(partition, lock);
                }
            }
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
        Action::Prepare { statement, .. } => {
            let planned = Dml {
                execution: Execution::Planned,
                ..statement.clone()
            };
            rows::dml(touches, &planned);
        }
        Action::CreateRoutine(create) if create.language == "sql" => checked(touches, &create.code),
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

/// A function in SQL is analysed when it is made: what its statements on rows name is looked up, the rest is not.
///
/// Source: `fmgr_sql_validator` in `src/backend/catalog/pg_proc.c`.
fn checked(touches: &mut Touches<'_>, code: &Code) {
    for step in &code.steps {
        if let Action::Dml(dml) = &step.action {
            let planned = Dml {
                execution: Execution::Planned,
                ..dml.clone()
            };
            rows::dml(touches, &planned);
        }
    }
}

/// Locks the relation of this name.
pub(super) fn named(
    touches: &mut Touches<'_>,
    name: &Name,
    kind: RelationKind,
    lock: LockMode,
) -> RelationId {
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
