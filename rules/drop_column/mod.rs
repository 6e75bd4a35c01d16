//! Dropping a column breaks code that still names it.

use crate::effects::Age;
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
    let relation = cx.catalog.find(&alter.name);
    let id = match relation {
        Some(relation) => relation.id,
        None => cx.step.effects.first()?.id,
    };
    let effect = cx.step.effects.iter().find(|effect| effect.id == id)?;
    let added_here = relation
        .and_then(|relation| relation.column(column)?.created)
        .is_some_and(|created| created.migration == cx.catalog.now.migration);
    if effect.age != Age::Earlier || effect.kind != RelationKind::Table || added_here {
        return None;
    }
    let table = cx.display(&alter.name);
    let found = cx
        .finding(command, id, Harm::BreaksCode)
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
