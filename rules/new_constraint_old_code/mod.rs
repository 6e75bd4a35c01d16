//! A new constraint holds for what running code writes, which does not know of it.

use crate::finding::{Finding, Harm, Level, Remedy};
use crate::ir::{AlterAction, AlterTable, Constraint, ConstraintKind};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity};
use crate::schema::Relation;

pub const RULE: Rule = Rule {
    category: Category::Compatibility,
    severity: Severity::Always(Level::Info),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    let found = cx
        .subcommands()
        .filter_map(|(at, alter, action)| match action {
            AlterAction::AddConstraint(new) if !new.not_enforced => {
                let table = cx.catalog.find(&alter.name)?;
                let demand = demand(new)?;
                let columns = columns(table, new);
                let known = |column: &&str| !cx.is_new_column(&alter.name, column);
                let written =
                    columns.is_empty() || columns.iter().any(|column| known(&column.as_str()));
                written.then(|| finding(cx, alter, at, &demand))?
            }
            AlterAction::SetNotNull { column } => {
                let table = cx.catalog.find(&alter.name)?;
                let free = table.column(column).is_none_or(|column| !column.not_null);
                // A CHECK that speaks of the column turns NULL away already.
                let checked = |known: &crate::schema::Constraint| {
                    matches!(known.kind, ConstraintKind::Check(_)) && known.is_about(column)
                };
                let new = cx.is_new_column(&alter.name, column);
                let demand = format!("a value for {column}");
                (free && !new && !table.constraints.iter().any(checked))
                    .then(|| finding(cx, alter, at, &demand))?
            }
            _ => None,
        });
    found.collect()
}

/// What it demands of a row that is written.
fn demand(new: &Constraint) -> Option<String> {
    Some(match &new.kind {
        ConstraintKind::Check(_) => "what its CHECK says".to_owned(),
        ConstraintKind::NotNull { column } => format!("a value for {column}"),
        ConstraintKind::Unique {
            columns,
            using_index: None,
            ..
        } => {
            format!("that {} is unique", columns.join(", "))
        }
        ConstraintKind::ForeignKey { references, .. } => {
            format!("that {references} has the row it refers to")
        }
        ConstraintKind::Exclude { .. } => "that no other row conflicts with it".to_owned(),
        _ => return None,
    })
}

/// The columns of the table that it is about.
fn columns(table: &Relation, new: &Constraint) -> Vec<String> {
    let about = table.columns.iter().filter(|column| match &new.kind {
        ConstraintKind::Check(expr) => expr.node.names_column(&column.name),
        ConstraintKind::NotNull { column: own } => *own == column.name,
        ConstraintKind::Unique { columns, .. } | ConstraintKind::ForeignKey { columns, .. } => {
            columns.contains(&column.name)
        }
        _ => false,
    });
    about.map(|column| column.name.clone()).collect()
}

fn finding(cx: &Context<'_>, alter: &AlterTable, at: usize, demand: &str) -> Option<Finding> {
    let effect = cx.on_earlier(&alter.name)?;
    let table = cx.display(&alter.name);
    let found = cx.finding(at, effect.id, Harm::BreaksCode).says(
        format!("from now on {table} demands {demand}, of rows that running code writes too"),
        "what does not keep to it fails, NOT VALID or not",
    );
    Some(found.effects([effect]).remedy(Remedy::ReleaseFirst).build())
}
