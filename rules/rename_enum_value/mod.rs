//! A label of an enum that is called otherwise breaks code that writes the old one.

use crate::finding::{Finding, Harm, Level, Remedy};
use crate::ir::{Action, Family, ObjectKind};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity};

pub const RULE: Rule = Rule {
    category: Category::Compatibility,
    severity: Severity::Always(Level::Error),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::On(&[Family::Type], check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    let Action::AlterEnumRenameValue { name, from, to } = &cx.statement.action else {
        return Vec::new();
    };
    if !cx.catalog.is_deployed_object(ObjectKind::Type, name) {
        return Vec::new();
    }
    let found = cx.finding_of_statement(Harm::BreaksCode).says(
        format!("renaming '{from}' of {name} breaks every query of running code that names it"),
        format!("from the commit on {name} has no value '{from}', and '{to}' is read instead"),
    );
    vec![found.remedy(Remedy::KeepLabel).build()]
}
