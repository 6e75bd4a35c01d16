//! A table is changed while deferred constraints or triggers still wait for rows that the transaction has written.

use crate::effects::PENDING_EVENTS;
use crate::finding::{Finding, Level};
use crate::ir::Family;
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity};

pub const RULE: Rule = Rule {
    category: Category::Failure,
    severity: Severity::Always(Level::Error),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::On(
        &[
            Family::AlterTable,
            Family::CreateIndex,
            Family::Drop,
            Family::Truncate,
            Family::Maintenance,
        ],
        check,
    ),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    let refusals = cx.step.refusals.iter();
    let own = refusals.filter(|refusal| refusal.sqlstate == PENDING_EVENTS);
    own.map(|refusal| cx.refused(refusal)).collect()
}
