//! A column that must be given a value breaks code that does not give it one.

use crate::finding::{Finding, Harm, Level, Names, Remedy};
use crate::ir::{
    Action, AlterAction, AlterTable, DomainChange, Drop, Family, Name, ObjectKind, TypeName,
};
use crate::postgres::Version;
use crate::rule::{Category, Context, Kind, Rule, Severity};
use crate::schema::{Attached, Column, Object, Relation, RelationId};
use std::collections::BTreeSet;

pub const RULE: Rule = Rule {
    category: Category::Compatibility,
    severity: Severity::ByCase(Level::Error),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::On(&[Family::AlterTable, Family::Drop, Family::Type], check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    match &cx.statement.action {
        Action::Drop(drop) => return [with_defaults(cx, drop), with_triggers(cx, drop)].concat(),
        Action::AlterDomain {
            name,
            change: DomainChange::DropDefault,
            ..
        } => return of_domain(cx, name),
        _ => {}
    }
    let found = cx
        .subcommands()
        .filter_map(|(at, alter, action)| match action {
            AlterAction::DropDefault { column }
                if is_required(cx, alter, column, |column| column.not_null) =>
            {
                new_column(cx, alter, at, column)
            }
            AlterAction::DropDefault { column } => loses_default(cx, alter, at, column),
            AlterAction::SetDefault { column, default } if default.node.is_null() => {
                loses_default(cx, alter, at, column)
            }
            AlterAction::DropIdentity { column, .. } => loses_identity(cx, alter, at, column),
            // Else it fails on the rows that are there.
            AlterAction::AddColumn { column, .. }
                if cx.needs_value(column) && cx.is_emptied(&alter.name) =>
            {
                let filled = cx
                    .catalog
                    .find(&alter.name)
                    .is_some_and(|table| cx.catalog.is_filled(table, &column.name));
                new_column(cx, alter, at, &column.name).filter(|_| !filled)
            }
            AlterAction::SetNotNull { column }
                if is_required(cx, alter, column, |column| column.default.is_none()) =>
            {
                new_column(cx, alter, at, column)
            }
            _ => None,
        });
    found.collect()
}

/// Whether the migration itself has added the column, so that the code that is running does not know it, and INSERT then has to name it.
fn is_required(
    cx: &Context<'_>,
    alter: &AlterTable,
    name: &str,
    known: fn(&Column) -> bool,
) -> bool {
    let relation = cx.catalog.find(&alter.name);
    let column = relation.and_then(|relation| relation.column(name));
    let needed = |column: &Column| known(column) && !column.identity && column.generated.is_none();
    let filled = relation.is_some_and(|relation| cx.catalog.is_filled(relation, name));
    cx.is_new_column(&alter.name, name) && column.is_some_and(needed) && !filled
}

fn new_column(
    cx: &Context<'_>,
    alter: &AlterTable,
    command: usize,
    column: &str,
) -> Option<Finding> {
    let effect = cx.on_earlier(&alter.name)?;
    if cx.is_filled_later(&alter.name, column) {
        return None;
    }
    let table = cx.display(&alter.name);
    let mut found = cx
        .finding(command, effect.id, Harm::BreaksCode)
        .says(
            format!("{table}.{column} breaks every INSERT of running code, which does not know it"),
            format!("from the commit on {column} needs a value, and has no default"),
        )
        .effects([effect])
        .remedy(Remedy::KeepDefault);
    // Whoever fills it anew knows how it looks, and so does a trigger that is made anew: tables of events get their rows from there.
    if cx.is_emptied(&alter.name) || cx.is_inserted_by_trigger_later(&alter.name, column) {
        found = found.level(Level::Info);
    }
    Some(found.build())
}

/// A column that was there before gives up its default.
fn loses_default(
    cx: &Context<'_>,
    alter: &AlterTable,
    command: usize,
    name: &str,
) -> Option<Finding> {
    let table = cx.catalog.find(&alter.name)?;
    let known = table.column(name).filter(|column| column.ty.is_some());
    match known {
        Some(column) if !column.not_null || column.default.is_none() => None,
        Some(_) => lost(cx, &alter.name, command, (table, name), Level::Error),
        // Whether it is NOT NULL, the history does not tell.
        None if table.complete => None,
        None => lost(cx, &alter.name, command, (table, name), Level::Warning),
    }
}

fn loses_identity(
    cx: &Context<'_>,
    alter: &AlterTable,
    command: usize,
    name: &str,
) -> Option<Finding> {
    let table = cx.catalog.find(&alter.name)?;
    let known = table.column(name).filter(|column| column.ty.is_some());
    // IF EXISTS passes over what is none.
    if known.is_some_and(|column| !column.identity) {
        return None;
    }
    lost(cx, &alter.name, command, (table, name), Level::Error)
}

/// Columns whose default goes with the sequence or function that it calls, by CASCADE.
fn with_defaults(cx: &Context<'_>, drop: &Drop) -> Vec<Finding> {
    if !drop.cascade {
        return Vec::new();
    }
    let reach = cx.catalog.reach(cx.catalog.dropped_by(drop), true);
    let relations = reach.objects.iter().filter_map(|object| match object {
        Object::Relation(id) => Some(*id),
        _ => None,
    });
    let gone: BTreeSet<RelationId> = relations.collect();
    let lost = reach.defaults.iter().filter_map(|(id, name)| {
        let table = cx.catalog.get(*id);
        let required = table.column(name).is_some_and(|column| column.not_null);
        if !required || gone.contains(id) {
            return None;
        }
        lost(cx, &table.full_name(), 0, (table, name), Level::Error)
    });
    lost.collect()
}

/// Columns that a trigger filled which goes, by itself or with its function.
fn with_triggers(cx: &Context<'_>, drop: &Drop) -> Vec<Finding> {
    let named = |name: &str| drop.names.iter().any(|gone| gone.name == name);
    let gone = |one: &Attached| match drop.kind {
        ObjectKind::Trigger => one.name.as_ref().is_some_and(|name| named(name)),
        ObjectKind::Function => drop.cascade && one.calls.iter().any(|call| named(call)),
        _ => false,
    };
    if !matches!(drop.kind, ObjectKind::Trigger | ObjectKind::Function) {
        return Vec::new();
    }
    let mut found = Vec::new();
    for effect in &cx.step.effects {
        let table = cx.catalog.get(effect.id);
        for column in table.columns.iter() {
            let empty = column.default.is_none() && !column.identity && column.generated.is_none();
            let name = &column.name;
            if column.not_null
                && empty
                && cx.catalog.is_filled(table, name)
                && !cx.catalog.is_filled_without(table, name, gone)
                && !is_made_again(cx, table)
            {
                found.extend(broken(cx, 0, (table, name), Level::Error));
            }
        }
    }
    found
}

/// Whether the migration makes another trigger that may fill columns.
fn is_made_again(cx: &Context<'_>, table: &Relation) -> bool {
    let mut later = cx.done_later(&table.full_name());
    later.any(|action| {
        let kind = ObjectKind::Trigger;
        matches!(action, Action::CreateOn { kind: made, uses, .. } if *made == kind && uses.fires.before)
    })
}

/// Columns of a domain that has no default any more.
fn of_domain(cx: &Context<'_>, name: &Name) -> Vec<Finding> {
    let reach = cx
        .catalog
        .reach(vec![Object::Type(name.name.clone())], true);
    let known = cx.catalog.domain(&TypeName::simple(name.name.clone()));
    let given = known.and_then(|domain| domain.default.as_ref());
    if known.is_some() && given.is_none() {
        return Vec::new();
    }
    let columns = reach.objects.iter().filter_map(|object| {
        let Object::Column(id, column) = object else {
            return None;
        };
        let table = cx.catalog.get(*id);
        let known = table.column(column)?;
        let own = known.default.as_ref();
        let valued = own.is_some() && own != given || cx.catalog.is_filled(table, column);
        let new = cx.is_new_column(&table.full_name(), column);
        (known.not_null && !valued && !new && cx.catalog.is_deployed(table.created))
            .then(|| format!("{}.{column}", table.display_name()))
    });
    let columns: Names = columns.collect();
    if columns.is_empty() {
        return Vec::new();
    }
    let found = cx.finding_of_statement(Harm::BreaksCode).says(
        format!("{columns} breaks every INSERT of running code that leaves it out"),
        format!("from the commit on {} gives no value", name.name),
    );
    vec![found.remedy(Remedy::KeepDefault).build()]
}

/// That INSERT has to name a column which it could leave out before.
fn lost(
    cx: &Context<'_>,
    called: &Name,
    command: usize,
    (table, column): (&Relation, &str),
    level: Level,
) -> Option<Finding> {
    if is_given_a_value(cx, called, (table, column)) {
        return None;
    }
    broken(cx, command, (table, column), level)
}

fn broken(
    cx: &Context<'_>,
    command: usize,
    (table, column): (&Relation, &str),
    level: Level,
) -> Option<Finding> {
    let effect = cx.effect(table.id).filter(|effect| cx.is_earlier(effect))?;
    if cx.is_new_column(&table.full_name(), column) {
        return None;
    }
    let (name, unsure) = (table.display_name(), level == Level::Warning);
    let when = if unsure { ", if it is NOT NULL" } else { "" };
    let level = if cx.catalog.is_unused(table, Some(column)) {
        Level::Info
    } else {
        level
    };
    let found = cx
        .finding(command, effect.id, Harm::BreaksCode)
        .level(level)
        .says(
            format!("{name}.{column} breaks every INSERT of running code that leaves it out{when}"),
            format!("from the commit on {column} needs a value, and has no default"),
        )
        .effects([effect])
        .remedy(Remedy::KeepDefault);
    Some(found.build())
}

/// Whether the migration sees to it that the column need not be named: by another default, before or after, or by a trigger.
fn is_given_a_value(cx: &Context<'_>, called: &Name, (table, name): (&Relation, &str)) -> bool {
    let mut others = cx.subcommands_to(called);
    let given = others.any(|action| match action {
        AlterAction::SetDefault { column, default } => column == name && !default.node.is_null(),
        AlterAction::AddIdentity { column }
        | AlterAction::DropNotNull { column }
        | AlterAction::DropColumn { column, .. } => column == name,
        _ => false,
    });
    let domain = table.column(name).and_then(|column| column.ty.as_ref());
    let domain = domain.and_then(|ty| cx.catalog.domain(ty));
    given
        || domain.is_some_and(|domain| domain.default.is_some())
        || cx.catalog.is_filled(table, name)
        || cx.is_filled_later(called, name)
}
