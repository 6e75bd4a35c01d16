//! The rows of a child that leaves its parent are gone from queries of the parent.

use crate::finding::{Finding, Harm, Level, Remedy};
use crate::ir::AlterAction;
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
    let found = cx.subcommands().filter_map(|(at, alter, action)| {
        let AlterAction::NoInherit(parent) = action else {
            return None;
        };
        let effect = cx.on_earlier(&alter.name)?;
        let parent = cx.display(parent);
        cx.subcommands_to(&alter.name)
            .all(|action| !matches!(action, AlterAction::Inherit(_)))
            .then_some(())?;
        let table = cx.display(&alter.name);
        let found = cx.finding(at, effect.id, Harm::BreaksCode).says(
            format!("the rows of {table} are gone from queries of {parent} that running code asks"),
            format!("what asks {parent} does not see {table} from the commit on"),
        );
        Some(found.effects([effect]).remedy(Remedy::ReleaseFirst).build())
    });
    found.collect()
}
