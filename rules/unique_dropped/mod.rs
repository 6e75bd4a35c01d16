//! Without a unique index ON CONFLICT fails, and duplicates get in.

use crate::finding::{Finding, Harm, Level, Remedy};
use crate::ir::{
    Action, AlterAction, AlterTable, ConstraintKind, IndexColumn, ObjectKind, RelationKind,
};
use crate::postgres::{Version, object_name};
use crate::rule::{Category, Context, Kind, Rule, Severity};
use crate::schema::Relation;

pub const RULE: Rule = Rule {
    category: Category::Compatibility,
    severity: Severity::ByCase(Level::Warning),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::Check(check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    if let Action::Drop(drop) = &cx.statement.action {
        if drop.kind != ObjectKind::Relation(RelationKind::Index) {
            return Vec::new();
        }
        let indexes = drop.names.iter().filter_map(|name| cx.catalog.find(name));
        return indexes
            .filter_map(|index| dropped_index(cx, index))
            .collect();
    }
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
    let Some(constraint) = table.constraint(name) else {
        let primary = object_name(&table.name, "", "pkey") == name;
        return (!table.complete && !primary).then(|| unknown(cx, command, table, name));
    };
    let ConstraintKind::Unique { columns, .. } = &constraint.kind else {
        return None;
    };
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    if cx.has_like_key(table, &columns, constraint.index) {
        return None;
    }
    finding(cx, command, table, &columns)
}

fn dropped_index(cx: &Context<'_>, index: &Relation) -> Option<Finding> {
    let definition = index.definition.as_ref().filter(|index| index.unique)?;
    let table = cx.catalog.get(index.table?);
    // The index of a constraint goes with that alone: the server refuses.
    if table
        .constraints
        .iter()
        .any(|constraint| constraint.index == Some(index.id))
    {
        return None;
    }
    if !cx.catalog.is_deployed(index.created) || !cx.catalog.is_deployed(table.created) {
        return None;
    }
    let named = definition
        .elements
        .iter()
        .map(|element| match &element.column {
            IndexColumn::Column(name) => Some(name.as_str()),
            IndexColumn::Expression(_) => None,
        });
    let columns = named.collect::<Option<Vec<&str>>>();
    let plain = columns.as_ref().filter(|_| definition.predicate.is_none());
    if plain.is_some_and(|columns| cx.has_like_key(table, columns, Some(index.id))) {
        return None;
    }
    finding(cx, 0, table, &columns.unwrap_or_default())
}

fn finding(
    cx: &Context<'_>,
    command: usize,
    table: &Relation,
    columns: &[&str],
) -> Option<Finding> {
    let effect = cx.effect(table.id)?;
    let (name, columns) = (table.display_name(), columns.join(", "));
    let on = if columns.is_empty() {
        "its expression".to_owned()
    } else {
        columns
    };
    let level = if cx.catalog.is_unused(table, None) {
        Level::Info
    } else {
        Level::Warning
    };
    let found = cx.finding(command, effect.id, Harm::BreaksCode).level(level).says(
        format!("INSERT ... ON CONFLICT ({on}) of running code fails on {name}, and duplicates get in"),
        format!("no unique index on {on} is left"),
    );
    Some(found.effects([effect]).remedy(Remedy::KeepKey).build())
}

fn unknown(cx: &Context<'_>, command: usize, table: &Relation, name: &str) -> Finding {
    let on = table.display_name();
    let found = cx
        .finding(command, table.id, Harm::BreaksCode)
        .level(Level::Info)
        .says(
            format!("if {name} is UNIQUE, INSERT ... ON CONFLICT of running code fails on {on}"),
            "what it demands is not known: the history does not make it",
        );
    found
        .effects(cx.effect(table.id))
        .remedy(Remedy::KeepKey)
        .build()
}
