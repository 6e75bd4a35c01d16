//! Dropping a table breaks code that still names it.

use crate::finding::{Finding, Harm, Level};
use crate::ir::{Action, Name, ObjectKind};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity, join_and};

pub const RULE: Rule = Rule {
    category: Category::Compatibility,
    severity: Severity::Always(Level::Error),
    since: "0.1.0",
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    let Action::Drop(drop) = &cx.statement.action else {
        return Vec::new();
    };
    if !matches!(drop.kind, ObjectKind::Relation(kind) if kind.is_queried()) {
        return Vec::new();
    }
    let gone: Vec<&Name> = drop
        .names
        .iter()
        .filter(|name| cx.on_earlier(name).is_some() && !cx.is_made_later(name))
        .collect();
    finding(cx, &gone).into_iter().collect()
}

fn finding(cx: &Context<'_>, gone: &[&Name]) -> Option<Finding> {
    let effects: Vec<_> = gone.iter().filter_map(|name| cx.on_earlier(name)).collect();
    let names: Vec<String> = gone.iter().map(|name| cx.display(name)).collect();
    let names = join_and(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let (them, are) = match gone {
        [_] => ("it", "is"),
        _ => ("them", "are"),
    };
    let found = cx
        .finding(0, effects.first()?.id, Harm::BreaksCode)
        .level(Level::Error)
        .says(
            format!("dropping {names} breaks every query of running code that names {them}"),
            format!(
                "{names} {are} gone at commit, with all rows; there is no way back but a backup"
            ),
        )
        .effects(effects.into_iter().cloned().collect())
        .help(
            "release code that no longer names it first, drop it in a later release",
            Vec::new(),
        );
    Some(found.build())
}
