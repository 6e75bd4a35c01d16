//! Renaming or moving a table breaks code that knows its old name.

use crate::finding::{Finding, Harm, Level, Remedy};
use crate::ir::{AlterAction, AlterTable};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity};

pub const RULE: Rule = Rule {
    category: Category::Compatibility,
    severity: Severity::Always(Level::Error),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    cx.subcommands()
        .filter_map(|(at, alter, action)| match action {
            AlterAction::RenameTo(to) => finding(cx, alter, at, "renaming", to),
            AlterAction::SetSchema(to) => finding(cx, alter, at, "moving", to),
            _ => None,
        })
        .collect()
}

fn finding(
    cx: &Context<'_>,
    alter: &AlterTable,
    command: usize,
    doing: &str,
    to: &str,
) -> Option<Finding> {
    let effect = cx.on_earlier(&alter.name)?;
    // A view or another table takes its place: old code goes on.
    if cx.is_made_later(&alter.name) {
        return None;
    }
    let table = cx.display(&alter.name);
    let label = match doing {
        "moving" => format!("{table} is in schema {to} at commit"),
        _ => format!("{table} is {to} at commit; old code fails from then on, new code before"),
    };
    let found = cx
        .finding(command, effect.id, Harm::BreaksCode)
        .says(
            format!("{doing} {table} breaks every query of running code that names it"),
            label,
        )
        .effects([effect])
        .remedy(Remedy::KeepTableName);
    Some(found.build())
}
