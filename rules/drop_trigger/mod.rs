//! What a trigger did for running code is not done any more.

use crate::finding::{Finding, Harm, Level, Remedy};
use crate::ir::{Action, ObjectKind};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity};

pub const RULE: Rule = Rule {
    category: Category::Compatibility,
    severity: Severity::Always(Level::Info),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    let Action::Drop(drop) = &cx.statement.action else {
        return Vec::new();
    };
    let (ObjectKind::Trigger, Some(on)) = (drop.kind, &drop.on) else {
        return Vec::new();
    };
    let Some(effect) = cx.on_earlier(on) else {
        return Vec::new();
    };
    let mut later = cx.done_later(on);
    let again = later.any(|action| match action {
        Action::CreateOn {
            kind: ObjectKind::Trigger,
            name: Some(name),
            ..
        } => drop.names.iter().any(|gone| gone.name == *name),
        _ => false,
    });
    if again {
        return Vec::new();
    }
    let table = cx.display(on);
    let name = drop.names.first().map_or("it", |name| name.name.as_str());
    let found = cx.finding(0, effect.id, Harm::BreaksCode).says(
        format!(
            "what {name} did for each statement of running code on {table} is not done any more"
        ),
        format!("{name} is gone at commit"),
    );
    vec![found.effects([effect]).remedy(Remedy::ReleaseFirst).build()]
}
