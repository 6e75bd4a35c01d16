//! Renaming a column breaks code that knows its old name.

use crate::finding::{Finding, Harm, Level, Remedy};
use crate::ir::{Action, AlterAction, AlterTable};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity};

pub const RULE: Rule = Rule {
    category: Category::Compatibility,
    severity: Severity::ByCase(Level::Error),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    cx.subcommands()
        .filter_map(|(at, alter, action)| match action {
            AlterAction::RenameColumn { from, to } => finding(cx, alter, at, (from, to)),
            _ => None,
        })
        .collect()
}

fn finding(
    cx: &Context<'_>,
    alter: &AlterTable,
    command: usize,
    (from, to): (&str, &str),
) -> Option<Finding> {
    let effect = cx.on_earlier(&alter.name)?;
    if cx.is_new_column(&alter.name, from) {
        return None;
    }
    let table = cx.display(&alter.name);
    let others = renames(cx, alter);
    // Whoever names it finds another column there at commit, and nothing in between.
    if others
        .iter()
        .any(|(at, _, new)| *at > cx.at && *new == from)
    {
        return None;
    }
    let found = cx.finding(command, effect.id, Harm::BreaksCode);
    if others.iter().any(|(at, old, _)| *at < cx.at && *old == to) {
        let found = found.level(Level::Info).says(
            format!("{table}.{from} takes the place of {to}: only code that names {from} breaks"),
            format!("{from} is {to} at commit"),
        );
        return Some(found.effects([effect]).build());
    }
    let found = found
        .says(
            format!("renaming {table}.{from} breaks every query of running code that names it"),
            format!("{from} is {to} at commit; old code fails from then on, new code before"),
        )
        .effects([effect])
        .remedy(Remedy::KeepColumnName);
    Some(found.build())
}

/// The columns of the same table that the migration renames in one transaction: at which statement, from what and to what.
fn renames<'a>(cx: &Context<'a>, of: &AlterTable) -> Vec<(usize, &'a str, &'a str)> {
    if !cx.step.in_transaction {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (at, statement) in cx.migration.statements.iter().enumerate() {
        if let Action::AlterTable(alter) = &statement.action
            && alter.name == of.name
        {
            found.extend(
                alter
                    .commands
                    .iter()
                    .filter_map(|command| match &command.action {
                        AlterAction::RenameColumn { from, to } => {
                            Some((at, from.as_str(), to.as_str()))
                        }
                        _ => None,
                    }),
            );
        }
    }
    found
}
