//! An operation that cannot be undone, so that the way back from a release stops at it.

use crate::finding::{Finding, Harm, Level};
use crate::postgres::Version;
use crate::rule::{Category, Kind, Rule, Severity, Whole};

pub const RULE: Rule = Rule {
    category: Category::Failure,
    severity: Severity::Always(Level::Info),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Migration(check),
};

fn check(cx: &Whole<'_>) -> Vec<Finding> {
    let operations = cx.outline.iter().flat_map(|outline| &outline.operations);
    let found = operations.filter(|operation| operation.irreversible).map(|operation| {
        let found = cx.finding_at(operation.span, Harm::Fails).says(
            "there is no way back from this: to undo the release by its migrations stops here",
            "says nothing of how it is undone",
        );
        found
            .help("say how it is undone, or that nothing is to be done: reverse_sql, reverse_code, noop")
            .build()
    });
    found.collect()
}
