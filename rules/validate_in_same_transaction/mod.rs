//! VALIDATE harms nobody, but not in the transaction that still holds the lock of ADD CONSTRAINT.

use crate::effects::Reason;
use crate::finding::{Finding, Remedy};
use crate::ir::AlterAction;
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity};

pub const RULE: Rule = Rule {
    category: Category::Blocking,
    severity: Severity::BySize,
    since: "0.1.0",
    formerly: &["blocking-work"],
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    cx.waits(|work| match cx.subcommand(work)? {
        AlterAction::ValidateConstraint { .. } if work.part.reason == Reason::Check => {
            Some(Remedy::ValidateLater)
        }
        _ => None,
    })
}
