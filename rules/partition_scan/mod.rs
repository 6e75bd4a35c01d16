//! Rows are compared with the bound of a partition that comes, unless a CHECK has proved them.

use crate::effects::Reason;
use crate::finding::{Finding, Remedy};
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
    cx.waits(|work| {
        let compared = work.part.reason == Reason::PartitionBound;
        compared.then(|| Remedy::ProveBound {
            default: cx.is_on_default_partition(work),
        })
    })
}
