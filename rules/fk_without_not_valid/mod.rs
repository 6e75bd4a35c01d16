//! A foreign key that is checked on the spot stops writes to both tables.

use crate::effects::{Effect, Reason};
use crate::finding::{Builder, Finding, ForeignKey, NotValid, Remedy};
use crate::ir::{AlterAction, AlterTable, Constraint, ConstraintKind, Name};
use crate::postgres::{Change, Version};
use crate::rule::{Category, Context, Kind, Rule, Severity, lock_text};
use std::sync::Arc;

pub const RULE: Rule = Rule {
    category: Category::Blocking,
    severity: Severity::BySize,
    since: "0.1.0",
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    cx.subcommands()
        .filter_map(|(at, alter, action)| match action {
            AlterAction::AddConstraint(constraint) => added(cx, alter, at, constraint),
            AlterAction::ValidateConstraint { name } => validated(cx, alter, at, name),
            _ => None,
        })
        .collect()
}

/// ADD FOREIGN KEY without NOT VALID.
fn added(
    cx: &Context<'_>,
    alter: &AlterTable,
    command: usize,
    constraint: &Constraint,
) -> Option<Finding> {
    let ConstraintKind::ForeignKey { references, .. } = &constraint.kind else {
        return None;
    };
    let (found, _) = blocking(cx, command)?;
    let table = cx.display(&alter.name);
    let locks = lock_text(&effects(cx, &[&alter.name, references]));
    // Nobody writes yet to a table that is made here.
    let mut tables = vec![table.clone(), cx.display(references)];
    tables.dedup();
    tables.retain(|name| {
        cx.blocking()
            .iter()
            .any(|work| work.effect.relation == *name)
    });
    let tables = tables.join(" and ");
    let on_partitions = takes_none(cx, alter);
    let instead = if on_partitions {
        ForeignKey::OfPartitions
    } else {
        ForeignKey::Added {
            command,
            table: alter.name.clone(),
            name: cx.catalog.constraint_name(&alter.name, constraint),
            given: constraint.name.is_some(),
        }
    };
    let found = found
        .says(
            format!("a foreign key checked on the spot stops all writes to {tables}"),
            format!("{locks} until commit, while every row of {table} is checked"),
        )
        .remedy(Remedy::NotValid(NotValid::ForeignKey(instead)))
        .note(on_partitions.then(|| {
            "a partitioned table takes no NOT VALID foreign key before PostgreSQL 18".to_owned()
        }));
    Some(found.build())
}

/// The effects on these tables, each once.
fn effects<'a>(cx: &Context<'a>, tables: &[&Name]) -> Vec<&'a Arc<Effect>> {
    let names: Vec<String> = tables.iter().map(|table| cx.display(table)).collect();
    let all = cx.step.effects.iter();
    all.filter(|effect| names.contains(&effect.relation))
        .collect()
}

/// VALIDATE in the transaction that has just added the foreign key.
fn validated(cx: &Context<'_>, alter: &AlterTable, command: usize, name: &str) -> Option<Finding> {
    let (found, lock) = blocking(cx, command)?;
    let table = cx.display(&alter.name);
    let found = found
        .says(
            format!(
                "validating {name} in the transaction that added it stops all writes to {table}"
            ),
            format!("every row of {table} is checked, and {lock} is still held from before"),
        )
        .remedy(Remedy::ValidateLater);
    Some(found.build())
}

/// The work of checking a foreign key in this subcommand, if others wait for it, and the lock it is done under.
fn blocking(cx: &Context<'_>, command: usize) -> Option<(Builder, &'static str)> {
    let mut scanned = cx
        .blocking_of(command)
        .iter()
        .filter(|work| work.part.reason == Reason::ForeignKey);
    let first = scanned.next()?;
    let others: Vec<_> = scanned.map(|work| work.effect).collect();
    Some((cx.blocking_finding(first, &others), first.lock.sql_name()))
}

/// Whether NOT VALID is refused because the table is partitioned.
fn takes_none(cx: &Context<'_>, alter: &AlterTable) -> bool {
    let table = cx.catalog.find(&alter.name);
    table.is_some_and(|table| table.partitioned)
        && !cx.version.has(Change::PartitionedForeignKeyNotValid)
}
