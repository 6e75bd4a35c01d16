//! Renaming a column breaks code that knows its old name.

use crate::finding::{Finding, Harm, Level, Remedy};
use crate::ir::{AlterAction, AlterTable};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity};

pub const RULE: Rule = Rule {
    category: Category::Compatibility,
    severity: Severity::Always(Level::Error),
    since: "0.1.0",
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
    let found = cx
        .finding(command, effect.id, Harm::BreaksCode)
        .says(
            format!("renaming {table}.{from} breaks every query of running code that names it"),
            format!("{from} is {to} at commit; old code fails from then on, new code before"),
        )
        .effects([effect])
        .remedy(Remedy::KeepColumnName);
    Some(found.build())
}
