//! Partitions: of what is not partitioned, twice, overlapping, or detached CONCURRENTLY beside a DEFAULT partition.

use super::altering::Altering;
use super::refused::{Mend, Refusal};
use super::scene::Scene;
use crate::ir::{Expr, ExprNode, Name, PartitionBound, PartitionStrategy, RelationKind};
use crate::postgres::Change;
use crate::schema::Relation;

pub(super) fn attach(
    cx: Altering<'_>,
    partition: &Name,
    bound: &PartitionBound,
) -> Option<Refusal> {
    let parent = cx.relation;
    if parent.kind == RelationKind::Index {
        return None;
    }
    if parent.created.is_some() && !parent.partitioned && cx.scene.catalog.is_whole(parent) {
        return Some(not_partitioned(cx, parent));
    }
    let child = cx.scene.made(partition);
    if let Some(child) = child.filter(|child| child.bound.is_some()) {
        let message = format!("\"{}\" is already a partition", child.name);
        return Some(Refusal::new("42809", message, Mend::WriteOtherwise));
    }
    overlap(cx.scene, parent, &partition.name, bound)
}

fn not_partitioned(cx: Altering<'_>, parent: &Relation) -> Refusal {
    let name = &parent.name;
    if cx.scene.version.has(Change::WrongKindNamesAction) {
        let message =
            format!("ALTER action ATTACH PARTITION cannot be performed on relation \"{name}\"");
        let detail = "this operation is not supported for tables".to_owned();
        return Refusal::new("42809", message, Mend::OtherKind).detail(detail);
    }
    let message = format!("table \"{name}\" is not partitioned");
    Refusal::new("42P17", message, Mend::OtherKind)
}

pub(super) fn detach(cx: Altering<'_>, partition: &Name, concurrently: bool) -> Option<Refusal> {
    let parent = cx.relation;
    let default = cx.scene.catalog.default_partition(parent.id);
    if concurrently && default.is_some_and(|default| cx.scene.catalog.is_sure(default)) {
        let message = "cannot detach partitions concurrently when a default partition exists";
        return Some(Refusal::new(
            "55000",
            message.to_owned(),
            Mend::DetachPlainly,
        ));
    }
    let child = cx.scene.made(partition)?;
    let apart = child.parents.is_empty() && parent.partitioned && cx.scene.catalog.is_whole(child);
    apart.then(|| {
        let message = format!(
            "relation \"{}\" is not a partition of relation \"{}\"",
            child.name, parent.name
        );
        Refusal::new("42P01", message, Mend::Missing)
    })
}

/// PARTITION OF what is not partitioned, or overlapping.
pub(super) fn create(
    scene: Scene<'_>,
    name: &Name,
    parent: &Name,
    bound: &PartitionBound,
) -> Option<Refusal> {
    let gone = scene.gone(parent, "relation", "42P01");
    if gone.is_some() {
        return gone;
    }
    let parent = scene.made(parent)?;
    if !parent.partitioned && scene.catalog.is_whole(parent) {
        let message = format!("\"{}\" is not partitioned", parent.name);
        return Some(Refusal::new("42P17", message, Mend::OtherKind).on(parent.id));
    }
    let refusal = overlap(scene, parent, &name.name, bound)?;
    Some(refusal.on(parent.id))
}

/// With how many partitions a new one is compared: with all of them the cost would grow as a square.
const COMPARED: usize = 64;

/// Another partition that has the bound, or part of it.
fn overlap(
    scene: Scene<'_>,
    parent: &Relation,
    name: &str,
    bound: &PartitionBound,
) -> Option<Refusal> {
    let sure = |one: &&Relation| scene.catalog.is_sure(one);
    if *bound == PartitionBound::Default {
        let default = scene.catalog.default_partition(parent.id).filter(sure)?;
        let message = format!(
            "partition \"{name}\" conflicts with existing default partition \"{}\"",
            default.name
        );
        return Some(Refusal::new("42P17", message, Mend::Bound));
    }
    let strategy = parent.partitioning.as_ref()?.strategy;
    let mut others = scene
        .catalog
        .children(parent.id)
        .filter(sure)
        .take(COMPARED);
    let other = others.find(|other| {
        let there = other.bound.as_ref();
        there.is_some_and(|there| overlaps(strategy, there, bound))
    })?;
    let message = format!(
        "partition \"{name}\" would overlap partition \"{}\"",
        other.name
    );
    Some(Refusal::new("42P17", message, Mend::Bound))
}

/// Whether two bounds surely have a value in common. Literals are compared as they are written, ranges of whole numbers as numbers, or where they are the same.
fn overlaps(strategy: PartitionStrategy, one: &PartitionBound, other: &PartitionBound) -> bool {
    match (strategy, one, other) {
        (PartitionStrategy::List, PartitionBound::In(some), PartitionBound::In(others)) => {
            let literal =
                |expr: &&Expr| matches!(expr.node, ExprNode::Constant(_) | ExprNode::Null);
            let mut some = some.iter().filter(literal);
            some.any(|value| others.iter().any(|other| other.node == value.node))
        }
        (
            PartitionStrategy::Range,
            PartitionBound::Range { from, to },
            PartitionBound::Range {
                from: from_other,
                to: to_other,
            },
        ) => {
            let same = from == from_other && to == to_other;
            let numbers = (whole(from), whole(to), whole(from_other), whole(to_other));
            let crossed = match numbers {
                (Some(from), Some(to), Some(from_other), Some(to_other)) => {
                    from < to_other && from_other < to
                }
                _ => false,
            };
            same || crossed
        }
        (
            PartitionStrategy::Hash,
            PartitionBound::Hash { modulus, remainder },
            PartitionBound::Hash {
                modulus: modulus_other,
                remainder: remainder_other,
            },
        ) => modulus == modulus_other && remainder == remainder_other,
        _ => false,
    }
}

/// The one whole number that a bound is.
fn whole(bound: &[Expr]) -> Option<i64> {
    match bound {
        [one] => one.text.trim().parse().ok(),
        _ => None,
    }
}
