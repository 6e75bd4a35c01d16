//! Whatever else makes reads or writes wait for work that grows with a table.

use crate::effects::Reason;
use crate::finding::{Built, Finding, ForeignKey, NotValid, Remedy};
use crate::postgres::Version;
use crate::rule::{Blocking, Category, Context, Kind, Rule, Severity};

pub const RULE: Rule = Rule {
    category: Category::Blocking,
    severity: Severity::BySize,
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Fallback(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    cx.waits(|work| Some(instead(cx, work)))
}

fn instead(cx: &Context<'_>, work: &Blocking<'_>) -> Remedy {
    match work.part.reason {
        Reason::NotNull => Remedy::ProveNotNull(None),
        Reason::ForeignKey => {
            let later = Remedy::NotValid(NotValid::ForeignKey(ForeignKey::Any));
            cx.in_parts(work.part.command, later)
        }
        Reason::Index => Remedy::IndexConcurrently(Built::Implied),
        Reason::Query if cx.locks_rows() => Remedy::LockFewRows,
        _ => Remedy::Alone,
    }
}
