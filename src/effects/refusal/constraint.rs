//! Constraints: there already, not there, needed, or such that the table cannot have them.

use super::altering::Altering;
use super::dependents::refused;
use super::refused::{Mend, Refusal};
use super::target::Target;
use super::{foreign_key, index, words};
use crate::ir::{AlterAction, ColumnDef, Constraint, ConstraintKind, ExprNode, Name};
use crate::postgres::keywords::is_reserved;
use crate::postgres::{Change, quote};
use crate::schema;

pub(super) fn add(cx: Altering<'_>, new: &Constraint) -> Option<Refusal> {
    add_with(cx, new, None)
}

/// A constraint that is added alone, or with a column.
pub(super) fn add_with(
    cx: Altering<'_>,
    new: &Constraint,
    column: Option<&ColumnDef>,
) -> Option<Refusal> {
    taken(cx, new)
        .or_else(|| second_key(cx, new))
        .or_else(|| using_index(cx, new))
        .or_else(|| of(&Target::altered(cx, column), new))
}

/// What is wrong with a constraint of a table, whatever else the table has.
pub(super) fn of(target: &Target<'_>, new: &Constraint) -> Option<Refusal> {
    match &new.kind {
        ConstraintKind::Check(expr) => unknown_column(target, &expr.node),
        ConstraintKind::Unique {
            columns,
            include,
            using_index: None,
            ..
        } => key(target, columns, include, "UNIQUE"),
        ConstraintKind::PrimaryKey {
            columns,
            include,
            using_index: None,
        } => key(target, columns, include, "PRIMARY KEY"),
        ConstraintKind::ForeignKey { .. } => foreign_key::refused(target, new),
        ConstraintKind::Exclude { method, .. } => index::exclusion(target, method),
        _ => None,
    }
}

fn key(target: &Target<'_>, columns: &[String], include: &[String], kind: &str) -> Option<Refusal> {
    let mut named = columns.iter().chain(include);
    if let Some(column) = named.find(|column| target.lacks(column)) {
        let message = format!("column \"{column}\" named in key does not exist");
        return Some(Refusal::new("42703", message, Mend::Missing));
    }
    let bare: Vec<&str> = columns.iter().map(String::as_str).collect();
    index::partition_key(target, Some(&bare), kind).or_else(|| {
        bare.iter()
            .find_map(|column| index::no_class(target, column, "btree"))
    })
}

/// A column that a condition names and the table lacks; words without parentheses may be functions, and the table's name is its row.
fn unknown_column(target: &Target<'_>, condition: &ExprNode) -> Option<Refusal> {
    let mut unknown = None;
    condition.walk(&mut |node| {
        if let ExprNode::Column(column) = node
            && column
                .table
                .as_deref()
                .is_none_or(|table| table == target.name)
            && !is_reserved(&column.name)
            && column.name != target.name
            && target.lacks(&column.name)
        {
            unknown = unknown.or(Some(&column.name));
        }
    });
    unknown.map(|column| {
        let message = format!("column \"{column}\" does not exist");
        Refusal::new("42703", message, Mend::Missing)
    })
}

/// Whether a constraint is one to the server: NOT NULL was none before 18.
fn counts(cx: Altering<'_>, known: &schema::Constraint) -> bool {
    let not_null = matches!(known.kind, ConstraintKind::NotNull { .. });
    !not_null || cx.scene.version.has(Change::NotNullIsConstraint)
}

/// A constraint, or for an index a relation, of the new one's name.
fn taken(cx: Altering<'_>, new: &Constraint) -> Option<Refusal> {
    let name = new
        .name
        .as_ref()
        .filter(|name| !cx.is_changed_beside(name))?;
    let known = cx.relation.constraint(name);
    if known.is_some_and(|known| counts(cx, known)) {
        let message = format!(
            "constraint \"{name}\" for relation \"{}\" already exists",
            cx.relation.name
        );
        return Some(Refusal::new("42710", message, Mend::Exists).about(name));
    }
    let makes_index = match &new.kind {
        ConstraintKind::Unique { using_index, .. }
        | ConstraintKind::PrimaryKey { using_index, .. } => using_index.is_none(),
        ConstraintKind::Exclude { .. } => true,
        _ => false,
    };
    let wanted = Name {
        schema: cx.relation.schema.clone(),
        name: name.clone(),
    };
    let relation = cx.scene.made(&wanted).filter(|_| makes_index)?;
    let message = format!("relation \"{}\" already exists", relation.name);
    Some(Refusal::new("42P07", message, Mend::Exists).about(name))
}

fn second_key(cx: Altering<'_>, new: &Constraint) -> Option<Refusal> {
    let is_key = matches!(new.kind, ConstraintKind::PrimaryKey { .. });
    let known = cx.relation.primary_key().filter(|_| is_key)?;
    let drops = |action: &AlterAction| match action {
        AlterAction::DropConstraint { name, .. } => *name == known.name,
        AlterAction::DropColumn { column, .. } => known.is_about(column),
        _ => false,
    };
    let mut commands = cx.statement.commands.iter();
    (!commands.any(|command| drops(&command.action))).then(|| {
        let message = format!(
            "multiple primary keys for table \"{}\" are not allowed",
            cx.relation.name
        );
        Refusal::new("42P16", message, Mend::OneKey)
    })
}

fn using_index(cx: Altering<'_>, new: &Constraint) -> Option<Refusal> {
    let (ConstraintKind::Unique {
        using_index: Some(name),
        ..
    }
    | ConstraintKind::PrimaryKey {
        using_index: Some(name),
        ..
    }) = &new.kind
    else {
        return None;
    };
    let wanted = Name {
        schema: cx.relation.schema.clone(),
        name: name.clone(),
    };
    let gone = cx.scene.gone(&wanted, "index", "42704");
    if gone.is_some() {
        let message = format!("index \"{name}\" does not exist");
        return Some(Refusal::new("42704", message, Mend::Missing));
    }
    let known = cx.scene.made(&wanted)?;
    let definition = known.definition.as_ref()?;
    let mut constraints = cx.relation.constraints.iter();
    let (sqlstate, message) = if constraints.any(|one| one.index == Some(known.id)) {
        (
            "55000",
            format!("index \"{name}\" is already associated with a constraint"),
        )
    } else if known.table != Some(cx.relation.id) {
        return None;
    } else if !definition.unique {
        ("42809", format!("\"{name}\" is not a unique index"))
    } else if definition.predicate.is_some() {
        ("42809", format!("\"{name}\" is a partial index"))
    } else if cx.relation.partitioned {
        let message =
            "ALTER TABLE / ADD CONSTRAINT USING INDEX is not supported on partitioned tables";
        ("0A000", message.to_owned())
    } else {
        return None;
    };
    Some(Refusal::new(sqlstate, message, Mend::WriteOtherwise))
}

/// That a table has no such constraint; `of` is how the server says so.
pub(super) fn missing(cx: Altering<'_>, name: &str, of: &str) -> Option<Refusal> {
    let relation = cx.relation;
    let whole = cx.scene.catalog.is_whole(relation) && relation.created.is_some();
    let not_null = cx.scene.version.has(Change::NotNullIsConstraint) && name.contains("not_null");
    let there = relation.constraint(name).is_some() || !relation.parents.is_empty() || not_null;
    (whole && !there && !cx.is_changed_beside(name)).then(|| {
        let message = format!(
            "constraint \"{name}\" {of} \"{}\" does not exist",
            relation.name
        );
        Refusal::new("42704", message, Mend::Missing)
    })
}

pub(super) fn drop(
    cx: Altering<'_>,
    name: &str,
    if_exists: bool,
    cascade: bool,
) -> Option<Refusal> {
    let absent = missing(cx, name, "of relation");
    if absent.is_some() {
        return absent.filter(|_| !if_exists);
    }
    let known = cx.relation.constraint(name)?;
    let is_check = matches!(known.kind, ConstraintKind::Check(_));
    let mut parents = cx
        .relation
        .parents
        .iter()
        .map(|id| cx.scene.catalog.get(*id));
    let inherited = parents.any(|parent| {
        let same = parent.constraint(name);
        cx.scene.catalog.is_sure(parent) && same.is_some_and(|same| !same.no_inherit)
    });
    if is_check && inherited {
        let message = format!(
            "cannot drop inherited constraint \"{name}\" of relation \"{}\"",
            cx.relation.name
        );
        return Some(Refusal::new("42P16", message, Mend::OnParent));
    }
    if cascade || cx.statement.commands.len() > 1 {
        return None;
    }
    let dependent = cx.scene.key_on(cx.relation, known)?;
    let table = words::described(cx.scene, cx.relation);
    let described = format!("constraint {} on {table}", quote(name));
    Some(refused(&described, &dependent).about(name))
}

pub(super) fn rename(cx: Altering<'_>, from: &str, to: &str) -> Option<Refusal> {
    let absent = missing(cx, from, "for table");
    if absent.is_some() {
        return absent;
    }
    let taken = cx.relation.constraint(to)?;
    let known = cx.relation.constraint(from).is_some() && counts(cx, taken);
    known.then(|| {
        let message = format!(
            "constraint \"{to}\" for relation \"{}\" already exists",
            cx.relation.name
        );
        Refusal::new("42710", message, Mend::Exists)
    })
}
