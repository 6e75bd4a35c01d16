//! A label of an enum is used in the transaction that has added it.

use crate::effects::NEW_LABEL;
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
            Family::Rows,
        ],
        check,
    ),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    let refusals = cx.step.refusals.iter();
    let own = refusals.filter(|refusal| refusal.sqlstate == NEW_LABEL);
    own.map(|refusal| cx.refused(refusal)).collect()
}
