//! TRUNCATE takes all rows, of code that runs too.

use crate::effects::Effect;
use crate::finding::{Finding, Harm, Level, Names, Remedy};
use crate::ir::{Action, RelationKind};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity};
use crate::schema::RelationId;
use std::sync::Arc;

pub const RULE: Rule = Rule {
    category: Category::Data,
    severity: Severity::ByCase(Level::Error),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    let Action::Truncate { tables, .. } = &cx.statement.action else {
        return Vec::new();
    };
    let named = tables.iter().filter_map(|name| cx.catalog.find(name));
    let named: Vec<RelationId> = named.map(|table| table.id).collect();
    let emptied = cx.step.effects.iter().filter(|effect| {
        let table = cx.catalog.get(effect.id);
        let above = cx.catalog.ancestors(effect.id);
        let counted = above.iter().any(|parent| named.contains(parent));
        effect.kind == RelationKind::Table
            && table
                .emptied
                .is_none_or(|emptied| cx.catalog.is_deployed(Some(emptied.at)))
            && cx.is_earlier(effect)
            && (!counted || named.contains(&effect.id))
    });
    let (own, further): (Vec<&Arc<Effect>>, Vec<&Arc<Effect>>) =
        emptied.partition(|effect| named.contains(&effect.id));
    finding(cx, &own, &further).into_iter().collect()
}

fn finding(cx: &Context<'_>, own: &[&Arc<Effect>], further: &[&Arc<Effect>]) -> Option<Finding> {
    let all: Vec<&Arc<Effect>> = own.iter().chain(further).copied().collect();
    let display = |effect: &&Arc<Effect>| cx.catalog.get(effect.id).display_name();
    let first = all.first()?;
    let (names, beside): (Names, Names) = (
        all.iter().map(display).collect(),
        further.iter().map(display).collect(),
    );
    let unused = |effect: &&Arc<Effect>| cx.catalog.is_unused(cx.catalog.get(effect.id), None);
    let level = if all.iter().all(unused) {
        Level::Info
    } else {
        Level::Error
    };
    let cascade = (!further.is_empty())
        .then(|| format!("by CASCADE {beside} is emptied too, though it is not named"));
    let found = cx.finding(0, first.id, Harm::LosesData).level(level).says(
        format!("all rows of {names} are gone at commit, and there is no way back but a backup"),
        "code that runs finds nothing there",
    );
    Some(
        found
            .effects(all.iter().copied())
            .remedy(Remedy::KeepRows)
            .note(cascade)
            .build(),
    )
}
