//! Statements that the server refuses in the state that the migrations before them have left.

use crate::effects::{NEW_LABEL, PENDING_EVENTS};
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
            Family::CreateRelation,
            Family::CreateIndex,
            Family::Drop,
            Family::Truncate,
            Family::Maintenance,
            Family::Attached,
            Family::Type,
            Family::Object,
            Family::Rows,
        ],
        check,
    ),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    let refusals = cx.step.refusals.iter();
    // These have rules of their own.
    let own = refusals
        .filter(|refusal| refusal.sqlstate != PENDING_EVENTS && refusal.sqlstate != NEW_LABEL);
    own.map(|refusal| cx.refused(refusal)).collect()
}
