//! Statements that read or write rows.

use super::touch::Touches;
use super::{Reason, Work};
use crate::ir::{Dml, DmlKind, ExprNode, Name, RelationKind};
use crate::postgres::LockMode::{self, AccessShare, RowExclusive, RowShare};
use crate::schema::{Catalog, Relation, RelationId};

/// SELECT, INSERT, UPDATE, DELETE and MERGE.
pub(super) fn dml(touches: &mut Touches<'_>, dml: &Dml) {
    let read = if dml.row_lock.is_some() && dml.target.is_none() {
        RowShare
    } else {
        AccessShare
    };
    reads(touches, &dml.reads, read);
    for (_, target) in &dml.writes {
        let id = touches.catalog.resolve(target, RelationKind::Table);
        touches.work(id, RowExclusive, Work::RowWrites, Reason::Rows);
    }
    let Some(target) = &dml.target else {
        return;
    };
    let id = touches.catalog.resolve(target, RelationKind::Table);
    let relation = touches.catalog.get(id);
    let small = dml.literal_rows
        || is_bounded(relation, dml)
        || (!touches.in_transaction && is_batch(relation, dml));
    let work = if small { Work::None } else { Work::RowWrites };
    touches.work(id, RowExclusive, work, Reason::Rows);
    if dml.kind != DmlKind::Insert {
        for partition in touches.catalog.descendants(id) {
            touches.work(partition, RowExclusive, work, Reason::Rows);
        }
    }
    foreign_keys(touches, id, dml);
}

/// Relations that a query reads.
pub(super) fn reads(touches: &mut Touches<'_>, names: &[Name], lock: LockMode) {
    for name in names {
        let id = touches.catalog.resolve(name, RelationKind::Table);
        for id in touches.with_partitions(Some(id)) {
            touches.work(id, lock, Work::Scan, Reason::Query);
        }
    }
}

/// Whether WHERE names single rows: equality with a constant on the whole of a known key, or on `id` where no key is known.
fn is_bounded(relation: &Relation, dml: &Dml) -> bool {
    let Some(predicate) = &dml.predicate else {
        return false;
    };
    let fixed = fixed_columns(&predicate.node);
    match relation.primary_key() {
        Some(key) => key.columns().iter().all(|column| fixed.contains(column)),
        None => !relation.complete && fixed.contains(&"id"),
    }
}

/// Whether WHERE names rows by a list of keys that is handed over, or by a range of them: a batch, which does not grow with the table. Only the batches of a loop
/// that runs in one transaction do.
fn is_batch(relation: &Relation, dml: &Dml) -> bool {
    let Some(predicate) = &dml.predicate else {
        return false;
    };
    let key = match relation.primary_key() {
        Some(key) => key.columns(),
        None if !relation.complete => vec!["id"],
        None => return false,
    };
    if let [key] = &key[..]
        && bounds(&predicate.node, key, &[">", ">="])
        && bounds(&predicate.node, key, &["<", "<="])
    {
        return true;
    }
    let Some((column, list)) = predicate.text.split_once(" = ANY (") else {
        return false;
    };
    let column = column.trim().trim_matches('"');
    let key = key == [column];
    let is_parameter = |digits: &str| digits.chars().all(|c| c.is_ascii_digit());
    let parameter = list
        .strip_prefix('$')
        .and_then(|list| list.strip_suffix(')'));
    key && parameter.is_some_and(is_parameter)
}

/// Whether WHERE compares a column with a constant by one of these operators.
fn bounds(node: &ExprNode, column: &str, operators: &[&str]) -> bool {
    match node {
        ExprNode::And(all) => all.iter().any(|one| bounds(one, column, operators)),
        ExprNode::Binary {
            operator,
            left,
            right,
        } => {
            let known = operators.contains(&operator.as_str());
            let compares = matches!((&**left, &**right), (ExprNode::Column(name), ExprNode::Constant(_)) if name == column);
            known && compares
        }
        _ => false,
    }
}

/// Columns that WHERE holds equal to constants.
fn fixed_columns(node: &ExprNode) -> Vec<&str> {
    match node {
        ExprNode::And(all) => all.iter().flat_map(fixed_columns).collect(),
        ExprNode::Binary {
            operator,
            left,
            right,
        } if operator == "=" => match (&**left, &**right) {
            (ExprNode::Column(column), ExprNode::Constant(_))
            | (ExprNode::Constant(_), ExprNode::Column(column)) => vec![column],
            _ => Vec::new(),
        },
        _ => Vec::new(),
    }
}

/// Foreign keys are looked up in the other table: the parent of a row that is written, the children of a row that is deleted.
///
/// Source: `src/backend/utils/adt/ri_triggers.c` (`SELECT ... FOR KEY SHARE`).
fn foreign_keys(touches: &mut Touches<'_>, id: RelationId, dml: &Dml) {
    let mut others: Vec<RelationId> = Vec::new();
    if matches!(dml.kind, DmlKind::Insert | DmlKind::Merge) {
        others.extend(parents(touches.catalog, id));
    }
    if matches!(dml.kind, DmlKind::Delete | DmlKind::Merge) {
        others.extend(touches.catalog.referencing(id).map(|(child, _)| child.id));
    }
    for other in others.into_iter().filter(|other| *other != id) {
        touches.lock(other, RowShare);
    }
}

fn parents(catalog: &Catalog, id: RelationId) -> Vec<RelationId> {
    let constraints = catalog.get(id).constraints.iter();
    constraints
        .filter_map(|constraint| constraint.references)
        .collect()
}
