//! SET LOCAL without a transaction is over when the statement is.

use crate::finding::{Finding, Harm, Level};
use crate::ir::{Action, Family};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity};

pub const RULE: Rule = Rule {
    category: Category::Failure,
    severity: Severity::Always(Level::Warning),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::On(&[Family::Set], check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    let Action::Set(set) = &cx.statement.action else {
        return Vec::new();
    };
    if !set.local || cx.step.in_transaction || cx.step.in_code || !cx.is_transaction_known() {
        return Vec::new();
    }
    let name = &set.name;
    let found = cx
        .finding_of_statement(Harm::Fails)
        .says(
            format!("SET LOCAL {name} does nothing here: no transaction is open"),
            "over when the statement is done; the server only warns",
        )
        .help(format!(
            "SET {name} without LOCAL, or run it in the transaction that it is for"
        ));
    vec![found.build()]
}
