//! A migration that uses a model as it is today, against the table as it was then.

use crate::finding::{Finding, Harm, Level};
use crate::ir::Habit;
use crate::postgres::Version;
use crate::rule::{Category, Kind, Rule, Severity, Whole};

pub const RULE: Rule = Rule {
    category: Category::Failure,
    severity: Severity::Always(Level::Warning),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Migration(check),
};

fn check(cx: &Whole<'_>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, habit) in cx.outline.iter().flat_map(|outline| &outline.habits) {
        let Habit::ModelOfToday(model) = habit else {
            continue;
        };
        let (app, name) = model.split_once('.').unwrap_or(("", model));
        let found = cx
            .finding_at(*at, Harm::Fails)
            .says(
                format!("{model} is the model of today: with its next field this migration fails on every database that is made from nothing"),
                "names columns that the table does not have yet when this runs",
            )
            .help(format!("ask for it as it was: apps.get_model(\"{app}\", \"{name}\")"));
        findings.push(found.build());
    }
    findings
}
