//! Dropping a table breaks code that still names it.

use crate::effects::{Age, Effect};
use crate::finding::{Finding, Harm, Level, Names, Remedy};
use crate::ir::{Action, Drop, Name, ObjectKind, RelationKind};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Replaced, Rule, Severity};
use crate::schema::{Object, RelationId};
use std::collections::BTreeSet;
use std::sync::Arc;

pub const RULE: Rule = Rule {
    category: Category::Compatibility,
    severity: Severity::ByCase(Level::Error),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    let Action::Drop(drop) = &cx.statement.action else {
        return Vec::new();
    };
    let mut found: Vec<Finding> = finding(cx, drop, &gone(cx, drop)).into_iter().collect();
    found.extend(drop.names.iter().filter_map(|name| fewer(cx, drop, name)));
    found
}

/// A table that is made anew with fewer columns.
fn fewer(cx: &Context<'_>, drop: &Drop, name: &Name) -> Option<Finding> {
    if !is_table(drop) {
        return None;
    }
    let Replaced::Without(columns) = cx.replaced(name) else {
        return None;
    };
    let effect = cx.on_earlier(name)?;
    let (table, lost) = (display(cx, effect.id), Names::from_iter(&columns));
    let found = cx.finding(0, effect.id, Harm::BreaksCode).says(
        format!(
            "{table} comes back without {lost}: every query of running code that names it breaks"
        ),
        format!("{lost} is gone at commit"),
    );
    let remedy = Remedy::DropLater { column: true };
    Some(found.effects([effect]).remedy(remedy).build())
}

/// Whether it names tables: a view alone is another rule's.
fn is_table(drop: &Drop) -> bool {
    matches!(drop.kind, ObjectKind::Relation(kind) if kind.is_queried() && !kind.is_view())
}

/// What goes that code may name: what is named, or what a schema, a type or an extension takes along.
fn gone<'a>(cx: &Context<'a>, drop: &Drop) -> Vec<&'a Arc<Effect>> {
    if let ObjectKind::Relation(_) = drop.kind {
        let names = drop.names.iter().filter(|_| is_table(drop));
        let lasting = names.filter(|name| cx.replaced(name) == Replaced::No);
        return lasting.filter_map(|name| cx.on_earlier(name)).collect();
    }
    let reached = reached(cx, drop);
    let effects = cx.step.effects.iter();
    let found = effects.filter(|effect| {
        let parents = &cx.catalog.get(effect.id).parents;
        effect.age == Age::Earlier
            && effect.kind.is_queried()
            && reached.contains(&effect.id)
            && !parents.iter().any(|parent| reached.contains(parent))
            && !cx.is_made_later(&cx.catalog.get(effect.id).full_name())
    });
    found.collect()
}

fn reached(cx: &Context<'_>, drop: &Drop) -> BTreeSet<RelationId> {
    if !drop.cascade {
        return BTreeSet::new();
    }
    let reach = cx.catalog.reach(cx.catalog.dropped_by(drop), true);
    let relations = reach.objects.into_iter().filter_map(|object| match object {
        Object::Relation(id) => Some(id),
        _ => None,
    });
    relations.collect()
}

fn finding(cx: &Context<'_>, drop: &Drop, gone: &[&Arc<Effect>]) -> Option<Finding> {
    let names: Names = gone.iter().map(|effect| display(cx, effect.id)).collect();
    let (them, are) = match gone {
        [_] => ("it", "is"),
        _ => ("them", "are"),
    };
    let rows = gone.iter().any(|effect| effect.kind == RelationKind::Table);
    let rows = if rows {
        ", with all rows; there is no way back but a backup"
    } else {
        ""
    };
    let found = cx.finding(0, gone.first()?.id, Harm::BreaksCode);
    let unused = |effect: &&Arc<Effect>| cx.catalog.is_unused(cx.catalog.get(effect.id), None);
    if gone.iter().all(unused) {
        let found = found.level(Level::Info).says(
            format!("dropping {names}, which code gave up in an earlier migration"),
            format!("{names} {are} gone at commit{rows}"),
        );
        return Some(found.effects(gone.iter().copied()).build());
    }
    let found = found
        .says(
            format!("dropping {names} breaks every query of running code that names {them}"),
            format!("{names} {are} gone at commit{rows}"),
        )
        .effects(gone.iter().copied())
        .remedy(Remedy::DropLater { column: false })
        .note(views(cx, drop, gone));
    Some(found.build())
}

/// The views that CASCADE takes along.
fn views(cx: &Context<'_>, drop: &Drop, gone: &[&Arc<Effect>]) -> Option<String> {
    let kinds = [RelationKind::View, RelationKind::MaterializedView];
    let named: BTreeSet<RelationId> = gone.iter().map(|effect| effect.id).collect();
    let views = reached(cx, drop)
        .into_iter()
        .filter(|id| kinds.contains(&cx.catalog.get(*id).kind) && !named.contains(id));
    let mut views: Vec<String> = views.map(|id| display(cx, id)).collect();
    views.sort_unstable();
    let verb = if views.len() == 1 { "goes" } else { "go" };
    (!views.is_empty()).then(|| format!("by CASCADE {} {verb} too", Names::from_iter(views)))
}

fn display(cx: &Context<'_>, id: RelationId) -> String {
    cx.catalog.get(id).display_name()
}
