//! Every statement that is no ALTER TABLE: which relations it locks, in which mode, and what it does to them.
//!
//! Source: PostgreSQL documentation, "Explicit Locking" and the page of each command.

use super::touch::Touches;
use super::{Reason, Work, create, drop, maintenance, rows};
use crate::ir::{
    Action, Code, Dml, DomainChange, Execution, Name, ObjectKind, PublicationChange, RelationKind,
    Uses,
};
use crate::postgres::Change;
use crate::postgres::LockMode::{
    AccessExclusive, AccessShare, RowExclusive, Share, ShareRowExclusive, ShareUpdateExclusive,
};
use crate::schema::{Catalog, RelationId};

/// What a statement other than ALTER TABLE does.
pub(super) fn plain(touches: &mut Touches<'_>, action: &Action) {
    match action {
        Action::CreateTable(create) => create::create_table(touches, create),
        Action::CreateTableAs(create) => {
            let exists = create.if_not_exists && touches.catalog.find(&create.name).is_some();
            rows::reads(
                touches,
                &create.reads,
                AccessShare,
                create.with_data && !exists,
            );
        }
        Action::CreateView(view) => {
            for name in &view.reads {
                touches.named(name, AccessShare);
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
            restart,
        } => drop::truncate(touches, tables, *only, *cascade, *restart),
        Action::Owned { drop, roles, .. } => drop::owned(touches, *drop, roles),
        Action::Publication(publication) => {
            // What is not published any more is locked too.
            let replaces = publication.change == PublicationChange::Set;
            let before = touches.catalog.published(&publication.name).to_vec();
            for id in before.into_iter().filter(|_| replaces) {
                touches.lock(id, ShareUpdateExclusive);
            }
            for name in &publication.tables {
                touches.named(name, ShareUpdateExclusive);
            }
        }
        Action::LockTable {
            tables, mode, only, ..
        } => {
            for name in tables {
                let Some(id) = touches.named(name, *mode) else {
                    continue;
                };
                let children = if *only {
                    Vec::new()
                } else {
                    touches.catalog.descendants(id)
                };
                for id in [behind_view(touches.catalog, id), children].concat() {
                    touches.lock(id, *mode);
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
            kind,
            table,
            from,
            uses,
            ..
        } => attach(touches, *kind, table, from.as_ref(), uses),
        Action::AlterOn {
            kind,
            table,
            depends,
            ..
        } => alter_attached(touches, *kind, table, *depends),
        Action::AlterComposite { name } => {
            if let Some(id) = touches.named(name, AccessExclusive) {
                for table in touches.catalog.made_of(id) {
                    touches.lock(table.id, AccessExclusive);
                }
            }
        }
        other => beside(touches, other),
    }
}

/// Statements that look at relations in passing, and those on rows.
fn beside(touches: &mut Touches<'_>, action: &Action) {
    match action {
        Action::CreateSequence {
            owned_by: Some((table, _)),
            ..
        } => {
            touches.named(table, AccessShare);
        }
        Action::Comment { kind, on: Some(on) } => comment(touches, *kind, on),
        Action::Grant { relations, .. } if touches.version.has(Change::GrantLocksRelations) => {
            for name in relations {
                touches.named(name, AccessShare);
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
            rows::reads(touches, reads, AccessShare, true);
            if let Some(id) = table.as_ref().and_then(|table| touches.find(table)) {
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

/// The tables and views that are locked with a view: what it reads, with partitions and children, and what views among them read; materialized views are not.
///
/// Source: `LockViewRecurse_walker` in `src/backend/commands/lockcmds.c`.
fn behind_view(catalog: &Catalog, view: RelationId) -> Vec<RelationId> {
    let mut all: Vec<RelationId> = Vec::new();
    let mut next = vec![view];
    while let Some(id) = next.pop() {
        let relation = catalog.get(id);
        if relation.kind != RelationKind::View {
            continue;
        }
        let kinds = [RelationKind::Table, RelationKind::View];
        let read = relation.reads.iter().copied();
        let read = read.filter(|id| kinds.contains(&catalog.get(*id).kind));
        let read: Vec<RelationId> = read.filter(|id| !all.contains(id)).collect();
        let children = read.iter().flat_map(|id| catalog.descendants(*id));
        all.extend(children);
        all.extend(&read);
        next.extend(read);
    }
    all
}

/// CREATE TRIGGER, RULE, POLICY and STATISTICS: the relation, and what their conditions and actions name.
fn attach(
    touches: &mut Touches<'_>,
    kind: ObjectKind,
    table: &Name,
    from: Option<&Name>,
    uses: &Uses,
) {
    let lock = match kind {
        ObjectKind::Trigger => ShareRowExclusive,
        ObjectKind::Statistics => ShareUpdateExclusive,
        _ => AccessExclusive,
    };
    let id = touches.named(table, lock);
    // One for each statement is the named table's alone.
    let partitioned = id.filter(|id| touches.catalog.get(*id).partitioned && uses.fires.each_row);
    if let (ObjectKind::Trigger, Some(id)) = (kind, partitioned) {
        for partition in touches.catalog.descendants(id) {
            touches.lock(partition, lock);
        }
    }
    for name in from.into_iter().chain(&uses.reads) {
        touches.named(name, AccessShare);
    }
    for name in &uses.writes {
        touches.named(name, RowExclusive);
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

/// ALTER TRIGGER, RULE and POLICY: RENAME, new conditions, or `DEPENDS ON EXTENSION`.
fn alter_attached(touches: &mut Touches<'_>, kind: ObjectKind, table: &Name, depends: bool) {
    if depends {
        touches.named(table, AccessShare);
        return;
    }
    let Some(id) = touches.named(table, AccessExclusive) else {
        return;
    };
    if kind == ObjectKind::Trigger && touches.version.has(Change::TriggerRenameRecurses) {
        for partition in touches.catalog.descendants(id) {
            if touches.catalog.get(partition).bound.is_some() {
                touches.lock(partition, AccessExclusive);
            }
        }
    }
}

/// COMMENT: SHARE UPDATE EXCLUSIVE on a relation and on the relation of a column; a look at the relation of what hangs on one.
///
/// Source: `CommentObject` in `src/backend/commands/comment.c`, by `get_object_address`.
fn comment(touches: &mut Touches<'_>, kind: ObjectKind, on: &Name) {
    match kind {
        ObjectKind::Relation(_) | ObjectKind::Column => {
            touches.named(on, ShareUpdateExclusive);
        }
        ObjectKind::Constraint | ObjectKind::Trigger | ObjectKind::Rule | ObjectKind::Policy => {
            touches.named(on, AccessShare);
        }
        _ => {}
    }
}

/// ADD CONSTRAINT on a domain: every table that uses it is read. Kept beside the other statements because no table is named.
pub(super) fn alter_domain(
    touches: &mut Touches<'_>,
    name: &Name,
    change: DomainChange,
    not_valid: bool,
) {
    let checks = match change {
        DomainChange::SetNotNull | DomainChange::ValidateConstraint => true,
        DomainChange::AddCheck => !not_valid,
        _ => false,
    };
    if !checks {
        return;
    }
    let users: Vec<RelationId> = touches
        .catalog
        .living()
        .filter(|relation| relation.kind == RelationKind::Table && !relation.partitioned)
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
