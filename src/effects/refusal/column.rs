//! Columns: there already, not there, needed by something, or not fit for what is done to them.

use super::altering::{Altering, altered};
use super::dependents::refused;
use super::refused::{Mend, Refusal};
use super::scene::is_system_column;
use super::{constraint, types, words};
use crate::ir::{AlterAction, ColumnDef, ConstraintKind, IndexColumn};
use crate::postgres::quote;
use crate::schema::{Column, Relation};

pub(super) fn add(cx: Altering<'_>, new: &ColumnDef, if_not_exists: bool) -> Option<Refusal> {
    let (name, table) = (&new.name, &cx.relation.name);
    if is_system_column(name) {
        let message = format!("column name \"{name}\" conflicts with a system column name");
        return Some(Refusal::new("42701", message, Mend::WriteOtherwise));
    }
    if cx.relation.bound.is_some() && cx.relation.created.is_some() {
        let message = "cannot add column to a partition".to_owned();
        return Some(Refusal::new("42809", message, Mend::OnParent));
    }
    let there = cx.relation.column(name).is_some() && !cx.is_changed_beside(name);
    if there && !if_not_exists {
        let message = format!("column \"{name}\" of relation \"{table}\" already exists");
        return Some(Refusal::new("42701", message, Mend::Exists).about(name));
    }
    if there {
        return None;
    }
    let misspelled = new
        .ty
        .as_ref()
        .and_then(|ty| types::misspelled(cx.scene, ty));
    let mut constraints = new.constraints.iter();
    misspelled.or_else(|| constraints.find_map(|one| constraint::add_with(cx, one, Some(new))))
}

/// That a relation has no such column.
pub(super) fn missing(cx: Altering<'_>, column: &str) -> Option<Refusal> {
    let lacks = cx.scene.lacks(cx.relation, column) && !cx.is_changed_beside(column);
    lacks.then(|| {
        let message = format!(
            "column \"{column}\" of relation \"{}\" does not exist",
            cx.relation.name
        );
        Refusal::new("42703", message, Mend::Missing)
    })
}

pub(super) fn drop(
    cx: Altering<'_>,
    column: &str,
    if_exists: bool,
    cascade: bool,
) -> Option<Refusal> {
    let absent = missing(cx, column);
    if absent.is_some() {
        return absent.filter(|_| !if_exists);
    }
    cx.relation.column(column)?;
    if divides(cx.relation, column) {
        let message = format!(
            "cannot drop column \"{column}\" because it is part of the partition key of relation \"{}\"",
            cx.relation.name
        );
        return Some(Refusal::new("42P16", message, Mend::WriteOtherwise));
    }
    if is_inherited(cx, column) {
        let message = format!("cannot drop inherited column \"{column}\"");
        return Some(Refusal::new("42P16", message, Mend::OnParent));
    }
    if cascade || cx.statement.commands.len() > 1 {
        return None;
    }
    let dependent = cx.scene.column_dependent(cx.relation, column)?;
    let table = words::described(cx.scene, cx.relation);
    let described = format!("column {} of {table}", quote(column));
    Some(refused(&described, &dependent).about(column))
}

/// Whether rows find their partition by a column.
pub(super) fn divides(relation: &Relation, column: &str) -> bool {
    let keys = relation.partitioning.as_ref().map(|by| &by.keys);
    keys.into_iter().flatten().any(|key| match &key.column {
        IndexColumn::Column(name) => name == column,
        IndexColumn::Expression(expr) => expr.node.names_column(column),
    })
}

/// Whether a column comes from a parent.
pub(super) fn is_inherited(cx: Altering<'_>, column: &str) -> bool {
    let mut parents = cx
        .relation
        .parents
        .iter()
        .map(|id| cx.scene.catalog.get(*id));
    parents.any(|parent| cx.scene.catalog.is_sure(parent) && parent.column(column).is_some())
}

pub(super) fn rename(cx: Altering<'_>, from: &str, to: &str) -> Option<Refusal> {
    if cx.scene.lacks(cx.relation, from) {
        let message = format!("column \"{from}\" does not exist");
        return Some(Refusal::new("42703", message, Mend::Missing));
    }
    let taken = cx.relation.column(to).is_some() && cx.relation.column(from).is_some();
    taken.then(|| {
        let message = format!(
            "column \"{to}\" of relation \"{}\" already exists",
            cx.relation.name
        );
        Refusal::new("42701", message, Mend::Exists).about(to)
    })
}

/// What is done to a column that is there.
pub(super) fn alter(cx: Altering<'_>, action: &AlterAction) -> Option<Refusal> {
    let name = altered(action)?;
    let absent = missing(cx, name);
    if absent.is_some() {
        return absent;
    }
    let column = cx.scene.column(cx.relation, name);
    let column = column.filter(|_| !cx.is_altered_beside(name))?;
    let what = format!("column \"{name}\" of relation \"{}\"", cx.relation.name);
    match action {
        AlterAction::SetDefault { .. } if column.identity => Some(identity(&what)),
        AlterAction::SetDefault { .. } | AlterAction::DropDefault { .. }
            if column.generated.is_some() =>
        {
            let message = format!("{what} is a generated column");
            Some(Refusal::new("42601", message, Mend::WriteOtherwise))
        }
        AlterAction::DropNotNull { .. } if is_key(cx.relation, name) => {
            let message = format!("column \"{name}\" is in a primary key");
            let mend = Mend::ColumnFirst("drop the primary key first");
            Some(Refusal::new("42P16", message, mend))
        }
        AlterAction::DropNotNull { .. } if column.identity => Some(identity(&what)),
        AlterAction::AddIdentity { .. } => add_identity(&what, column),
        AlterAction::SetIdentity { .. }
        | AlterAction::DropIdentity {
            if_exists: false, ..
        } if !column.identity => {
            let message = format!("{what} is not an identity column");
            Some(Refusal::new("55000", message, Mend::WriteOtherwise))
        }
        _ => None,
    }
}

fn identity(what: &str) -> Refusal {
    let message = format!("{what} is an identity column");
    let mend = Mend::ColumnFirst("drop its identity first");
    Refusal::new("42601", message, mend)
}

fn add_identity(what: &str, column: &Column) -> Option<Refusal> {
    if column.identity {
        let message = format!("{what} is already an identity column");
        return Some(Refusal::new("55000", message, Mend::Exists));
    }
    let (why, first) = if !column.not_null {
        (
            "must be declared NOT NULL before identity can be added",
            "make the column NOT NULL first",
        )
    } else if column.default.is_some() {
        ("already has a default value", "drop its default first")
    } else {
        return None;
    };
    let mend = Mend::ColumnFirst(first);
    Some(Refusal::new("55000", format!("{what} {why}"), mend))
}

fn is_key(relation: &Relation, column: &str) -> bool {
    let key = relation.primary_key();
    key.is_some_and(|key| match &key.kind {
        ConstraintKind::PrimaryKey { columns, .. } => columns.iter().any(|name| name == column),
        _ => false,
    })
}
