//! Without row level security everybody sees every row.

use crate::finding::{Finding, Harm, Level, Remedy};
use crate::ir::{Action, AlterAction, Name, ObjectKind, RowSecurity};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity};

pub const RULE: Rule = Rule {
    category: Category::Compatibility,
    severity: Severity::ByCase(Level::Warning),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    if let Action::CreateOn {
        kind: ObjectKind::Policy,
        table,
        ..
    } = &cx.statement.action
    {
        return without_effect(cx, table).into_iter().collect();
    }
    let found = cx.subcommands().filter_map(|(at, alter, action)| {
        let AlterAction::RowSecurity(RowSecurity::Disable) = action else {
            return None;
        };
        let effect = cx.on_earlier(&alter.name)?;
        let table = cx.catalog.get(effect.id);
        let off = table.complete && !table.row_security.enabled;
        if off || is_enabled_later(cx, &alter.name) {
            return None;
        }
        let name = table.display_name();
        let found = cx.finding(at, effect.id, Harm::BreaksCode).says(
            format!("every role that may read {name} sees all of its rows from now on"),
            "its policies stay, and are not asked",
        );
        Some(found.effects([effect]).remedy(Remedy::MakePolicies).build())
    });
    found.collect()
}

/// A policy of a table that asks none.
fn without_effect(cx: &Context<'_>, name: &Name) -> Option<Finding> {
    let effect = cx.on_earlier(name)?;
    let table = cx.catalog.get(effect.id);
    if table.row_security.enabled || !table.complete || is_enabled_later(cx, name) {
        return None;
    }
    let name = table.display_name();
    let found = cx
        .finding(0, effect.id, Harm::BreaksCode)
        .level(Level::Info)
        .says(
            format!("this policy does nothing: row level security of {name} is off"),
            "nothing asks it",
        );
    Some(found.effects([effect]).remedy(Remedy::MakePolicies).build())
}

fn is_enabled_later(cx: &Context<'_>, table: &Name) -> bool {
    let mut later = cx.later_subcommands(table);
    later.any(|action| matches!(action, AlterAction::RowSecurity(RowSecurity::Enable)))
}
