//! SET NOT NULL reads the whole table while nobody can use it, unless a CHECK has proved it before.

use crate::effects::{Part, Reason};
use crate::finding::{Finding, NotNull, Remedy};
use crate::ir::{Action, AlterAction, ConstraintKind};
use crate::postgres::{Change, Version};
use crate::rule::{Blocking, Category, Context, Kind, Rule, Severity, effects};

pub const RULE: Rule = Rule {
    category: Category::Blocking,
    severity: Severity::BySize,
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    // Partitions and children are read for the same subcommand.
    let read = cx.blocking_by_command().map(|all| {
        let read = all
            .iter()
            .filter(|work| work.part.reason == Reason::NotNull);
        read.copied().collect::<Vec<Blocking<'_>>>()
    });
    read.filter_map(|all| finding(cx, &all)).collect()
}

fn finding(cx: &Context<'_>, all: &[Blocking<'_>]) -> Option<Finding> {
    let work = all.first()?;
    let Action::AlterTable(alter) = &cx.statement.action else {
        return None;
    };
    let table = cx.display(&alter.name);
    let column = match &alter.commands.get(work.part.command)?.action {
        AlterAction::SetNotNull { column } => Some(column),
        AlterAction::AddConstraint(constraint) => match &constraint.kind {
            ConstraintKind::NotNull { column } => Some(column),
            // PRIMARY KEY USING INDEX makes its columns NOT NULL.
            _ => None,
        },
        AlterAction::ValidateConstraint { .. } => None,
        _ => return None,
    };
    let what = column.map_or_else(
        || "NOT NULL".to_owned(),
        |column| format!("NOT NULL on {table}.{column}"),
    );
    let proven = column.map(|column| NotNull {
        table: alter.name.clone(),
        column: column.clone(),
        is_constraint: cx.version.has(Change::NotNullIsConstraint),
    });
    let waiting = if work.lock.blocks_reads() {
        "all reads and writes"
    } else {
        "all writes"
    };
    let found = cx
        .blocking_finding(work, &effects(all))
        .says(
            format!("{what} is checked row by row while {waiting} of {table} wait"),
            format!(
                "{} on {table} until commit, while every row is read",
                work.lock.sql_name()
            ),
        )
        .remedy(Remedy::ProveNotNull(proven))
        .note(unless(work.part));
    Some(found.build())
}

fn unless(part: &Part) -> Option<String> {
    let condition = part.unless.as_ref()?;
    Some(format!(
        "if {condition}, nothing is read: the history does not tell"
    ))
}
