//! Row level security without a policy hides every row.

use crate::finding::{Finding, Harm, Level, Remedy};
use crate::ir::{Action, AlterAction, Name, ObjectKind, RowSecurity, Statement};
use crate::postgres::Version;
use crate::rule::{Category, Kind, Rule, Severity, Whole};
use crate::schema::{Relation, RelationId};
use std::collections::BTreeMap;

pub const RULE: Rule = Rule {
    category: Category::Compatibility,
    severity: Severity::ByCase(Level::Error),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Migration(check),
};

/// What a statement does that leaves a table without a policy that lets rows through.
#[derive(Clone, Copy)]
enum Way {
    Enabled,
    Forced,
    /// DROP POLICY.
    Dropped,
}

fn check(whole: &Whole<'_>) -> Vec<Finding> {
    // The last statement of each table counts.
    let mut last: BTreeMap<RelationId, (&Statement, usize, Way)> = BTreeMap::new();
    for (statement, action) in whole.actions() {
        for (command, name, way) in ways(action) {
            if let Some(table) = whole.catalog.find(name) {
                last.insert(table.id, (statement, command, way));
            }
        }
    }
    let found = last
        .into_iter()
        .filter_map(|(id, (statement, command, way))| {
            let table = whole.catalog.get(id);
            hides(whole, table, way).then(|| finding(whole, table, (statement, command), way))
        });
    found.collect()
}

fn ways(action: &Action) -> Vec<(usize, &Name, Way)> {
    match action {
        Action::AlterTable(alter) => {
            let commands = alter.commands.iter().enumerate();
            let ways = commands.filter_map(|(at, command)| match command.action {
                AlterAction::RowSecurity(RowSecurity::Enable) => {
                    Some((at, &alter.name, Way::Enabled))
                }
                AlterAction::RowSecurity(RowSecurity::Force) => {
                    Some((at, &alter.name, Way::Forced))
                }
                _ => None,
            });
            ways.collect()
        }
        Action::Drop(drop) if drop.kind == ObjectKind::Policy => {
            drop.on.iter().map(|on| (0, on, Way::Dropped)).collect()
        }
        _ => Vec::new(),
    }
}

/// Whether rows are hidden behind the migration from code that runs.
fn hides(whole: &Whole<'_>, table: &Relation, way: Way) -> bool {
    let security = table.row_security;
    let policies = table
        .attached
        .iter()
        .any(|one| one.kind == ObjectKind::Policy);
    let enabled = security.enabled || matches!(way, Way::Forced) && !table.complete;
    // Code that was not read may have made others.
    let unsure = matches!(way, Way::Dropped) && whole.catalog.has_overlooked();
    enabled && !policies && !unsure && !table.dropped && whole.catalog.is_deployed(table.created)
}

fn finding(
    whole: &Whole<'_>,
    table: &Relation,
    (statement, command): (&Statement, usize),
    way: Way,
) -> Finding {
    let name = table.display_name();
    // There may be policies that the history does not tell of.
    let level = if table.complete && !whole.catalog.has_overlooked() {
        Level::Error
    } else {
        Level::Warning
    };
    let whom = match way {
        Way::Forced => "code that runs, as its owner too,",
        _ if table.row_security.forced => "code that runs, as its owner too,",
        _ => "code that runs as another role than its owner",
    };
    let found = whole
        .finding(statement, command, Some(table.id), Harm::BreaksCode)
        .level(level);
    let found = found.says(
        format!("without a policy {name} has no rows for {whom} and INSERT fails"),
        "row level security is on, and nothing lets a row through",
    );
    found.remedy(Remedy::MakePolicies).build()
}
