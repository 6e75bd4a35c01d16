//! A migration outside of a transaction that fails half-way fails again at its first statements.

use crate::finding::{Finding, Harm, Level};
use crate::ir::{Action, AlterAction, Name, Statement, Transaction};
use crate::postgres::Version;
use crate::rule::{Category, Kind, Rule, Severity, Whole};
use std::collections::HashSet;

pub const RULE: Rule = Rule {
    category: Category::Failure,
    severity: Severity::Always(Level::Info),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Migration(check),
};

fn check(cx: &Whole<'_>) -> Vec<Finding> {
    if cx.is_wrapped() || cx.is_one_query() || !cx.migration.is_transaction_known {
        return Vec::new();
    }
    finding(cx).into_iter().collect()
}

/// The first statement that cannot be run a second time, if one that may fail comes after it and outside of its transaction.
fn finding(cx: &Whole<'_>) -> Option<Finding> {
    let mut removed = HashSet::new();
    let mut first: Option<(&Statement, Unit)> = None;
    let mut block = 0;
    let mut open = false;
    for (at, statement) in cx.statements() {
        match &statement.action {
            Action::Transaction(Transaction::Begin) => (block, open) = (block + 1, true),
            Action::Transaction(Transaction::Commit { .. } | Transaction::Rollback { .. }) => {
                open = false;
            }
            action if action.leaves_something() => {
                let unit = match (open, statement.query) {
                    (true, _) => Unit::Block(block),
                    (false, Some(query)) => Unit::Query(query),
                    (false, None) => Unit::Statement(at),
                };
                match &first {
                    Some((first, before)) if *before != unit => return Some(told(cx, first)),
                    None if fails_again(action, &removed) => first = Some((statement, unit)),
                    _ => {}
                }
                note_removed(action, &mut removed);
            }
            _ => {}
        }
    }
    None
}

/// What is done as a whole or not at all.
#[derive(PartialEq, Eq)]
enum Unit {
    Block(usize),
    Query(usize),
    Statement(usize),
}

fn told(cx: &Whole<'_>, statement: &Statement) -> Finding {
    cx.finding(statement, 0, None, Harm::Fails)
        .says(
            "if a later statement fails, this one stays, and the next try fails here",
            "done by itself: no transaction takes it back",
        )
        .help("IF NOT EXISTS or IF EXISTS where there is such a thing, or a migration of its own")
        .build()
}

/// Whether it fails where it has been done before; `removed`: what is dropped before, if it is there.
fn fails_again(action: &Action, removed: &HashSet<String>) -> bool {
    let stays = |name: &Name| !removed.contains(&name.name);
    match action {
        Action::CreateTable(create) => !create.if_not_exists && stays(&create.name),
        Action::CreateTableAs(create) => !create.if_not_exists && stays(&create.name),
        Action::CreateView(create) => !create.or_replace && stays(&create.name),
        Action::CreateIndex(create) => {
            let name = create.name.as_ref();
            !create.if_not_exists && name.is_some_and(|name| !removed.contains(name))
        }
        Action::CreateSequence {
            name,
            if_not_exists,
            ..
        } => !if_not_exists && stays(name),
        Action::CreateEnum { name, .. }
        | Action::CreateDomain { name, .. }
        | Action::CreateComposite { name } => stays(name),
        Action::Drop(drop) => !drop.if_exists,
        Action::AlterTable(alter) => alter.commands.iter().any(|command| match &command.action {
            AlterAction::AddColumn { if_not_exists, .. } => !if_not_exists,
            AlterAction::AddConstraint(added) => {
                let name = added.name.as_ref();
                name.is_some_and(|name| !removed.contains(name))
            }
            AlterAction::DropColumn { if_exists, .. }
            | AlterAction::DropConstraint { if_exists, .. } => !if_exists,
            AlterAction::RenameTo(_) | AlterAction::RenameColumn { .. } => true,
            _ => false,
        }),
        _ => false,
    }
}

fn note_removed(action: &Action, removed: &mut HashSet<String>) {
    match action {
        Action::Drop(drop) => removed.extend(drop.names.iter().map(|name| name.name.clone())),
        Action::AlterTable(alter) => {
            let names = alter
                .commands
                .iter()
                .filter_map(|command| match &command.action {
                    AlterAction::DropConstraint { name, .. } => Some(name.clone()),
                    _ => None,
                });
            removed.extend(names);
        }
        _ => {}
    }
}
