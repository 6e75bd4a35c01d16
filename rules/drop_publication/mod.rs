//! Without its publication a subscriber stands still.

use crate::finding::{Finding, Harm, Level, Names, Remedy};
use crate::ir::{Action, Family, Name, ObjectKind};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity};

pub const RULE: Rule = Rule {
    category: Category::Compatibility,
    severity: Severity::Always(Level::Warning),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::On(&[Family::Drop], check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    let Action::Drop(drop) = &cx.statement.action else {
        return Vec::new();
    };
    if drop.kind != ObjectKind::Publication {
        return Vec::new();
    }
    let kind = ObjectKind::Publication;
    let lasting = |name: &&Name| {
        let missing = drop.if_exists && cx.catalog.is_surely_missing_object(kind, name);
        !missing && cx.catalog.is_deployed_object(kind, name) && cx.made_later(kind, name).is_none()
    };
    let names: Names = drop
        .names
        .iter()
        .filter(lasting)
        .map(|name| &name.name)
        .collect();
    if names.is_empty() {
        return Vec::new();
    }
    let found = cx.finding_of_statement(Harm::BreaksCode).says(
        format!(
            "dropping {names} stops every subscriber of it, which then keeps WAL on this server"
        ),
        format!("{names} is gone at commit"),
    );
    vec![found.remedy(Remedy::DropLater { column: false }).build()]
}
