//! A column that must be given a value breaks code that does not know it.

use crate::finding::{Finding, Harm, Level, Remedy};
use crate::ir::{AlterAction, AlterTable};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity};
use crate::schema::Column;

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
            AlterAction::DropDefault { column }
                if is_required(cx, alter, column, |column| column.not_null) =>
            {
                finding(cx, alter, at, column)
            }
            // Else it fails on the rows that are there.
            AlterAction::AddColumn { column, .. }
                if cx.needs_value(column) && cx.is_emptied(&alter.name) =>
            {
                let filled = cx
                    .catalog
                    .find(&alter.name)
                    .is_some_and(|table| cx.catalog.is_filled(table, &column.name));
                finding(cx, alter, at, &column.name).filter(|_| !filled)
            }
            AlterAction::SetNotNull { column }
                if is_required(cx, alter, column, |column| column.default.is_none()) =>
            {
                finding(cx, alter, at, column)
            }
            _ => None,
        })
        .collect()
}

/// Whether the migration itself has added the column, so that the code that is running does not know it, and INSERT then has to name it.
fn is_required(
    cx: &Context<'_>,
    alter: &AlterTable,
    name: &str,
    known: fn(&Column) -> bool,
) -> bool {
    let relation = cx.catalog.find(&alter.name);
    let column = relation.and_then(|relation| relation.column(name));
    let needed = |column: &Column| known(column) && !column.identity && column.generated.is_none();
    let filled = relation.is_some_and(|relation| cx.catalog.is_filled(relation, name));
    cx.is_new_column(&alter.name, name) && column.is_some_and(needed) && !filled
}

fn finding(cx: &Context<'_>, alter: &AlterTable, command: usize, column: &str) -> Option<Finding> {
    let effect = cx.on_earlier(&alter.name)?;
    let table = cx.display(&alter.name);
    let mut found = cx
        .finding(command, effect.id, Harm::BreaksCode)
        .says(
            format!("{table}.{column} breaks every INSERT of running code, which does not know it"),
            format!("from the commit on {column} needs a value, and has no default"),
        )
        .effects([effect])
        .remedy(Remedy::KeepDefault);
    if cx.is_emptied(&alter.name) {
        // Whoever fills it anew knows how it looks.
        found = found.level(Level::Info);
    }
    Some(found.build())
}
