//! A table that loses its primary key loses what identifies its rows.

use crate::finding::{Finding, Harm, Level, Remedy};
use crate::ir::{AlterAction, AlterTable, ConstraintKind};
use crate::postgres::{Version, object_name};
use crate::rule::{Category, Context, Kind, Rule, Severity};
use crate::schema::Relation;

pub const RULE: Rule = Rule {
    category: Category::Compatibility,
    severity: Severity::ByCase(Level::Error),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    let found = cx
        .subcommands()
        .filter_map(|(at, alter, action)| match action {
            AlterAction::DropConstraint { name, .. } => dropped(cx, alter, at, name),
            _ => None,
        });
    found.collect()
}

fn dropped(cx: &Context<'_>, alter: &AlterTable, command: usize, name: &str) -> Option<Finding> {
    let effect = cx.on_earlier(&alter.name)?;
    let table = cx.catalog.get(effect.id);
    let columns = key(table, name)?;
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let index = table.constraint(name).and_then(|key| key.index);
    let same = !columns.is_empty() && cx.has_like_key(table, &columns, index);
    let keyed = cx.subcommands_to(&alter.name).any(|action| {
        matches!(action, AlterAction::AddConstraint(new) if matches!(new.kind, ConstraintKind::PrimaryKey { .. }))
    });
    if same && keyed {
        return None;
    }
    let unused = cx.catalog.is_unused(table, None);
    let (name, on) = (table.display_name(), columns.join(", "));
    let on = if on.is_empty() {
        "the key".to_owned()
    } else {
        on
    };
    let level = match (unused, keyed) {
        (true, _) => Level::Info,
        (false, true) => Level::Warning,
        (false, false) => Level::Error,
    };
    let left = if keyed {
        format!("another key takes its place, which ON CONFLICT ({on}) does not find")
    } else {
        "nothing identifies its rows any more, for replication neither".to_owned()
    };
    let found = cx
        .finding(command, effect.id, Harm::BreaksCode)
        .level(level)
        .says(
            format!("without its primary key {name} breaks INSERT ... ON CONFLICT of running code"),
            left,
        );
    Some(found.effects([effect]).remedy(Remedy::KeepKey).build())
}

/// The columns of the primary key that is called so; none where only the name tells that it is one.
fn key(table: &Relation, name: &str) -> Option<Vec<String>> {
    match table.constraint(name).map(|constraint| &constraint.kind) {
        Some(ConstraintKind::PrimaryKey { columns, .. }) => Some(columns.clone()),
        Some(_) => None,
        None => {
            let usual = object_name(&table.name, "", "pkey");
            (!table.complete && usual == name).then(Vec::new)
        }
    }
}
