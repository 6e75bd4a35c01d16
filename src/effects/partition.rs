//! ATTACH and DETACH PARTITION, and the CHECK that spares the scan.

use super::touch::Touches;
use super::{Reason, Work};
use crate::ir::{ConstraintKind, ExprNode, Name, PartitionBound, RelationKind};
use crate::postgres::Change;
use crate::postgres::LockMode::{
    AccessExclusive, AccessShare, ShareRowExclusive, ShareUpdateExclusive,
};
use crate::schema::{Relation, RelationId};

/// ATTACH PARTITION: the new partition is checked against its bound, and the DEFAULT partition for rows that belong to it.
///
/// Source: `ATExecAttachPartition` in `src/backend/commands/tablecmds.c`.
pub(super) fn attach(
    touches: &mut Touches<'_>,
    parent: RelationId,
    partition: &Name,
    bound: Option<&PartitionBound>,
) {
    let kind = touches.catalog.get(parent).kind;
    let child = touches.catalog.resolve(partition, kind);
    if kind == RelationKind::Index {
        touches.lock(child, AccessExclusive);
        for index in [parent, child] {
            if let Some(table) = touches.catalog.get(index).table {
                touches.lock(table, AccessShare);
            }
        }
        return;
    }
    let relation = touches.catalog.get(child);
    let proven = match bound {
        Some(PartitionBound::Default) => {
            // Its rows belong to none of the partitions that are there.
            let siblings = touches.catalog.descendants(parent);
            let mut siblings = siblings.iter().map(|sibling| touches.catalog.get(*sibling));
            siblings.all(|sibling| excludes_bound(relation, sibling.bound.as_ref()))
        }
        bound => proves_bound(relation, bound),
    };
    let work = if proven { Work::None } else { Work::Scan };
    touches.work(child, AccessExclusive, work, Reason::PartitionBound);
    let missing: Vec<RelationId> = touches
        .catalog
        .indexes(parent)
        .filter(|above| {
            let below = touches.catalog.indexes(child);
            !below.into_iter().any(|below| same_keys(above, below))
        })
        .map(|index| index.id)
        .collect();
    if !missing.is_empty() {
        touches.work(child, AccessExclusive, Work::IndexBuild, Reason::Index);
    }
    for index in touches.indexes(parent) {
        touches.lock(index, ShareUpdateExclusive);
    }
    lock_default(touches, parent, bound);
    foreign_keys(touches, parent, child);
}

/// The parent's foreign keys are made for the new partition too; where it has the same already, the two become one.
fn foreign_keys(touches: &mut Touches<'_>, parent: RelationId, child: RelationId) {
    let of = |id: RelationId| -> Vec<RelationId> {
        let constraints = touches.catalog.get(id).constraints.iter();
        constraints
            .filter_map(|constraint| constraint.references)
            .collect()
    };
    let (above, below) = (of(parent), of(child));
    for referenced in above {
        if below.contains(&referenced) {
            touches.lock(referenced, AccessExclusive);
        } else {
            touches.work(child, AccessExclusive, Work::Scan, Reason::ForeignKey);
            touches.work(
                referenced,
                ShareRowExclusive,
                Work::Scan,
                Reason::ForeignKey,
            );
        }
    }
    lock_referencing(touches, parent);
}

/// Foreign keys that refer to a partitioned table refer to each new partition of it too.
pub(super) fn lock_referencing(touches: &mut Touches<'_>, parent: RelationId) {
    let lock = if touches.version.has(Change::NewPartitionLocksReferencing) {
        ShareRowExclusive
    } else {
        AccessShare
    };
    for table in referencing(touches, parent) {
        touches.lock(table, lock);
    }
}

fn referencing(touches: &Touches<'_>, table: RelationId) -> Vec<RelationId> {
    let keys = touches.catalog.referencing(table);
    keys.map(|(table, _)| table.id).collect()
}

/// The DEFAULT partition must not hold rows of a new one: it is locked, and read unless a CHECK rules them out.
pub(super) fn lock_default(
    touches: &mut Touches<'_>,
    parent: RelationId,
    bound: Option<&PartitionBound>,
) {
    let Some(default) = touches.catalog.default_partition(parent) else {
        return;
    };
    let work = if excludes_bound(default, bound) {
        Work::None
    } else {
        Work::Scan
    };
    let id = default.id;
    touches.work(id, AccessExclusive, work, Reason::PartitionBound);
}

/// DETACH PARTITION: what ties the partition to its parent goes: its indexes' place, foreign keys, and the other way round.
pub(super) fn detach(touches: &mut Touches<'_>, parent: RelationId, partition: &Name) {
    let child = touches.catalog.resolve(partition, RelationKind::Table);
    // CONCURRENTLY takes it, and all the others, for a moment at its end; it is refused where there is a DEFAULT partition.
    touches.lock(child, AccessExclusive);
    if let Some(default) = touches.catalog.default_partition(parent) {
        let id = default.id;
        touches.lock(id, AccessExclusive);
    }
    let tied = |index: &RelationId| touches.catalog.get(*index).parent.is_some();
    let indexes: Vec<RelationId> = touches.indexes(child).into_iter().filter(tied).collect();
    for index in indexes {
        touches.lock(index, AccessExclusive);
    }
    // No row may refer to one in the partition, which is looked up in theirs.
    for table in referencing(touches, parent) {
        touches.work(table, AccessExclusive, Work::Scan, Reason::ForeignKey);
    }
    let constraints = touches.catalog.get(parent).constraints.iter();
    let referenced: Vec<RelationId> = constraints.filter_map(|c| c.references).collect();
    for table in referenced {
        touches.lock(table, ShareRowExclusive);
    }
}

fn same_keys(above: &Relation, below: &Relation) -> bool {
    match (&above.definition, &below.definition) {
        (Some(above), Some(below)) => above.is_like(below),
        _ => false,
    }
}

/// The comparisons that a validated CHECK holds together with AND: `(column, operator, constant)`, `is not null` without a constant.
fn facts(relation: &Relation) -> Vec<(&str, &str, &str)> {
    let mut facts = Vec::new();
    for constraint in relation.constraints.iter().filter(|c| c.valid) {
        if let ConstraintKind::Check(expr) = &constraint.kind {
            collect(&expr.node, &mut facts);
        }
    }
    for column in relation.columns.iter().filter(|column| column.not_null) {
        facts.push((column.name.as_str(), "is not null", ""));
    }
    facts
}

pub(super) fn collect<'a>(node: &'a ExprNode, facts: &mut Vec<(&'a str, &'a str, &'a str)>) {
    match node {
        ExprNode::And(all) => all.iter().for_each(|node| collect(node, facts)),
        ExprNode::IsNotNull(inner) => {
            if let ExprNode::Column(column) = &**inner {
                facts.push((column, "is not null", ""));
            }
        }
        ExprNode::Binary {
            operator,
            left,
            right,
        } => match (&**left, &**right) {
            (ExprNode::Column(column), ExprNode::Constant(value)) => {
                facts.push((column, operator, value));
            }
            (ExprNode::Constant(value), ExprNode::Column(column)) => {
                let turned = match operator.as_str() {
                    "<" => ">",
                    ">" => "<",
                    "<=" => ">=",
                    ">=" => "<=",
                    other => other,
                };
                facts.push((column, turned, value));
            }
            _ => {}
        },
        _ => {}
    }
}

/// Whether the constraints of `relation` show that all its rows lie within the bound, NULL ruled out.
fn proves_bound(relation: &Relation, bound: Option<&PartitionBound>) -> bool {
    let Some(PartitionBound::Range { from, to }) = bound else {
        return false;
    };
    let ([from], [to]) = (from.as_slice(), to.as_slice()) else {
        return false;
    };
    let facts = facts(relation);
    facts.iter().any(|(column, _, _)| {
        let holds = |test: &dyn Fn(&str, &str) -> bool| {
            facts
                .iter()
                .any(|(other, operator, value)| other == column && test(operator, value))
        };
        holds(&|operator, _| operator == "is not null")
            && (is_word(&from.text, "minvalue")
                || holds(&|operator, value| {
                    matches!(operator, ">=" | ">" | "=") && at_least(value, &from.text)
                }))
            && (is_word(&to.text, "maxvalue")
                || holds(&|operator, value| match operator {
                    "<" => at_least(&to.text, value),
                    "<=" | "=" => at_least(&to.text, value) && to.text.trim() != value,
                    _ => false,
                }))
    })
}

/// Whether the constraints of the DEFAULT partition rule out every row of a range.
fn excludes_bound(relation: &Relation, bound: Option<&PartitionBound>) -> bool {
    let Some(PartitionBound::Range { from, to }) = bound else {
        return false;
    };
    let ([from], [to]) = (from.as_slice(), to.as_slice()) else {
        return false;
    };
    facts(relation).iter().any(|(column, operator, value)| {
        let outside = match *operator {
            ">=" | ">" => at_least(value, &to.text),
            "<" => at_least(&from.text, value),
            _ => false,
        };
        outside
            && facts(relation)
                .iter()
                .any(|(other, operator, _)| other == column && *operator == "is not null")
    })
}

pub(super) fn is_word(text: &str, word: &str) -> bool {
    text.trim().eq_ignore_ascii_case(word)
}

/// Whether constant `a` is `b` or more: numbers by value, ISO dates and times by text.
fn at_least(a: &str, b: &str) -> bool {
    let bare = |text: &str| text.trim().trim_matches('\'').to_owned();
    let (a, b) = (bare(a), bare(b));
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => a >= b,
        (Err(_), Err(_)) => {
            let iso = |text: &str| text.len() >= 10 && text.as_bytes()[4] == b'-';
            iso(&a) && iso(&b) && a >= b || a == b
        }
        _ => false,
    }
}
