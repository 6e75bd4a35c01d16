//! A view that goes, or comes back with fewer columns, breaks code that names them.

use crate::finding::{Finding, Harm, Level, Names, Remedy};
use crate::ir::{Action, Name, ObjectKind};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Replaced, Rule, Severity};
use crate::schema::Relation;

pub const RULE: Rule = Rule {
    category: Category::Compatibility,
    severity: Severity::ByCase(Level::Error),
    since: "0.1.0",
    formerly: &["drop-table"],
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    let Action::Drop(drop) = &cx.statement.action else {
        return Vec::new();
    };
    if !matches!(drop.kind, ObjectKind::Relation(kind) if kind.is_view()) {
        return Vec::new();
    }
    let mut gone = Vec::new();
    let mut found = Vec::new();
    for name in &drop.names {
        let Some(effect) = cx.on_earlier(name) else {
            continue;
        };
        let view = cx.catalog.get(effect.id);
        match cx.replaced(name) {
            Replaced::No => gone.push(view),
            Replaced::Whole => {}
            Replaced::Without(columns) => found.push(fewer(cx, name, view, &columns)),
        }
    }
    found.extend(dropped(cx, &gone));
    found
}

fn dropped(cx: &Context<'_>, gone: &[&Relation]) -> Option<Finding> {
    let first = gone.first()?;
    let names: Names = gone.iter().map(|view| view.display_name()).collect();
    let (them, are) = match gone {
        [_] => ("it", "is"),
        _ => ("them", "are"),
    };
    let effects = gone.iter().filter_map(|view| cx.effect(view.id));
    let found = cx.finding(0, first.id, Harm::BreaksCode).effects(effects);
    let label = format!("{names} {are} gone at commit");
    if gone.iter().all(|view| cx.catalog.is_unused(view, None)) {
        let message = format!("dropping {names}, which code gave up in an earlier migration");
        return Some(found.level(Level::Info).says(message, label).build());
    }
    let message = format!("dropping {names} breaks every query of running code that names {them}");
    let remedy = Remedy::DropLater { column: false };
    Some(found.says(message, label).remedy(remedy).build())
}

fn fewer(cx: &Context<'_>, name: &Name, view: &Relation, columns: &[String]) -> Finding {
    let lost: Names = columns.iter().collect();
    let found = cx.finding(0, view.id, Harm::BreaksCode).says(
        format!(
            "{} comes back without {lost}: every query of running code that names it breaks",
            cx.display(name)
        ),
        format!("{lost} is gone at commit"),
    );
    found
        .effects(cx.effect(view.id))
        .remedy(Remedy::KeepViewColumns)
        .build()
}
