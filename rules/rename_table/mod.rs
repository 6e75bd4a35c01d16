//! Renaming or moving a table breaks code that knows its old name.

use crate::finding::{Finding, Harm, Level, Remedy};
use crate::ir::{Action, AlterAction, AlterTable, Family, Name, ObjectKind, RelationKind};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity};

pub const RULE: Rule = Rule {
    category: Category::Compatibility,
    severity: Severity::ByCase(Level::Error),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::On(&[Family::AlterTable, Family::Object], check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    if let Action::RenameObject(renamed) = &cx.statement.action {
        let is_schema = renamed.kind == ObjectKind::Schema;
        let found = is_schema.then(|| schema(cx, &renamed.name, &renamed.to.name));
        return found.flatten().into_iter().collect();
    }
    cx.subcommands()
        .filter_map(|(at, alter, action)| match action {
            AlterAction::RenameTo(to) => finding(cx, alter, at, "renaming", to),
            AlterAction::SetSchema(to) => finding(cx, alter, at, "moving", to),
            _ => None,
        })
        .collect()
}

fn finding(
    cx: &Context<'_>,
    alter: &AlterTable,
    command: usize,
    doing: &str,
    to: &str,
) -> Option<Finding> {
    let relation = cx.catalog.find(&alter.name)?;
    if relation.kind == RelationKind::Sequence {
        return sequence(cx, alter, command, (doing, to));
    }
    let effect = cx.on_earlier(&alter.name)?;
    // A view or another table takes its place: old code goes on.
    if cx.is_made_later(&alter.name) {
        return None;
    }
    let table = cx.display(&alter.name);
    let label = match doing {
        "moving" => format!("{table} is in schema {to} at commit"),
        _ => format!("{table} is {to} at commit; old code fails from then on, new code before"),
    };
    let found = cx
        .finding(command, effect.id, Harm::BreaksCode)
        .says(
            format!("{doing} {table} breaks every query of running code that names it"),
            label,
        )
        .effects([effect])
        .remedy(Remedy::KeepTableName);
    Some(found.build())
}

/// A sequence that a column owns is asked for by its default alone, as a rule, and that goes on.
fn sequence(
    cx: &Context<'_>,
    alter: &AlterTable,
    command: usize,
    (doing, to): (&str, &str),
) -> Option<Finding> {
    let relation = cx.catalog.find(&alter.name)?;
    let effect = cx
        .effect(relation.id)
        .filter(|effect| cx.is_earlier(effect))?;
    if cx.is_made_later(&alter.name) {
        return None;
    }
    let level = match relation.table {
        Some(_) => Level::Info,
        None => Level::Warning,
    };
    let name = relation.display_name();
    let found = cx
        .finding(command, effect.id, Harm::BreaksCode)
        .level(level)
        .says(
            format!("{doing} {name} breaks running code that takes its values by nextval"),
            format!("{name} is {to} at commit; defaults of columns go on"),
        );
    Some(
        found
            .effects([effect])
            .remedy(Remedy::KeepObjectName)
            .build(),
    )
}

/// A schema takes along the names of all that is in it.
fn schema(cx: &Context<'_>, name: &Name, to: &str) -> Option<Finding> {
    // A new schema of that name is empty, another that takes it may hold the same.
    let made_later = matches!(
        cx.made_later(ObjectKind::Schema, name),
        Some(Action::RenameObject(_))
    );
    if !cx.catalog.is_deployed_object(ObjectKind::Schema, name) || made_later {
        return None;
    }
    let from = &name.name;
    let found = cx.finding_of_statement(Harm::BreaksCode).says(
        format!(
            "renaming schema {from} breaks every query of running code that names what is in it"
        ),
        format!("{from} is {to} at commit, for search_path too"),
    );
    Some(found.remedy(Remedy::KeepObjectName).build())
}
