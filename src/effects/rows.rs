//! Statements that read or write rows.

use super::touch::Touches;
use super::{Reason, Work};
use crate::ir::{
    ConstraintKind, Dml, DmlKind, Execution, ExprNode, IndexColumn, Name, RelationKind, SequenceUse,
};
use crate::postgres::LockMode::{self, AccessShare, RowExclusive, RowShare};
use crate::schema::{Catalog, Relation, RelationId};

/// SELECT, INSERT, UPDATE, DELETE and MERGE.
pub(super) fn dml(touches: &mut Touches<'_>, dml: &Dml) {
    let whole = dml.execution == Execution::Whole;
    for name in dml.reads.iter().filter(|name| !is_system(name)) {
        let id = touches.catalog.resolve(name, RelationKind::Table);
        let chosen = dml.row_lock_of.is_empty() || dml.row_lock_of.contains(&name.name);
        let lock = if dml.row_lock.is_some() && dml.target.is_none() && chosen {
            RowShare
        } else {
            AccessShare
        };
        let found = is_bounded(touches.catalog.get(id), dml)
            && (dml.kind == DmlKind::Select || dml.kind == DmlKind::Delete);
        let work = if whole && !found {
            Work::Scan
        } else {
            Work::None
        };
        read(touches, id, lock, work);
    }
    sequences(touches, dml);
    for (_, target) in &dml.writes {
        let id = touches.catalog.resolve(target, RelationKind::Table);
        let work = if whole { Work::RowWrites } else { Work::None };
        touches.work(id, RowExclusive, work, Reason::Rows);
    }
    let Some(target) = &dml.target else {
        return;
    };
    let id = touches.catalog.resolve(target, RelationKind::Table);
    let relation = touches.catalog.get(id);
    let batch = is_batch(relation, dml);
    let small = !whole
        || dml.literal_rows
        || is_bounded(relation, dml)
        || (batch && !touches.in_transaction);
    let work = if small { Work::None } else { Work::RowWrites };
    let reason = if batch { Reason::Batches } else { Reason::Rows };
    touches.work(id, RowExclusive, work, reason);
    through_rules(touches, id, dml.kind);
    numbered(touches, id, dml);
    if dml.kind != DmlKind::Insert {
        for partition in touches.catalog.descendants(id) {
            touches.work(partition, RowExclusive, work, reason);
        }
    }
    if whole {
        foreign_keys(touches, id, dml);
    }
}

/// Whether it is a system catalog or view, which no migration changes.
fn is_system(name: &Name) -> bool {
    match name.schema.as_deref() {
        Some(schema) => matches!(schema, "pg_catalog" | "information_schema"),
        None => name.name.starts_with("pg_"),
    }
}

/// Relations that a query reads, to their end or not at all.
pub(super) fn reads(touches: &mut Touches<'_>, names: &[Name], lock: LockMode, whole: bool) {
    for name in names {
        let id = touches.catalog.resolve(name, RelationKind::Table);
        let work = if whole { Work::Scan } else { Work::None };
        read(touches, id, lock, work);
    }
}

/// A relation is read: with its partitions, and with what stands behind a view.
fn read(touches: &mut Touches<'_>, id: RelationId, lock: LockMode, work: Work) {
    let mut next = vec![id];
    let mut seen: Vec<RelationId> = Vec::new();
    while let Some(id) = next.pop() {
        if seen.contains(&id) {
            continue;
        }
        seen.push(id);
        let relation = touches.catalog.get(id);
        let view = relation.kind == RelationKind::View;
        if view {
            next.extend(relation.reads.iter().copied());
        }
        let work = if view { Work::None } else { work };
        for id in touches.with_partitions(Some(id)) {
            touches.work(id, lock, work, Reason::Query);
        }
    }
}

/// `nextval` and its like take ROW EXCLUSIVE on the sequence, once a transaction.
///
/// Source: `lock_and_open_sequence` in `src/backend/commands/sequence.c`.
fn sequences(touches: &mut Touches<'_>, dml: &Dml) {
    for used in &dml.sequences {
        let id = match used {
            SequenceUse::Named(name) => touches.catalog.resolve(name, RelationKind::Sequence),
            SequenceUse::OfColumn(table, column) => {
                let table = touches.catalog.resolve(table, RelationKind::Table);
                match touches.catalog.owned_sequence(table, column) {
                    Some(sequence) => sequence.id,
                    None => continue,
                }
            }
        };
        if dml.execution == Execution::Whole {
            touches.lock(id, RowExclusive);
        }
    }
}

/// Columns that INSERT leaves out take their values from sequences, where that is their default.
fn numbered(touches: &mut Touches<'_>, id: RelationId, dml: &Dml) {
    let said = dml.default_values || !dml.columns.is_empty();
    if dml.kind != DmlKind::Insert || dml.execution != Execution::Whole || !said {
        return;
    }
    let mut used: Vec<RelationId> = Vec::new();
    for column in &touches.catalog.get(id).columns {
        if dml.columns.contains(&column.name) {
            continue;
        }
        let default = column.default.as_ref();
        let named = default.and_then(|default| touches.catalog.sequence_of(default));
        let serial = default.is_some_and(|default| default.text == "nextval(...)");
        let owned = touches.catalog.owned_sequence(id, &column.name);
        let owned = owned.filter(|_| column.identity || serial);
        used.extend(named.or(owned.map(|sequence| sequence.id)));
    }
    for sequence in used {
        touches.lock(sequence, RowExclusive);
    }
}

/// What is written to a view goes to the table behind it, unless a rule says otherwise; rules on a table write besides.
fn through_rules(touches: &mut Touches<'_>, id: RelationId, kind: DmlKind) {
    let relation = touches.catalog.get(id);
    let rules = relation.attached.iter().filter(|at| at.on == Some(kind));
    let (mut written, mut instead) = (Vec::new(), false);
    for rule in rules {
        written.extend(&rule.writes);
        instead |= rule.instead;
    }
    if relation.kind == RelationKind::View && !instead {
        written.extend(relation.reads.first());
    }
    for other in written.into_iter().filter(|other| *other != id) {
        touches.work(other, RowExclusive, Work::None, Reason::Rows);
    }
}

/// Whether WHERE names single rows: equality with a constant on the whole of a known key, or on `id` where no key is known.
pub(super) fn is_bounded(relation: &Relation, dml: &Dml) -> bool {
    let Some(predicate) = &dml.predicate else {
        return false;
    };
    let mut fixed = fixed_columns(&predicate.node);
    let joins = dml.target.is_some() && !dml.reads.is_empty();
    if joins {
        // Which table a column belongs to is seen only where that is written.
        let text: String = predicate.text.split_whitespace().collect();
        fixed.retain(|column| text.contains(&format!("{}.{column}=", relation.name)));
    }
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

/// Foreign keys are looked up in the other table: the parent of a row that is written, the children of a row whose key goes or changes.
///
/// Source: `src/backend/utils/adt/ri_triggers.c` (`SELECT ... FOR KEY SHARE`, and the actions of ON DELETE and ON UPDATE).
fn foreign_keys(touches: &mut Touches<'_>, id: RelationId, dml: &Dml) {
    let writes = matches!(dml.kind, DmlKind::Insert | DmlKind::Merge);
    let sets = |columns: &[String]| columns.iter().any(|column| dml.sets.contains(column));
    let mut others: Vec<(RelationId, LockMode, Work)> = Vec::new();
    for constraint in &touches.catalog.get(id).constraints {
        if let (Some(parent), ConstraintKind::ForeignKey { columns, .. }) =
            (constraint.references, &constraint.kind)
            && (writes || sets(columns))
        {
            others.push((parent, RowShare, Work::None));
        }
    }
    let deletes = matches!(dml.kind, DmlKind::Delete | DmlKind::Merge);
    for (child, constraint) in touches.catalog.referencing(id) {
        let ConstraintKind::ForeignKey {
            columns,
            referenced_columns,
            on_delete,
            on_update,
            ..
        } = &constraint.kind
        else {
            continue;
        };
        let key = touches
            .catalog
            .get(id)
            .primary_key()
            .map(|key| key.columns());
        let rekeyed = match key {
            Some(key) if referenced_columns.is_empty() => key
                .iter()
                .any(|column| dml.sets.iter().any(|set| set == column)),
            _ => sets(referenced_columns),
        };
        if !(deletes || rekeyed) {
            continue;
        }
        let action = if deletes { on_delete } else { on_update };
        let writes = action
            .as_deref()
            .is_some_and(|action| !matches!(action, "restrict" | "no action"));
        let lock = if writes { RowExclusive } else { RowShare };
        let work = if has_index(touches.catalog, child.id, columns) {
            Work::None
        } else {
            Work::Scan
        };
        others.push((child.id, lock, work));
    }
    for (other, lock, work) in others.into_iter().filter(|(other, ..)| *other != id) {
        touches.work(other, lock, work, Reason::ForeignKey);
    }
}

/// Whether an index begins with the columns of a foreign key, so that the rows of one parent are found without reading all.
fn has_index(catalog: &Catalog, table: RelationId, columns: &[String]) -> bool {
    catalog.indexes(table).any(|index| {
        index.definition.as_ref().is_some_and(|definition| {
            let first = definition.elements.first().map(|element| &element.column);
            definition.predicate.is_none()
                && matches!(first, Some(IndexColumn::Column(name)) if columns.contains(name))
        })
    })
}
