//! A database that is dropped is gone with all that is in it.

use crate::finding::{Finding, Harm, Level, Names, Remedy};
use crate::ir::{Action, Family, ObjectKind};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity};

pub const RULE: Rule = Rule {
    category: Category::Data,
    severity: Severity::Always(Level::Error),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::On(&[Family::Drop], check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    let Action::Drop(drop) = &cx.statement.action else {
        return Vec::new();
    };
    if drop.kind != ObjectKind::Database {
        return Vec::new();
    }
    let names: Names = drop.names.iter().map(|name| &name.name).collect();
    let found = cx.finding_of_statement(Harm::LosesData).says(
        format!("database {names} is gone with all that is in it"),
        "there is no way back but a backup",
    );
    vec![found.remedy(Remedy::DropByName).build()]
}
