//! Dropping a sequence breaks code that takes its values.

use crate::finding::{Finding, Harm, Level, Names, Remedy};
use crate::ir::{Action, ObjectKind, RelationKind};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Replaced, Rule, Severity};
use crate::schema::Relation;

pub const RULE: Rule = Rule {
    category: Category::Compatibility,
    severity: Severity::ByCase(Level::Warning),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    let Action::Drop(drop) = &cx.statement.action else {
        return Vec::new();
    };
    if drop.kind != ObjectKind::Relation(RelationKind::Sequence) {
        return Vec::new();
    }
    let lasting = drop
        .names
        .iter()
        .filter(|name| cx.replaced(name) == Replaced::No);
    let known = lasting.filter_map(|name| cx.catalog.find(name));
    let gone = known.filter(|sequence| {
        let earlier = cx
            .effect(sequence.id)
            .is_some_and(|effect| cx.is_earlier(effect));
        // What breaks with a default is another rule's.
        earlier && cx.catalog.fed_by(sequence).is_empty()
    });
    let gone: Vec<&Relation> = gone.collect();
    finding(cx, &gone).into_iter().collect()
}

fn finding(cx: &Context<'_>, gone: &[&Relation]) -> Option<Finding> {
    let first = gone.first()?;
    let names: Names = gone
        .iter()
        .map(|sequence| sequence.display_name())
        .collect();
    // What a column owns is asked for by its default alone, as a rule.
    let owned = gone.iter().all(|sequence| sequence.table.is_some());
    let level = if owned { Level::Info } else { Level::Warning };
    let (them, are) = match gone {
        [_] => ("its", "is"),
        _ => ("their", "are"),
    };
    let found = cx.finding(0, first.id, Harm::BreaksCode).level(level).says(
        format!("dropping {names} breaks running code that takes {them} values by nextval"),
        format!("{names} {are} gone at commit"),
    );
    let effects = gone.iter().filter_map(|sequence| cx.effect(sequence.id));
    let remedy = Remedy::DropLater { column: false };
    Some(found.effects(effects).remedy(remedy).build())
}
