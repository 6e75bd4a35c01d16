//! A table that autovacuum leaves alone grows, and is read ever more slowly.

use crate::finding::{Finding, Harm, Level};
use crate::ir::{Action, AlterAction, Name, StorageParameter};
use crate::postgres::Version;
use crate::rule::{Category, Kind, Rule, Severity, Whole};

pub const RULE: Rule = Rule {
    category: Category::Performance,
    severity: Severity::Always(Level::Warning),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Migration(check),
};

const PARAMETER: &str = "autovacuum_enabled";

fn check(cx: &Whole<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let actions: Vec<_> = cx.actions().collect();
    for (at, (statement, action)) in actions.iter().enumerate() {
        let Some((name, command)) = switched(action, true) else {
            continue;
        };
        let table = cx.catalog.find(name);
        let Some(table) = table.filter(|table| !table.dropped && !table.temporary) else {
            continue;
        };
        let mut later = actions[at + 1..].iter().map(|(_, action)| *action);
        let same = |name: &Name| cx.catalog.find(name).is_some_and(|it| it.id == table.id);
        if later.any(|action| switched(action, false).is_some_and(|(name, _)| same(name))) {
            continue;
        }
        let name = table.display_name();
        let found = cx
            .finding(statement, command, Some(table.id), Harm::Slows)
            .says(
                format!("nothing cleans up {name} any more: it grows with every UPDATE and DELETE, and plans go by old statistics"),
                "autovacuum leaves it alone from here on",
            )
            .help(format!("ALTER TABLE {name} RESET ({PARAMETER}) at the end of the migration"));
        findings.push(found.build());
    }
    findings
}

/// The table of which autovacuum is switched off, or on again, and the subcommand that does it.
fn switched(action: &Action, off: bool) -> Option<(&Name, usize)> {
    let named = |all: &[StorageParameter]| {
        let mut named = all.iter().filter(|one| one.name == PARAMETER);
        named.any(|one| one.is_off() == off)
    };
    match action {
        Action::CreateTable(create) => named(&create.parameters).then_some((&create.name, 0)),
        Action::AlterTable(alter) => {
            let mut commands = alter.commands.iter();
            let at = commands.position(|command| match &command.action {
                AlterAction::SetOptions(all) | AlterAction::ResetOptions(all) => named(all),
                _ => false,
            })?;
            Some((&alter.name, at))
        }
        _ => None,
    }
}
