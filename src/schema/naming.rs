//! Names that PostgreSQL chooses for constraints and indexes.
//!
//! Source: `ChooseIndexName` in `src/backend/commands/indexcmds.c`, `ChooseConstraintName` in
//! `src/backend/catalog/pg_constraint.c`.

use crate::ir::{Constraint, ConstraintKind, IndexColumn, IndexElement};
use crate::postgres::{LONGEST_NAME, object_name};

/// A name that is looked for: what it is made of, where nobody has given it.
pub(super) enum Choice {
    Given(String),
    /// Of a table, of what is named in it, and of a label behind which a number comes where the name is taken.
    Made(String, String, &'static str),
}

impl Choice {
    /// The name, with the first number in its label with which it is not taken; what was given stays as it is.
    pub(super) fn free(self, taken: impl Fn(&str) -> bool) -> String {
        let (first, second, label) = match self {
            Self::Given(name) => return name,
            Self::Made(first, second, label) => (first, second, label),
        };
        let mut name = object_name(&first, &second, label);
        let mut number = 0;
        while taken(&name) {
            number += 1;
            name = object_name(&first, &second, &format!("{label}{number}"));
        }
        name
    }
}

/// The name of a constraint on `table`.
pub(super) fn constraint_name(table: &str, constraint: &Constraint) -> Choice {
    if let Some(name) = &constraint.name {
        return Choice::Given(name.clone());
    }
    let made = |second: String, label| Choice::Made(table.to_owned(), second, label);
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
            made(column.to_owned(), "check")
        }
        ConstraintKind::NotNull { column } => made(column.clone(), "not_null"),
        ConstraintKind::Unique {
            using_index: Some(index),
            ..
        }
        | ConstraintKind::PrimaryKey {
            using_index: Some(index),
            ..
        } => Choice::Given(index.clone()),
        ConstraintKind::Unique {
            columns, include, ..
        } => unique_name(table, columns, include),
        ConstraintKind::PrimaryKey { .. } => primary_key_name(table),
        ConstraintKind::ForeignKey { columns, .. } => made(addition(columns.iter()), "fkey"),
        ConstraintKind::Exclude { elements, .. } => {
            made(addition(distinct(names(elements)).iter()), "excl")
        }
    }
}

/// The name of a primary key without one.
pub(super) fn primary_key_name(table: &str) -> Choice {
    Choice::Made(table.to_owned(), String::new(), "pkey")
}

/// The name of a UNIQUE constraint without one; INCLUDE counts.
pub(super) fn unique_name(table: &str, columns: &[String], include: &[String]) -> Choice {
    let all = columns.iter().chain(include).map(String::as_str);
    Choice::Made(table.to_owned(), addition(distinct(all).iter()), "key")
}

/// The name of an index without one; INCLUDE counts.
pub(super) fn index_name(table: &str, elements: &[IndexElement], include: &[String]) -> Choice {
    let all = names(elements).chain(include.iter().map(String::as_str));
    Choice::Made(table.to_owned(), addition(distinct(all).iter()), "idx")
}

/// The name of the sequence of a serial or identity column.
pub(super) fn sequence_name(table: &str, column: &str) -> Choice {
    Choice::Made(table.to_owned(), column.to_owned(), "seq")
}

fn names(elements: &[IndexElement]) -> impl Iterator<Item = &str> {
    elements.iter().map(|element| match &element.column {
        IndexColumn::Column(name) => name.as_str(),
        IndexColumn::Expression(expr) => match &expr.node {
            crate::ir::ExprNode::Call { function, .. } => function.name.as_str(),
            _ => "expr",
        },
    })
}

/// The columns of an index get names of their own: a number comes behind one that is there already.
///
/// Source: `ChooseIndexColumnNames` in `src/backend/commands/indexcmds.c`.
fn distinct<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for name in names {
        let mut free = name.to_owned();
        let mut number = 0;
        while all.contains(&free) {
            number += 1;
            free = format!("{name}{number}");
        }
        all.push(free);
    }
    all
}

/// The names of columns in one, as far as fits into a name.
///
/// Source: `ChooseIndexNameAddition` in `src/backend/commands/indexcmds.c`.
fn addition<'a>(names: impl Iterator<Item = &'a String>) -> String {
    let mut all = String::new();
    for name in names {
        if !all.is_empty() {
            all.push('_');
        }
        all.push_str(name);
        if all.len() > LONGEST_NAME {
            break;
        }
    }
    all
}
