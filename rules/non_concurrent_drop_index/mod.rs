//! DROP INDEX without CONCURRENTLY: while it waits for its lock, everybody who uses the table queues up behind it.

use crate::finding::{Finding, Harm, Level, Names, Remedy};
use crate::ir::Action;
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity, lock_text, waiting_text};

pub const RULE: Rule = Rule {
    category: Category::Blocking,
    severity: Severity::Always(Level::Warning),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    finding(cx).into_iter().collect()
}

fn finding(cx: &Context<'_>) -> Option<Finding> {
    let Action::Drop(drop) = &cx.statement.action else {
        return None;
    };
    if cx.step.gives_up || !cx.could_be_concurrent() {
        return None;
    }
    let locked = cx.makes_queues();
    let first = locked.first()?;
    let names = drop.names.iter().map(|name| cx.display(name));
    let names: Names = names.collect();
    let found = cx
        .finding(0, first.id, Harm::Queue)
        .says(
            format!(
                "dropping {names} without CONCURRENTLY makes all {} queue up while it waits for its lock",
                waiting_text(&locked)
            ),
            format!(
                "{}: one long query or open transaction is enough",
                lock_text(&locked)
            ),
        )
        .effects(locked.iter().copied())
        .remedy(Remedy::DropIndexConcurrently);
    Some(found.build())
}
