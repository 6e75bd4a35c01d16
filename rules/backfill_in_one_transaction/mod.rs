//! Many rows that are written in one transaction stay locked until all of them are.

use crate::effects::Reason;
use crate::finding::{Finding, Remedy};
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
    cx.waits(|work| instead(cx, work).filter(|_| work.effect.delays_users_itself()))
}

fn instead(cx: &Context<'_>, work: &Blocking<'_>) -> Option<Remedy> {
    match work.part.reason {
        Reason::Rows => Some(Remedy::Batches {
            delete: cx.deletes(),
            key: cx.batched_by(),
        }),
        Reason::Batches => Some(Remedy::CommitBatches {
            in_code: cx.step.in_code,
        }),
        _ => None,
    }
}
