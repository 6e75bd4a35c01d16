//! ALTER COLUMN ... TYPE: when values stay as they are, when the table is rewritten, what becomes of indexes and constraints.

use super::touch::Touches;
use super::{Certainty, Reason, Work};
use crate::ir::{ConstraintKind, CreateIndex, Expr, ExprNode, IndexColumn, Name, TypeName};
use crate::postgres::Change as Changed;
use crate::postgres::LockMode::{AccessExclusive, ShareRowExclusive};
use crate::postgres::time_zone::is_utc;
use crate::postgres::types::{
    default_operator_class, is_binary_coercible, is_serial, modifiers_widen,
};
use crate::schema::{Relation, RelationId};

/// What the change does to the stored values.
enum Change {
    /// Nothing: the catalog alone changes.
    Free,
    Rewrites,
    /// Nobody knows what the column was: free if this holds.
    Unknown(String),
}

/// ALTER COLUMN TYPE.
///
/// Source: `ATPrepAlterColumnType` and `ATColumnChangeRequiresRewrite` in `src/backend/commands/tablecmds.c`.
pub(super) fn change(
    touches: &mut Touches<'_>,
    id: RelationId,
    column: &str,
    to: &TypeName,
    collation: Option<&Name>,
    using: Option<&Expr>,
) {
    let relation = touches.catalog.get(id);
    let known = relation.column(column);
    let from = known.and_then(|column| column.ty.clone());
    let before = known.and_then(|column| column.collation.clone());
    let computed = known.is_some_and(|column| {
        let generated = column.generated.as_ref();
        generated.is_some_and(|generated| !generated.stored)
    });
    if let Some(sequence) = touches.catalog.owned_sequence(id, column)
        && known.is_some_and(|column| column.identity)
    {
        let sequence = sequence.id;
        touches.lock(sequence, ShareRowExclusive);
    }
    let change = if using.is_some_and(|using| !is_plain_cast(&using.node, column, to)) {
        Change::Rewrites
    } else {
        match &from {
            Some(from) => classify(touches, from, to),
            None => Change::Unknown(free_if(column, to)),
        }
    };
    // A virtual column stores nothing.
    let change = if computed { Change::Free } else { change };
    let free = matches!(change, Change::Free);
    match change {
        Change::Rewrites => {
            touches.rewrite(id, Reason::ColumnType, Certainty::Known, None);
            partitioned_indexes(touches, id, column);
        }
        Change::Unknown(unless) => {
            touches.rewrite(id, Reason::ColumnType, Certainty::Unknown, Some(unless));
        }
        Change::Free => {
            let base = |ty: &TypeName| {
                let domain = touches.catalog.domain(ty);
                domain.map_or_else(|| ty.clone(), |domain| domain.ty.clone())
            };
            let (from, to) = (from.as_ref().map(&base), base(to));
            let same = before.as_ref() == collation;
            let keeps = |index: &CreateIndex| {
                let types = from.as_ref();
                let fits = same && types.is_some_and(|from| same_class(from, &to));
                // Of what is only included neither class nor collation counts.
                is_plain(index) && (fits || !index.is_keyed_by(column))
            };
            indexes(touches, id, column, keeps);
            checks(touches, id, column);
        }
    }
    foreign_keys(touches, id, column, from.as_ref().filter(|_| free), to);
}

/// What the history does not tell, as the condition under which the change is free.
fn free_if(column: &str, to: &TypeName) -> String {
    match (to.name.name.as_str(), to.modifiers.as_slice()) {
        ("varchar", [length]) => format!("{column} is already varchar({length}) or shorter"),
        ("text", _) => format!("{column} is already text or varchar"),
        _ => format!("{column} is already {to}"),
    }
}

/// Whether USING says no more than the plain cast that is made without it.
fn is_plain_cast(node: &ExprNode, column: &str, to: &TypeName) -> bool {
    match node {
        ExprNode::Column(named) => named.name == column,
        ExprNode::Cast { expr, ty } => ty == to && is_plain_cast(expr, column, to),
        _ => false,
    }
}

fn classify(touches: &Touches<'_>, from: &TypeName, to: &TypeName) -> Change {
    let unbounded;
    let same = from == to;
    let from = match touches.catalog.domain(from) {
        // What its values are limited to is not seen through a domain.
        Some(domain) if from != to => {
            unbounded = TypeName {
                modifiers: Vec::new(),
                ..domain.ty.clone()
            };
            &unbounded
        }
        Some(domain) => &domain.ty,
        None => from,
    };
    let to = match touches.catalog.domain(to) {
        Some(_) if same => return Change::Free,
        // Every value must be checked against the new domain.
        Some(domain) if domain.not_null || domain.checked => return Change::Rewrites,
        Some(domain) => &domain.ty,
        None => to,
    };
    if from.array != to.array || is_serial(&to.name.name) {
        return Change::Rewrites;
    }
    let (source, target) = (from.name.name.as_str(), to.name.name.as_str());
    if from.array && source == target && from.modifiers == to.modifiers {
        return Change::Free;
    }
    if !from.array && source == target && from.name.schema == to.name.schema {
        return free_or_rewrite(modifiers_widen(source, &from.modifiers, &to.modifiers));
    }
    if from.array {
        // An array is converted element by element.
        return Change::Rewrites;
    }
    match (source, target) {
        // Both store the same instant where local time is UTC.
        ("timestamp", "timestamptz") | ("timestamptz", "timestamp") => match touches.time_zone {
            _ if !modifiers_widen(source, &from.modifiers, &to.modifiers) => Change::Rewrites,
            Some(zone) => free_or_rewrite(is_utc(zone)),
            None => Change::Unknown("the session's TimeZone is UTC".to_owned()),
        },
        _ => free_or_rewrite(
            is_binary_coercible(source, target) && modifiers_widen(target, &[], &to.modifiers),
        ),
    }
}

fn free_or_rewrite(free: bool) -> Change {
    if free { Change::Free } else { Change::Rewrites }
}

/// Whether an index may stay as it is when the values of its column do: no expression, no predicate.
///
/// Source: `CheckIndexCompatible` in `src/backend/commands/indexcmds.c`.
fn is_plain(index: &CreateIndex) -> bool {
    let mut elements = index.elements.iter();
    let plain = elements.all(|element| matches!(element.column, IndexColumn::Column(_)));
    plain && index.predicate.is_none()
}

fn same_class(from: &TypeName, to: &TypeName) -> bool {
    let class = |ty: &TypeName| default_operator_class(&ty.name.name);
    class(from) == class(to)
}

fn indexes(
    touches: &mut Touches<'_>,
    id: RelationId,
    column: &str,
    keeps: impl Fn(&CreateIndex) -> bool,
) {
    let affected: Vec<(RelationId, bool)> = touches
        .catalog
        .indexes(id)
        .filter_map(|index| {
            let definition = index.definition.as_ref()?;
            // What is part of a partitioned index is always made anew.
            // Of what is only included neither class nor collation counts.
            let kept = index.parents.is_empty() && keeps(definition);
            definition.reads_column(column).then_some((index.id, kept))
        })
        .collect();
    for (index, kept) in affected {
        if kept || touches.catalog.get(index).partitioned {
            touches.lock(index, AccessExclusive);
        } else {
            touches.work(index, AccessExclusive, Work::IndexBuild, Reason::Reindex);
            touches.work(id, AccessExclusive, Work::IndexBuild, Reason::Reindex);
        }
    }
}

/// The index on a partitioned table has no file, but is made anew with those of the partitions.
fn partitioned_indexes(touches: &mut Touches<'_>, id: RelationId, column: &str) {
    if touches.catalog.get(id).partitioned {
        for index in touches.catalog.indexes_on(id, column) {
            touches.lock(index, AccessExclusive);
        }
    }
}

/// A CHECK that reads the column is made anew, and checked.
fn checks(touches: &mut Touches<'_>, id: RelationId, column: &str) {
    let reads = |relation: &Relation| {
        relation.constraints.iter().any(|constraint| {
            matches!(constraint.kind, ConstraintKind::Check(_))
                && constraint.valid
                && constraint.is_about(column)
        })
    };
    if reads(touches.catalog.get(id)) {
        touches.work(id, AccessExclusive, Work::Scan, Reason::Check);
    }
}

/// Foreign keys on the column, and foreign keys of others that refer to it, are dropped and made anew: the other table is locked too,
/// and checked where the two columns are now compared in another way.
fn foreign_keys(
    touches: &mut Touches<'_>,
    id: RelationId,
    column: &str,
    from: Option<&TypeName>,
    to: &TypeName,
) {
    let relation = touches.catalog.get(id);
    let own = relation.constraints.iter().filter_map(|constraint| {
        let about = constraint.is_about(column);
        let parent = constraint.references.filter(|_| about)?;
        Some((parent, constraint.valid))
    });
    let others = touches
        .catalog
        .referencing(id)
        .filter(|(_, constraint)| refers_to(&constraint.kind, relation, column))
        .map(|(child, constraint)| (child.id, constraint.valid));
    let tables: Vec<(RelationId, bool)> = own
        .chain(others)
        .filter(|(other, _)| *other != id)
        .collect();
    let same = from.is_some_and(|from| same_class(from, to));
    let spares = !touches.version.has(Changed::PartitionedHaveKeyTriggers);
    for (other, valid) in tables {
        let refers = touches
            .catalog
            .referencing(id)
            .any(|(child, _)| child.id == other);
        for other in touches.with_own_partitions(Some(other)) {
            // The key that is dropped leaves it, the one that is made does not.
            let lock = if spares && !refers && touches.catalog.get(other).partitioned {
                ShareRowExclusive
            } else {
                AccessExclusive
            };
            if same && valid {
                touches.lock(other, lock);
                touches.reused.push((id, other, lock));
            } else if !valid {
                touches.lock(other, lock);
            } else {
                touches.work(other, lock, Work::Scan, Reason::ForeignKey);
            }
        }
    }
}

fn refers_to(foreign: &ConstraintKind, parent: &Relation, column: &str) -> bool {
    let ConstraintKind::ForeignKey {
        referenced_columns, ..
    } = foreign
    else {
        return false;
    };
    if referenced_columns.is_empty() {
        parent.primary_key().is_some_and(|key| key.is_about(column))
    } else {
        referenced_columns.iter().any(|name| name == column)
    }
}
