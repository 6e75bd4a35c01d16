//! REINDEX without CONCURRENTLY stops writes, and every query that plans with the index.

use crate::effects::Reason;
use crate::finding::{Finding, Remedy};
use crate::ir::Action;
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
    let is_reindex = matches!(cx.statement.action, Action::Reindex { .. });
    cx.waits(|work| {
        let rebuilt = is_reindex && work.part.reason == Reason::Reindex;
        rebuilt.then_some(Remedy::ReindexConcurrently)
    })
}
