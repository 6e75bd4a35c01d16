//! DETACH PARTITION without CONCURRENTLY: while it waits for its lock, everybody who uses the partitioned table queues up behind it.

use crate::finding::{Finding, Harm, Level, Remedy};
use crate::ir::AlterAction;
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
    let detached = cx
        .subcommands()
        .find_map(|(_, alter, action)| match action {
            AlterAction::DetachPartition { partition, .. } => Some((&alter.name, partition)),
            _ => None,
        });
    let (table, partition) = detached?;
    if cx.step.gives_up || !cx.could_be_concurrent() {
        return None;
    }
    let mut locked = cx.makes_queues();
    let table = cx.on_earlier(table)?;
    // That the partition itself is out of use for a moment is what was asked for.
    locked.retain(|effect| effect.id == table.id);
    let found = cx
        .finding(0, locked.first()?.id, Harm::Queue)
        .says(
            format!(
                "detaching {} without CONCURRENTLY makes all {} queue up while it waits for its lock",
                cx.display(partition),
                waiting_text(&locked)
            ),
            format!(
                "{}: one long query or open transaction is enough",
                lock_text(&locked)
            ),
        )
        .effects(locked.iter().copied())
        .remedy(Remedy::DetachConcurrently);
    Some(found.build())
}
