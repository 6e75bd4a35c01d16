//! A type that is called otherwise, or comes back with fewer labels, breaks code that names it.

use crate::finding::{Finding, Harm, Level, Names, Remedy};
use crate::ir::{Action, Family, Name, ObjectKind};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity};

pub const RULE: Rule = Rule {
    category: Category::Compatibility,
    severity: Severity::ByCase(Level::Warning),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::On(&[Family::Object, Family::Drop], check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    let is_type = |kind| matches!(kind, ObjectKind::Type | ObjectKind::Domain);
    match &cx.statement.action {
        Action::RenameObject(renamed) if is_type(renamed.kind) => {
            let to = if renamed.to.name == renamed.name.name {
                renamed.to.to_string()
            } else {
                renamed.to.name.clone()
            };
            let taken = cx.made_later(ObjectKind::Type, &renamed.name).is_some();
            let found = if taken {
                fewer_labels(cx, &renamed.name)
            } else {
                renamed_to(cx, renamed.kind, &renamed.name, &to)
            };
            found.into_iter().collect()
        }
        Action::Drop(drop) if is_type(drop.kind) => {
            let names = drop.names.iter();
            names.filter_map(|name| fewer_labels(cx, name)).collect()
        }
        _ => Vec::new(),
    }
}

fn renamed_to(cx: &Context<'_>, kind: ObjectKind, name: &Name, to: &str) -> Option<Finding> {
    if !cx.catalog.is_deployed_object(kind, name) {
        return None;
    }
    let found = cx.finding_of_statement(Harm::BreaksCode).says(
        format!(
            "renaming type {name} breaks running code that casts to it, or asks the driver for it"
        ),
        format!("{name} is {to} at commit; columns of the type go on"),
    );
    Some(found.remedy(Remedy::KeepObjectName).build())
}

/// The labels of an enum that what takes its name has not.
fn fewer_labels(cx: &Context<'_>, name: &Name) -> Option<Finding> {
    let old = cx.catalog.labels(name)?;
    let new = match cx.made_later(ObjectKind::Type, name)? {
        Action::CreateEnum { labels, .. } => labels.as_slice(),
        Action::RenameObject(renamed) => cx.catalog.labels(&renamed.name)?,
        _ => return None,
    };
    if !cx.catalog.is_deployed_object(ObjectKind::Type, name) {
        return None;
    }
    let quoted = |label: &String| format!("'{label}'");
    let lost = old.iter().filter(|label| !new.contains(label));
    let lost: Names = lost.map(quoted).collect();
    if lost.is_empty() {
        return None;
    }
    let found = cx.finding_of_statement(Harm::BreaksCode).level(Level::Error).says(
        format!("{name} comes back without {lost}: every statement of running code that names it breaks"),
        format!("from the commit on {name} has no value {lost}"),
    );
    Some(found.remedy(Remedy::KeepLabel).build())
}
