//! Dropping an extension breaks code that calls its functions, or names its types.

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

const EXTENSION: ObjectKind = ObjectKind::Extension;

fn check(cx: &Context<'_>) -> Vec<Finding> {
    let Action::Drop(drop) = &cx.statement.action else {
        return Vec::new();
    };
    if drop.kind != EXTENSION {
        return Vec::new();
    }
    let gone = drop.names.iter().filter(|name| {
        let missing = drop.if_exists && cx.catalog.is_surely_missing_object(EXTENSION, name);
        !missing && is_gone(cx, name)
    });
    let names: Names = gone.map(ToString::to_string).collect();
    if names.is_empty() {
        return Vec::new();
    }
    let label = if drop.cascade {
        "its functions and types are gone at commit, and what is made of them"
    } else {
        "its functions and types are gone at commit"
    };
    let found = cx.finding_of_statement(Harm::BreaksCode).says(
        format!("dropping {names} breaks running code that calls its functions or names its types"),
        label,
    );
    let remedy = Remedy::DropLater { column: false };
    vec![found.remedy(remedy).build()]
}

/// Whether code that runs may use it, and it is not there behind the migration.
fn is_gone(cx: &Context<'_>, name: &Name) -> bool {
    let mut again = cx.all_made_later(EXTENSION, name);
    cx.catalog.is_deployed_object(EXTENSION, name) && again.next().is_none()
}
