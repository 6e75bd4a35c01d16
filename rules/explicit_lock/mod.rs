//! LOCK TABLE keeps others waiting until the transaction ends, however long that takes.

use crate::effects::Age;
use crate::finding::{Finding, Harm, Level, Remedy};
use crate::ir::{Action, Family};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity, lock_text, waiting_text};

pub const RULE: Rule = Rule {
    category: Category::Blocking,
    severity: Severity::ByCase(Level::Warning),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::On(&[Family::LockTable], check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    finding(cx).into_iter().collect()
}

fn finding(cx: &Context<'_>) -> Option<Finding> {
    let Action::LockTable { .. } = &cx.statement.action else {
        return None;
    };
    let mut locked: Vec<_> = cx.step.effects.iter().collect();
    locked.retain(|effect| effect.age == Age::Earlier && effect.blocks.has_everyday());
    let first = locked.first()?;
    let mut found = cx
        .finding(0, first.id, Harm::Queue)
        .says(
            format!(
                "LOCK TABLE keeps all {} waiting until the transaction ends",
                waiting_text(&locked)
            ),
            format!("{} until commit", lock_text(&locked)),
        )
        .effects(locked.iter().copied());
    if cx.step.gives_up {
        found = found
            .level(Level::Info)
            .help("keep what follows in this transaction short");
    } else {
        found = found.remedy(Remedy::LockTimeout {
            in_transaction: cx.step.in_transaction,
        });
    }
    Some(found.build())
}
