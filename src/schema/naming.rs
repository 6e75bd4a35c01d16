//! Names that PostgreSQL chooses for constraints and indexes.
//!
//! Source: `ChooseIndexName` in `src/backend/commands/indexcmds.c`, `ChooseConstraintName` in
//! `src/backend/catalog/pg_constraint.c`.

use crate::ir::{Constraint, ConstraintKind, IndexColumn, IndexElement};
use crate::postgres::object_name;

/// The name of a constraint on `table`, before a number is added where it is taken.
pub(super) fn constraint_name(table: &str, constraint: &Constraint) -> String {
    if let Some(name) = &constraint.name {
        return name.clone();
    }
    match &constraint.kind {
        ConstraintKind::Check(expr) => {
            let mut columns = Vec::new();
            expr.node.walk(&mut |node| {
                if let crate::ir::ExprNode::Column(column) = node {
                    columns.push(column.name.as_str());
                }
            });
            columns.dedup();
            // PostgreSQL names the column only where exactly one is read.
            let column = if columns.len() == 1 { columns[0] } else { "" };
            object_name(table, column, "check")
        }
        ConstraintKind::NotNull { column } => object_name(table, column, "not_null"),
        ConstraintKind::Unique {
            using_index: Some(index),
            ..
        }
        | ConstraintKind::PrimaryKey {
            using_index: Some(index),
            ..
        } => index.clone(),
        ConstraintKind::Unique {
            columns, include, ..
        } => unique_name(table, columns, include),
        ConstraintKind::PrimaryKey { .. } => object_name(table, "", "pkey"),
        ConstraintKind::ForeignKey { columns, .. } => {
            object_name(table, &columns.join("_"), "fkey")
        }
        ConstraintKind::Exclude { elements, .. } => {
            object_name(table, &element_names(elements), "excl")
        }
    }
}

/// The name of a UNIQUE constraint without one; INCLUDE counts.
pub(super) fn unique_name(table: &str, columns: &[String], include: &[String]) -> String {
    object_name(table, &[columns, include].concat().join("_"), "key")
}

/// The name of an index without one; INCLUDE counts.
pub(super) fn index_name(table: &str, elements: &[IndexElement], include: &[String]) -> String {
    let keys = element_names(elements);
    let names = std::iter::once(keys.as_str()).chain(include.iter().map(String::as_str));
    object_name(table, &names.collect::<Vec<_>>().join("_"), "idx")
}

/// The name of the sequence of a serial or identity column.
pub(super) fn sequence_name(table: &str, column: &str) -> String {
    object_name(table, column, "seq")
}

fn element_names(elements: &[IndexElement]) -> String {
    let names = elements.iter().map(|element| match &element.column {
        IndexColumn::Column(name) => name.as_str(),
        IndexColumn::Expression(expr) => match &expr.node {
            crate::ir::ExprNode::Call { function, .. } => function.name.as_str(),
            _ => "expr",
        },
    });
    names.collect::<Vec<_>>().join("_")
}

/// `name`, with the first number behind it where it is taken.
pub(super) fn free(name: String, taken: impl Fn(&str) -> bool) -> String {
    if !taken(&name) {
        return name;
    }
    let mut number = 1;
    while taken(&format!("{name}{number}")) {
        number += 1;
    }
    format!("{name}{number}")
}
