//! Dropping a schema with all that is in it takes what the history does not tell of.

use crate::finding::{Finding, Harm, Level, Names, Remedy};
use crate::ir::{Action, Family, Name, ObjectKind};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity};

pub const RULE: Rule = Rule {
    category: Category::Compatibility,
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
    // Without CASCADE an empty one goes, or none.
    if drop.kind != ObjectKind::Schema || !drop.cascade {
        return Vec::new();
    }
    let named = drop.names.iter();
    let unclear: Vec<&Name> = named.filter(|name| is_unclear(cx, name)).collect();
    if unclear.is_empty() {
        return Vec::new();
    }
    let names: Names = unclear.iter().map(|name| &name.name).collect();
    let found = cx.finding_of_statement(Harm::BreaksCode).says(
        format!("dropping schema {names} takes along whatever is in it, which breaks running code that names it"),
        if unclear.iter().all(|name| has_functions(cx, name)) {
            format!("functions that code may call are in {names}")
        } else {
            format!("what is in {names} is not known: the history does not tell")
        },
    );
    vec![found.remedy(Remedy::DropByName).build()]
}

/// Whether functions are in a schema, or something may be that nobody knows of; of tables that are known another rule speaks.
fn is_unclear(cx: &Context<'_>, name: &Name) -> bool {
    let inside = |relation: &crate::schema::Relation| {
        relation.schema.as_ref() == Some(&name.name) && cx.catalog.is_deployed(relation.created)
    };
    if cx.catalog.living().any(inside) {
        return false;
    }
    let member = Name {
        schema: Some(name.name.clone()),
        name: String::new(),
    };
    if has_functions(cx, name) {
        return true;
    }
    match cx.catalog.made(ObjectKind::Schema, name) {
        Some(made) => cx.catalog.is_deployed(Some(made)) && cx.catalog.may_hide(&member),
        None => true,
    }
}

/// Whether functions are in a schema that code may call.
fn has_functions(cx: &Context<'_>, schema: &Name) -> bool {
    let catalog = cx.catalog;
    catalog.routines_in(&schema.name).any(|routine| {
        !routine.is_trigger && catalog.is_deployed_object(ObjectKind::Function, &routine.name)
    })
}
