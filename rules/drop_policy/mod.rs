//! Dropping a policy shuts out those whom it let through.

use crate::finding::{Finding, Harm, Level, Names, Remedy};
use crate::ir::{Action, Family, Name, ObjectKind};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity};
use crate::schema::Relation;

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
    let on = drop.on.as_ref().filter(|_| drop.kind == ObjectKind::Policy);
    let found = on.and_then(|on| finding(cx, on, &drop.names));
    found.into_iter().collect()
}

fn finding(cx: &Context<'_>, on: &Name, names: &[Name]) -> Option<Finding> {
    let table = cx.catalog.find(on)?;
    let secured = table.row_security.enabled || !table.complete;
    let deployed = cx.catalog.is_deployed(table.created);
    if !secured || !deployed || is_last(table, names) || is_replaced(cx, on) {
        return None;
    }
    let policies: Names = names.iter().map(ToString::to_string).collect();
    let table_name = table.display_name();
    let found = cx.finding(0, table.id, Harm::BreaksCode).says(
        format!(
            "without {policies} code loses rows of {table_name}, or its INSERT and UPDATE fail"
        ),
        "the other policies of the table need not let the same through",
    );
    Some(found.remedy(Remedy::MakePolicies).build())
}

/// Whether no other policy is known: of that `rls-without-policy` speaks.
fn is_last(table: &Relation, names: &[Name]) -> bool {
    let goes = |name: &str| names.iter().any(|gone| gone.name == name);
    let mut policies = table.attached.iter();
    !policies.any(|one| {
        one.kind == ObjectKind::Policy && one.name.as_deref().is_some_and(|name| !goes(name))
    })
}

/// Whether the migration makes policies for the table, before the statement or behind it.
fn is_replaced(cx: &Context<'_>, on: &Name) -> bool {
    let mut done = cx.done_to(on);
    done.any(|action| {
        matches!(
            action,
            Action::CreateOn {
                kind: ObjectKind::Policy,
                ..
            }
        )
    })
}
