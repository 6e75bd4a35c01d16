//! What is done CONCURRENTLY and runs into a timeout leaves an invalid index, or a partition half detached.

use crate::finding::{Finding, Harm, Level};
use crate::ir::{Action, AlterAction};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity};
use crate::sizes::Class;

pub const RULE: Rule = Rule {
    category: Category::Failure,
    severity: Severity::ByCase(Level::Warning),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    finding(cx).into_iter().collect()
}

fn finding(cx: &Context<'_>) -> Option<Finding> {
    let (what, leaves) = leaves(&cx.statement.action)?;
    let timeouts = cx.step.timeouts;
    let (name, time) = match (timeouts.statement, timeouts.lock) {
        (Some(time), _) => ("statement_timeout", time),
        (None, Some(time)) => ("lock_timeout", time),
        (None, None) => return None,
    };
    let time = time.as_secs_f64();
    let reason = match name {
        "lock_timeout" => "it waits for every transaction that is older",
        _ => "it takes the longer the larger the table is",
    };
    let mut found = cx
        .finding_of_statement(Harm::Fails)
        .says(
            format!("{what} is broken off by {name} after {time} s, and leaves {leaves}"),
            reason,
        )
        .effects(&cx.step.effects)
        .help(format!("SET {name} = 0 before it"));
    let mut sizes = cx.step.effects.iter().map(|effect| effect.size());
    if sizes.all(|size| cx.sizes.class(size) == Class::Small) {
        found = found.level(Level::Info);
    }
    Some(found.build())
}

/// What it is called, and what is left of it when it is broken off.
fn leaves(action: &Action) -> Option<(&'static str, &'static str)> {
    match action {
        Action::CreateIndex(create) if create.concurrently => Some((
            "CREATE INDEX CONCURRENTLY",
            "an INVALID index, which is written to and never used",
        )),
        Action::Reindex {
            concurrently: true, ..
        } => Some((
            "REINDEX CONCURRENTLY",
            "a second, INVALID index, which is written to and never used",
        )),
        Action::Drop(drop) if drop.concurrently => Some((
            "DROP INDEX CONCURRENTLY",
            "the index INVALID: written to and never used",
        )),
        Action::AlterTable(alter) => alter.commands.iter().find_map(|command| {
            let detach = matches!(
                command.action,
                AlterAction::DetachPartition {
                    concurrently: true,
                    ..
                }
            );
            detach.then_some((
                "DETACH PARTITION CONCURRENTLY",
                "the partition half detached, to be ended by FINALIZE",
            ))
        }),
        _ => None,
    }
}
