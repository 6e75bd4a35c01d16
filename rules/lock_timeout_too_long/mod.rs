//! A lock_timeout that is long lets everybody queue up for as long.

use crate::finding::{Finding, Harm, Level, Remedy};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity, lock_text, waiting_text};
use std::time::Duration;

pub const RULE: Rule = Rule {
    category: Category::Blocking,
    severity: Severity::ByCase(Level::Info),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

/// How long users are taken to be willing to wait.
const LONG: Duration = Duration::from_secs(10);

fn check(cx: &Context<'_>) -> Vec<Finding> {
    finding(cx).into_iter().collect()
}

fn finding(cx: &Context<'_>) -> Option<Finding> {
    let timeout = cx.step.timeouts.lock.filter(|timeout| *timeout > LONG)?;
    // The first lock of a transaction is where the timeout counts, and who is told of a long wait is not told of this one too.
    if !cx.step.held.is_empty() || !cx.blocking().is_empty() {
        return None;
    }
    let locked = cx.makes_queues();
    let first = locked.first()?;
    let seconds = timeout.as_secs();
    let mut found = cx
        .finding(0, first.id, Harm::Queue)
        .says(
            format!(
                "all {} queue up for up to {seconds} s behind this while it waits for its lock",
                waiting_text(&locked)
            ),
            format!("{}, with a lock_timeout of {seconds} s", lock_text(&locked)),
        )
        .effects(locked.iter().copied())
        .remedy(Remedy::LockTimeout {
            in_transaction: cx.step.in_transaction,
        });
    if locked.iter().any(|effect| effect.is_hot()) {
        found = found.level(Level::Warning);
    }
    Some(found.build())
}
