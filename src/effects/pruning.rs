//! Which partitions a statement on rows comes near: those that WHERE does not leave out, and those that the rows that are written go to.

use super::implication::Proofs;
use crate::ir::{ColumnRef, Dml, DmlKind, Expr, ExprNode, IndexColumn};
use crate::schema::{Catalog, Relation, RelationId};

/// Partitions and children in which WHERE may find rows.
pub(super) fn reached(catalog: &Catalog, id: RelationId, dml: &Dml) -> Vec<RelationId> {
    let of_one = dml.kind != DmlKind::Merge && (dml.target.is_some() || dml.reads.len() == 1);
    let Some(predicate) = dml.predicate.as_ref().filter(|_| of_one) else {
        return catalog.descendants(id);
    };
    let table = &catalog.get(id).name;
    let own = |column: &ColumnRef| dml.is_column_of(column, table);
    let proofs = Proofs::new(catalog, false);
    let condition = proofs.condition(id, &own, &predicate.node);
    proofs.partitions(id).near(&condition)
}

/// The columns that decide where the rows of a partitioned table go, where no expression does.
pub(super) fn key_columns(table: &Relation) -> Vec<&str> {
    let partitioning = table.partitioning.iter();
    let keys = partitioning.flat_map(|partitioning| &partitioning.keys);
    keys.filter_map(|key| match &key.column {
        IndexColumn::Column(column) => Some(column.as_str()),
        IndexColumn::Expression(_) => None,
    })
    .collect()
}

/// The partitions that the rows of INSERT may go to: of VALUES those that the keys say, as far as they are constants; of a query nobody knows.
pub(super) fn of_rows(catalog: &Catalog, table: RelationId, insert: &Dml) -> Vec<RelationId> {
    let relation = catalog.get(table);
    let mut found = Vec::new();
    let keys = key_columns(relation);
    if keys.is_empty() || insert.rows.is_empty() {
        return catalog.descendants(table);
    }
    let named: Vec<&str> = match &insert.columns[..] {
        [] => relation
            .columns
            .iter()
            .map(|column| column.name.as_str())
            .collect(),
        columns => columns.iter().map(String::as_str).collect(),
    };
    let proofs = Proofs::new(catalog, false);
    let partitions = proofs.partitions(table);
    for row in &insert.rows {
        let values = named.iter().copied().zip(row);
        let values: Vec<(&str, &Expr)> = values.filter(|(name, _)| keys.contains(name)).collect();
        if values.len() < keys.len() {
            return catalog.descendants(table);
        }
        let equal = values
            .into_iter()
            .map(|(column, value)| equality(column, value));
        let condition = proofs.condition(table, &|_| true, &ExprNode::And(equal.collect()));
        let near = partitions.near(&condition);
        found.extend(near);
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn equality(column: &str, value: &Expr) -> ExprNode {
    let column = Box::new(ExprNode::Column(ColumnRef::bare(column.to_owned())));
    match &value.node {
        ExprNode::Null => ExprNode::IsNull(column),
        value => ExprNode::Binary {
            operator: "=".to_owned(),
            left: column,
            right: Box::new(value.clone()),
        },
    }
}
