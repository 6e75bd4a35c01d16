//! Constraints: added, validated, dropped, and NOT NULL with the CHECK that proves it.

use super::touch::Touches;
use super::{Certainty, Reason, Work, rows};
use crate::ir::{Constraint as NewConstraint, ConstraintKind, ExprNode, RelationKind};
use crate::postgres::LockMode::{
    AccessExclusive, AccessShare, RowShare, ShareRowExclusive, ShareUpdateExclusive,
};
use crate::schema::{Object, Relation, RelationId};

/// ADD CONSTRAINT: CHECK and FOREIGN KEY look at every row unless NOT VALID; UNIQUE, PRIMARY KEY and EXCLUDE build an index.
pub(super) fn add(touches: &mut Touches<'_>, id: RelationId, new: &NewConstraint) {
    let checks_rows = !new.not_valid && !new.not_enforced;
    match &new.kind {
        ConstraintKind::Check(_) => {
            // What a foreign table holds is the other server's business.
            let foreign = touches.catalog.get(id).kind == RelationKind::ForeignTable;
            if checks_rows && !foreign {
                touches.work(id, AccessExclusive, Work::Scan, Reason::Check);
            }
        }
        ConstraintKind::NotNull { column } => {
            if checks_rows {
                set_not_null(touches, id, column);
            }
        }
        ConstraintKind::ForeignKey {
            references,
            columns,
            temporal,
            ..
        } => {
            let parent = touches.find(references);
            if let (Some(parent), true) = (parent, checks_rows) {
                rows::planned(touches, parent);
            }
            let empty = columns.iter().any(|column| touches.adding.contains(column));
            // A table that was made just now has no rows to look up.
            let work = if checks_rows && !touches.is_new(id) {
                Work::Scan
            } else {
                Work::None
            };
            touches.work(id, ShareRowExclusive, work, Reason::ForeignKey);
            // Of NULL nothing is looked up; by PERIOD it is looked up row by row, in an index.
            // Of a partitioned table the partitions' rows are, one partition after the other.
            let without = empty || *temporal || touches.catalog.get(id).partitioned;
            let work = if without { Work::None } else { work };
            for parent in touches.with_own_partitions(parent) {
                if parent != id {
                    touches.work(parent, ShareRowExclusive, work, Reason::ForeignKey);
                }
            }
        }
        ConstraintKind::Unique { using_index, .. } => {
            if let Some(index) = using_index {
                lock_index(touches, id, index, new.name.as_deref());
            } else {
                touches.work(
                    id,
                    AccessExclusive,
                    Work::IndexBuild,
                    Reason::ConstraintIndex,
                );
            }
        }
        ConstraintKind::PrimaryKey {
            columns,
            using_index,
            ..
        } => primary_key(
            touches,
            id,
            columns,
            using_index.as_deref(),
            new.name.as_deref(),
        ),
        ConstraintKind::Exclude { .. } => {
            touches.work(
                id,
                AccessExclusive,
                Work::IndexBuild,
                Reason::ConstraintIndex,
            );
        }
    }
}

/// PRIMARY KEY: the index, unless it is there already; and NOT NULL for every column of it.
fn primary_key(
    touches: &mut Touches<'_>,
    id: RelationId,
    columns: &[String],
    using_index: Option<&str>,
    name: Option<&str>,
) {
    let Some(using_index) = using_index else {
        touches.work(
            id,
            AccessExclusive,
            Work::IndexBuild,
            Reason::ConstraintIndex,
        );
        return;
    };
    lock_index(touches, id, using_index, name);
    let index = touches
        .catalog
        .indexes(id)
        .find(|index| index.name == using_index);
    let keys: Vec<String> = match index.and_then(|index| index.definition.as_ref()) {
        Some(definition) => definition
            .elements
            .iter()
            .filter_map(|element| match &element.column {
                crate::ir::IndexColumn::Column(name) => Some(name.clone()),
                crate::ir::IndexColumn::Expression(_) => None,
            })
            .collect(),
        None if columns.is_empty() => {
            let unless = format!("every column of {using_index} is NOT NULL already");
            touches.work_unless(id, AccessExclusive, Work::Scan, Reason::NotNull, unless);
            return;
        }
        None => columns.to_vec(),
    };
    for column in keys {
        set_not_null(touches, id, &column);
    }
}

/// The index that becomes a constraint's: locked where it is renamed like the constraint.
fn lock_index(touches: &mut Touches<'_>, table: RelationId, name: &str, constraint: Option<&str>) {
    if constraint.is_none_or(|constraint| constraint == name) {
        return;
    }
    let index = touches
        .catalog
        .indexes(table)
        .find(|index| index.name == name);
    if let Some(index) = index.map(|index| index.id) {
        touches.lock(index, ShareUpdateExclusive);
    }
}

/// SET NOT NULL: every row is checked, unless the column is NOT NULL already or a validated CHECK proves it.
///
/// Source: `NotNullImpliedByRelConstraints` in `src/backend/commands/tablecmds.c`.
pub(super) fn set_not_null(touches: &mut Touches<'_>, id: RelationId, column: &str) {
    let relation = touches.catalog.get(id);
    let known = relation.column(column);
    let proven = proves_not_null(relation, &touches.dropping, column);
    if known.is_some_and(|column| column.not_null) || proven {
        return;
    }
    if relation.complete {
        touches.work(id, AccessExclusive, Work::Scan, Reason::NotNull);
    } else {
        let unless = format!("a validated CHECK ({column} IS NOT NULL) exists");
        touches.work_unless(id, AccessExclusive, Work::Scan, Reason::NotNull, unless);
    }
}

/// Whether a validated CHECK constraint rules out NULL in the column.
fn proves_not_null(relation: &Relation, dropping: &[String], column: &str) -> bool {
    relation.constraints.iter().any(|constraint| {
        constraint.valid
            && !dropping.contains(&constraint.name)
            && match &constraint.kind {
                ConstraintKind::Check(expr) => implies_not_null(&expr.node, column),
                _ => false,
            }
    })
}

/// Whether `node` cannot be true or unknown where the column is NULL: the test itself, or a conjunction that holds it.
///
/// A comparison like `c > 0` is unknown for NULL, and a CHECK lets unknown pass.
fn implies_not_null(node: &ExprNode, column: &str) -> bool {
    match node {
        ExprNode::IsNotNull(inner) => inner.is_column(column),
        // One of two things that must both be false.
        ExprNode::Not(inner) => match &**inner {
            ExprNode::Or(any) => any.iter().any(|node| is_null_test(node, column)),
            other => is_null_test(other, column),
        },
        ExprNode::Binary {
            operator,
            left,
            right,
        } if operator == "is distinct from" => {
            let sides = [(&**left, &**right), (&**right, &**left)];
            let mut sides = sides.into_iter();
            sides.any(|(one, other)| one.is_column(column) && *other == ExprNode::Null)
        }
        ExprNode::And(all) => all.iter().any(|node| implies_not_null(node, column)),
        ExprNode::Or(any) => {
            !any.is_empty() && any.iter().all(|node| implies_not_null(node, column))
        }
        _ => false,
    }
}

fn is_null_test(node: &ExprNode, column: &str) -> bool {
    matches!(node, ExprNode::IsNull(inner) if inner.is_column(column))
}

/// VALIDATE CONSTRAINT: rows are read while others read and write; of a foreign key's parent too.
pub(super) fn validate(touches: &mut Touches<'_>, id: RelationId, name: &str) {
    let Some(constraint) = touches.catalog.get(id).constraint(name) else {
        touches.push(
            id,
            ShareUpdateExclusive,
            Work::Scan,
            Reason::Check,
            Certainty::Assumed,
            None,
        );
        return;
    };
    let (reason, parent) = (reason_of(&constraint.kind), constraint.references);
    if constraint.valid {
        return;
    }
    touches.work(id, ShareUpdateExclusive, Work::Scan, reason);
    if let Some(parent) = parent.filter(|parent| *parent != id) {
        touches.work(parent, RowShare, Work::Scan, reason);
        for partition in touches.with_own_partitions(Some(parent)).split_off(1) {
            touches.work(partition, AccessShare, Work::Scan, reason);
        }
    }
}

/// ALTER CONSTRAINT ... ENFORCED (PostgreSQL 18): as if the foreign key were added now.
pub(super) fn enforce(touches: &mut Touches<'_>, id: RelationId, name: &str) {
    let Some(constraint) = touches.catalog.get(id).constraint(name) else {
        return;
    };
    let (reason, parent) = (reason_of(&constraint.kind), constraint.references);
    if constraint.enforced {
        return;
    }
    touches.work(id, AccessExclusive, Work::Scan, reason);
    for parent in touches.with_own_partitions(parent.filter(|parent| *parent != id)) {
        touches.work(parent, ShareRowExclusive, Work::Scan, reason);
    }
}

/// ALTER CONSTRAINT ... NOT ENFORCED (PostgreSQL 18): as if the foreign key were dropped.
pub(super) fn unenforce(touches: &mut Touches<'_>, id: RelationId, name: &str) {
    let parent = touches
        .catalog
        .get(id)
        .constraint(name)
        .and_then(|constraint| constraint.references);
    for parent in touches.with_own_partitions(parent) {
        touches.lock(parent, AccessExclusive);
    }
}

/// DROP CONSTRAINT: nothing is read; a foreign key's parent is locked too, because its triggers go.
pub(super) fn drop(touches: &mut Touches<'_>, id: RelationId, name: &str, cascade: bool) {
    if touches.catalog.get(id).constraint(name).is_none() {
        return;
    }
    // Whatever the version does with what is referred to: this one is locked for what is said by name.
    let referenced = touches.catalog.get(id).constraint(name);
    if let Some(referenced) = referenced.and_then(|constraint| constraint.references) {
        touches.lock(referenced, AccessExclusive);
    }
    let object = Object::Constraint(id, name.to_owned());
    let reach = touches.catalog.reach(vec![object], cascade);
    for other in reach.locked(touches.catalog, touches.version) {
        touches.lock(other, AccessExclusive);
    }
}

/// Why rows are read to check a constraint of this kind.
fn reason_of(kind: &ConstraintKind) -> Reason {
    match kind {
        ConstraintKind::ForeignKey { .. } => Reason::ForeignKey,
        ConstraintKind::NotNull { .. } => Reason::NotNull,
        _ => Reason::Check,
    }
}
