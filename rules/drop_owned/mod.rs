//! DROP OWNED takes whatever a role owns, and no migration says what that is.

use crate::finding::{Finding, Harm, Level, Names, Remedy};
use crate::ir::{Action, Family};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity};

pub const RULE: Rule = Rule {
    category: Category::Data,
    severity: Severity::Always(Level::Error),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::On(&[Family::Owned], check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    let Action::Owned {
        drop: true, roles, ..
    } = &cx.statement.action
    else {
        return Vec::new();
    };
    let names: Names = roles.iter().collect();
    let found = cx.finding_of_statement(Harm::LosesData).says(
        format!("all that {names} owns in this database is gone, tables with all their rows, and what it was granted"),
        "there is no way back but a backup",
    );
    vec![found.remedy(Remedy::DropByName).build()]
}
