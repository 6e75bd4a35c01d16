//! REFRESH MATERIALIZED VIEW without CONCURRENTLY stops whoever reads the view.

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
        let itself = work.part.reason == Reason::Refresh && work.effect.delays_users_itself();
        itself.then(|| Remedy::RefreshConcurrently {
            indexed: cx.has_unique_index(work.effect.id),
        })
    })
}
