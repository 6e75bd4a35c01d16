//! Dropping a column breaks code that still names it.

use crate::finding::{Finding, Harm, Level};
use crate::ir::{AlterAction, AlterTable, RelationKind};
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
            AlterAction::DropColumn { column, .. } => finding(cx, alter, at, column),
            _ => None,
        })
        .collect()
}

fn finding(cx: &Context<'_>, alter: &AlterTable, command: usize, column: &str) -> Option<Finding> {
    let effect = cx.on_earlier(&alter.name)?;
    if effect.kind != RelationKind::Table || cx.is_new_column(&alter.name, column) {
        return None;
    }
    let table = cx.display(&alter.name);
    let found = cx
        .finding(command, effect.id, Harm::BreaksCode)
        .level(Level::Error)
        .says(
            format!("dropping {table}.{column} breaks every query of running code that names it"),
            format!(
                "{column} is gone at commit; a SELECT or INSERT that names it fails from then on"
            ),
        )
        .effects(vec![effect.clone()])
        .help(
            "release code that no longer names the column first, drop it in a later release",
            Vec::new(),
        );
    Some(found.build())
}
