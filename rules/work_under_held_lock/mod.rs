//! Work that would stop nobody is done while an earlier statement still keeps a table locked.

use crate::finding::{Finding, Remedy};
use crate::ir::AlterAction;
use crate::postgres::Version;
use crate::rule::{Blocking, Category, Context, Kind, Rule, Severity};

pub const RULE: Rule = Rule {
    category: Category::Blocking,
    severity: Severity::BySize,
    since: "0.1.0",
    formerly: &["blocking-work"],
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    let mut found = cx.waits(|work| is_harmless(cx, work).then_some(Remedy::AloneWithoutLocks));
    found.extend(cx.waits_elsewhere(Remedy::AloneWithoutLocks));
    found
}

/// Whether it would stop nobody by itself; of VALIDATE others speak.
fn is_harmless(cx: &Context<'_>, work: &Blocking<'_>) -> bool {
    let validates = matches!(
        cx.subcommand(work),
        Some(AlterAction::ValidateConstraint { .. })
    );
    !work.effect.delays_users_itself() && !validates
}
