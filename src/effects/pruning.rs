//! Which partitions a statement on rows does not come near: WHERE leaves out all that they hold, or the rows that are written go elsewhere.
//!
//! Source: PostgreSQL documentation, "Partition Pruning"; `src/backend/executor/execPartition.c`.

use super::bound_proof::{Choice, Fact, is_word};
use crate::ir::{Dml, ExprNode, IndexColumn, PartitionBound};
use crate::schema::{Catalog, Relation, RelationId};
use std::cmp::Ordering;

/// Partitions, and theirs, that cannot hold a row for which `facts` are true of it.
pub(super) fn pruned(
    catalog: &Catalog,
    parent: RelationId,
    facts: &[Fact<'_>],
    choices: &[Choice<'_>],
) -> Vec<RelationId> {
    let mut pruned = Vec::new();
    let mut next = vec![parent];
    while let Some(parent) = next.pop() {
        let Some(key) = single_key(catalog.get(parent)) else {
            continue;
        };
        let about: Vec<(&str, &str)> = facts
            .iter()
            .filter(|(column, ..)| *column == key)
            .map(|(_, operator, value)| (*operator, *value))
            .collect();
        let children: Vec<&Relation> = catalog
            .descendants(parent)
            .into_iter()
            .map(|child| catalog.get(child))
            .filter(|child| child.parents.contains(&parent))
            .collect();
        let lists = choices.iter().filter(|(column, _)| *column == key);
        let takes = |child: &Relation, value: &str| holds(child.bound.as_ref(), "=", value);
        let takes_one = |value: &&str| children.iter().any(|it| takes(it, value) == Some(true));
        let taken = lists
            .clone()
            .any(|(_, values)| values.iter().all(takes_one));
        for child in &children {
            let excludes = |(operator, value): &(&str, &str)| {
                holds(child.bound.as_ref(), operator, value) == Some(false)
            };
            let excludes_all = |(_, values): &Choice<'_>| {
                let mut values = values.iter();
                values.all(|value| takes(child, value) == Some(false))
            };
            let default = child.bound == Some(PartitionBound::Default) && taken;
            if default || about.iter().any(excludes) || lists.clone().any(excludes_all) {
                pruned.push(child.id);
                pruned.extend(catalog.descendants(child.id));
            } else {
                next.push(child.id);
            }
        }
    }
    pruned
}

/// The column that decides where the rows of a partitioned table go, where it is one column alone.
pub(super) fn single_key(table: &Relation) -> Option<&str> {
    let partitioning = table.partitioning.as_ref()?;
    match &partitioning.keys[..] {
        [key] => match &key.column {
            IndexColumn::Column(column) => Some(column),
            IndexColumn::Expression(_) => None,
        },
        _ => None,
    }
}

/// The partitions that the rows of INSERT ... VALUES go to, as far as their keys are constants.
pub(super) fn of_rows(catalog: &Catalog, table: RelationId, insert: &Dml) -> Vec<RelationId> {
    let relation = catalog.get(table);
    let mut found = Vec::new();
    let Some(key) = single_key(relation) else {
        return found;
    };
    let named: Vec<&str> = match &insert.columns[..] {
        [] => relation
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect(),
        columns => columns.iter().map(String::as_str).collect(),
    };
    for row in &insert.rows {
        let facts: Vec<(&str, &str, &str)> = named
            .iter()
            .zip(row)
            .filter_map(|(column, value)| match &value.node {
                ExprNode::Constant(value) => Some((*column, "=", value.as_str())),
                _ => None,
            })
            .collect();
        if !facts.iter().any(|(column, ..)| *column == key) {
            continue;
        }
        let fixed: Vec<Choice<'_>> = facts
            .iter()
            .map(|(column, _, value)| (*column, vec![*value]))
            .collect();
        let pruned = pruned(catalog, table, &facts, &fixed);
        let mut left = catalog.descendants(table);
        left.retain(|partition| !pruned.contains(partition));
        let leaves = left
            .iter()
            .filter(|id| !catalog.get(**id).partitioned)
            .count();
        if leaves == 1 {
            found.extend(
                left.into_iter()
                    .filter(|id| !found.contains(id))
                    .collect::<Vec<_>>(),
            );
        }
    }
    found
}

/// Whether a partition may hold a row whose key stands in this relation to a constant; `None`: that cannot be told.
fn holds(bound: Option<&PartitionBound>, operator: &str, value: &str) -> Option<bool> {
    match bound? {
        PartitionBound::In(list) if operator == "=" => {
            let mut found = Some(false);
            for element in list {
                match compare(&element.text, value) {
                    Some(Ordering::Equal) => return Some(true),
                    Some(_) => {}
                    None => found = None,
                }
            }
            found
        }
        PartitionBound::Range { from, to } => {
            let ([from], [to]) = (from.as_slice(), to.as_slice()) else {
                return None;
            };
            let above = if is_word(&from.text, "minvalue") {
                Ordering::Greater
            } else {
                compare(value, &from.text)?
            };
            let below = if is_word(&to.text, "maxvalue") {
                Ordering::Less
            } else {
                compare(value, &to.text)?
            };
            match operator {
                "=" => Some(above != Ordering::Less && below == Ordering::Less),
                "<" => Some(above == Ordering::Greater),
                "<=" => Some(above != Ordering::Less),
                ">" | ">=" => Some(below == Ordering::Less),
                _ => None,
            }
        }
        _ => None,
    }
}

/// How two constants compare: numbers by value, ISO dates and times and equal texts by text.
fn compare(a: &str, b: &str) -> Option<Ordering> {
    let bare = |text: &str| text.trim().trim_matches('\'').to_owned();
    let (a, b) = (bare(a), bare(b));
    match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => a.partial_cmp(&b),
        (Err(_), Err(_)) => {
            let iso = |text: &str| {
                text.len() >= 10
                    && text.as_bytes()[4] == b'-'
                    && text
                        .bytes()
                        .all(|b| b.is_ascii_digit() || b"-:. T".contains(&b))
            };
            let word = |text: &str| text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            let comparable =
                a == b || iso(&a) && iso(&b) && a.len() == b.len() || word(&a) && word(&b);
            comparable.then(|| a.cmp(&b))
        }
        _ => None,
    }
}
