//! What is to be unique is built over rows that may hold the same twice, or surely do.

use crate::finding::{Finding, Harm, Level, Remedy};
use crate::ir::{
    Action, AlterAction, ColumnDef, Constraint, ConstraintKind, CreateIndex, DmlKind, ExprNode,
    Family, IndexColumn, Name,
};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity, join_and};
use crate::schema::Relation;

pub const RULE: Rule = Rule {
    category: Category::Failure,
    severity: Severity::ByCase(Level::Info),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::On(&[Family::AlterTable, Family::CreateIndex], check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    if let Action::CreateIndex(create) = &cx.statement.action {
        return of_index(cx, create).into_iter().collect();
    }
    let found = cx
        .subcommands()
        .filter_map(|(at, alter, action)| match action {
            AlterAction::AddColumn { column, .. } => {
                let unique = column.constraints.iter().any(is_unique);
                let filled = unique && is_one_value(column);
                filled.then(|| finding(cx, at, &alter.name, &[&column.name], true))?
            }
            AlterAction::AddConstraint(new) => {
                let columns = columns(new)?;
                of_columns(cx, at, &alter.name, &columns)
            }
            _ => None,
        });
    found.collect()
}

fn of_index(cx: &Context<'_>, create: &CreateIndex) -> Option<Finding> {
    let columns = create.elements.iter().map(|key| match &key.column {
        IndexColumn::Column(name) => Some(name.as_str()),
        IndexColumn::Expression(_) => None,
    });
    let there = create.if_not_exists && exists(cx, create);
    if !create.unique || there {
        return None;
    }
    match columns.collect::<Option<Vec<&str>>>() {
        Some(columns) if create.predicate.is_none() => of_columns(cx, 0, &create.table, &columns),
        _ => finding(cx, 0, &create.table, &[], false),
    }
}

fn exists(cx: &Context<'_>, create: &CreateIndex) -> bool {
    let table = cx.catalog.find(&create.table);
    let name = Name {
        schema: table.and_then(|table| table.schema.clone()),
        name: create.name.clone().unwrap_or_default(),
    };
    cx.catalog.find(&name).is_some()
}

const fn is_unique(new: &Constraint) -> bool {
    matches!(
        new.kind,
        ConstraintKind::Unique { .. } | ConstraintKind::PrimaryKey { .. }
    )
}

/// The columns of a key that builds its index itself.
fn columns(new: &Constraint) -> Option<Vec<&str>> {
    match &new.kind {
        ConstraintKind::Unique {
            columns,
            using_index: None,
            ..
        }
        | ConstraintKind::PrimaryKey {
            columns,
            using_index: None,
            ..
        } => Some(columns.iter().map(String::as_str).collect()),
        _ => None,
    }
}

/// Whether a new column has one and the same value in all rows.
fn is_one_value(column: &ColumnDef) -> bool {
    let default = column.default.as_ref().map(|default| &default.node);
    default.is_some_and(is_constant)
}

fn is_constant(node: &ExprNode) -> bool {
    match node {
        ExprNode::Constant(_) => true,
        ExprNode::Cast { expr, .. } | ExprNode::Collate { expr, .. } => is_constant(expr),
        _ => false,
    }
}

fn of_columns(cx: &Context<'_>, at: usize, table: &Name, columns: &[&str]) -> Option<Finding> {
    let known = cx.catalog.find(table);
    if known.is_some_and(|known| are_distinct(cx, known, columns)) {
        return None;
    }
    let fresh = |column: &&str| cx.is_new_column(table, column);
    let default = |column: &&str| {
        let column = known.and_then(|known| known.column(column));
        column.and_then(|column| column.default.as_ref())
    };
    let all_new = columns.iter().all(fresh) && !is_written(cx, table);
    if !all_new {
        return finding(cx, at, table, columns, false);
    }
    let same = columns
        .iter()
        .all(|column| default(column).is_some_and(|default| is_constant(&default.node)));
    // New columns without a default are NULL, and NULL is not the same as NULL.
    let filled = columns.iter().any(|column| default(column).is_some());
    if same {
        finding(cx, at, table, columns, true)
    } else if filled {
        finding(cx, at, table, columns, false)
    } else {
        None
    }
}

/// Whether a unique index on some of the columns says already that no two rows have the same.
fn are_distinct(cx: &Context<'_>, table: &Relation, columns: &[&str]) -> bool {
    let mut indexes = cx.catalog.indexes(table.id);
    indexes.any(|index| {
        index.definition.as_ref().is_some_and(|definition| {
            let mut keys = definition.elements.iter();
            let within = keys.all(|key| match &key.column {
                IndexColumn::Column(name) => columns.contains(&name.as_str()),
                IndexColumn::Expression(_) => false,
            });
            definition.unique && definition.predicate.is_none() && within
        })
    })
}

/// Whether an earlier statement of the migration has written to rows of a table.
fn is_written(cx: &Context<'_>, table: &Name) -> bool {
    let before = cx.migration.statements.iter().take(cx.at);
    before.into_iter().any(|statement| match &statement.action {
        Action::Dml(dml) => {
            dml.kind != DmlKind::Select
                && dml
                    .target
                    .as_ref()
                    .is_some_and(|target| target.name == table.name)
        }
        Action::Do { .. } | Action::Call { .. } => true,
        _ => false,
    })
}

fn finding(
    cx: &Context<'_>,
    at: usize,
    name: &Name,
    columns: &[&str],
    sure: bool,
) -> Option<Finding> {
    let effect = cx.on_earlier(name)?;
    let rows = effect.size().and_then(|size| size.rows);
    if rows.is_some_and(|rows| rows < 2) || cx.is_emptied(name) {
        return None;
    }
    let table = cx.display(name);
    let of = match columns {
        [] => String::new(),
        columns => format!(" of {}", join_and(columns)),
    };
    let (message, label, level, remedy) = if sure {
        (
            format!("one default fills all rows of {table}, so that they are not unique"),
            format!("every row has the same value{of}"),
            Level::Error,
            Remedy::OwnValues,
        )
    } else {
        (
            format!("unique values{of} in {table} fail where two rows have the same"),
            "rows that are there may hold duplicates".to_owned(),
            Level::Info,
            Remedy::FindDuplicates,
        )
    };
    let found = cx
        .finding(at, effect.id, Harm::Fails)
        .says(message, label)
        .level(level)
        .sqlstate("23505")
        .effects([effect])
        .remedy(remedy);
    Some(found.build())
}
