//! After a change of its type a column has no statistics, and queries get bad plans until ANALYZE.

use crate::finding::{Finding, Harm, Level};
use crate::ir::{Action, AlterAction};
use crate::postgres::Version;
use crate::rule::{Category, Kind, Rule, Severity, Whole};
use crate::schema::{Column, Relation};

pub const RULE: Rule = Rule {
    category: Category::Performance,
    severity: Severity::Always(Level::Info),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Migration(check),
};

fn check(cx: &Whole<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let actions: Vec<_> = cx.actions().collect();
    for (at, (statement, action)) in actions.iter().enumerate() {
        let Action::AlterTable(alter) = action else {
            continue;
        };
        let Some(table) = cx.catalog.find(&alter.name) else {
            continue;
        };
        let mut later = actions[at..].iter().map(|(_, action)| *action);
        if is_new(cx, table) || later.any(|action| analyzes(cx, action, table)) {
            continue;
        }
        for (command, part) in alter.commands.iter().enumerate() {
            let AlterAction::AlterColumnType { column, .. } = &part.action else {
                continue;
            };
            let created = table
                .column(column)
                .and_then(|column: &Column| column.created);
            // What is not there, or not any more, needs none.
            if table.complete && table.column(column).is_none() {
                continue;
            }
            if created.is_some_and(|created| created.migration == cx.catalog.now.migration) {
                continue;
            }
            let name = table.display_name();
            let found = cx
                .finding(statement, command, Some(table.id), Harm::Slows)
                .says(
                    format!("{name}.{column} has no statistics from here on: queries by it get bad plans until autovacuum comes around"),
                    "what ANALYZE found out about the column is thrown away",
                )
                .help(format!("ANALYZE {name} ({column}) right behind it"));
            findings.push(found.build());
        }
    }
    findings
}

fn is_new(cx: &Whole<'_>, table: &Relation) -> bool {
    let now = cx.catalog.now.migration;
    table
        .created
        .is_some_and(|created| created.migration == now)
}

/// Whether an action gathers statistics of the table.
fn analyzes(cx: &Whole<'_>, action: &Action, table: &Relation) -> bool {
    let (Action::Analyze { tables, .. }
    | Action::Vacuum {
        tables,
        analyze: true,
        ..
    }) = action
    else {
        return false;
    };
    let is = |name| {
        cx.catalog
            .find(name)
            .is_some_and(|found| found.id == table.id)
    };
    tables.is_empty() || tables.iter().any(is)
}
