//! A foreign key that is checked on the spot stops writes to both tables.

use crate::effects::{Age, Effect, Reason, Work};
use crate::finding::{Builder, Finding, ForeignKey, Names, NotValid, Remedy};
use crate::ir::{AlterAction, AlterTable, Constraint, ConstraintKind};
use crate::postgres::{Access, Change, Version};
use crate::rule::{Category, Context, Kind, Rule, Severity, lock_text};
use std::sync::Arc;

pub const RULE: Rule = Rule {
    category: Category::Blocking,
    severity: Severity::BySize,
    since: "0.1.0",
    formerly: &[],
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
    let named = [&alter.name, references].into_iter();
    let mut locked: Vec<&Arc<Effect>> = named.filter_map(|name| cx.effect_on(name)).collect();
    locked.dedup_by_key(|effect| effect.id);
    let locks = lock_text(&locked);
    // Nobody writes yet to a table that is made here.
    let waited_for = locked.iter().filter(|effect| {
        effect.age == Age::Earlier && effect.work > Work::None && effect.delays_users()
    });
    let stopped = stopped(cx, waited_for.copied());

    let on_partitions = takes_none(cx, alter);
    let added = cx.added(alter, command, constraint);
    let instead = if on_partitions {
        // A partition's key has the name of the table's.
        let partitions = cx.partitions(&alter.name, |_| added.name.clone());
        ForeignKey::OfPartitions(added, partitions)
    } else {
        ForeignKey::Added(added)
    };
    let found = found
        .says(
            format!("a foreign key checked on the spot stops {stopped}"),
            format!("{locks} until commit, while every row of {table} is checked"),
        )
        .remedy(Remedy::NotValid(NotValid::ForeignKey(instead)))
        .note(on_partitions.then(|| {
            "a partitioned table takes no NOT VALID foreign key before PostgreSQL 18".to_owned()
        }));
    Some(found.build())
}

/// What the users of these tables cannot do: readers wait too where something has locked them more strongly.
fn stopped<'e>(cx: &Context<'_>, tables: impl Iterator<Item = &'e Arc<Effect>>) -> String {
    let (read, written): (Vec<_>, Vec<_>) =
        tables.partition(|effect| effect.waiting().contains(Access::Select));
    let names = |effects: &[&Arc<Effect>]| -> Names {
        let names = effects.iter();
        names
            .map(|effect| cx.catalog.get(effect.id).display_name())
            .collect()
    };
    let (read_names, written_names) = (names(&read), names(&written));
    match (read.is_empty(), written.is_empty()) {
        (true, _) => format!("all writes to {written_names}"),
        (false, true) => format!("all reads and writes of {read_names}"),
        (false, false) => {
            format!("all reads and writes of {read_names}, and all writes to {written_names}")
        }
    }
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
