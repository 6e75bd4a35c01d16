//! Foreign keys: to what is no table or not unique, of types that do not go together, NOT VALID where that is not done.
//!
//! Source: `ATAddForeignKeyConstraint` in `src/backend/commands/tablecmds.c`.

use super::index::is_key;
use super::refused::{Mend, Refusal};
use super::target::Target;
use crate::ir::{Constraint, ConstraintKind, Name, RelationKind, TypeName};
use crate::postgres::types::{can_refer, display_name, is_built_in, is_serial};
use crate::postgres::{Change, object_name};
use crate::schema::Relation;

pub(super) fn refused(target: &Target<'_>, new: &Constraint) -> Option<Refusal> {
    let ConstraintKind::ForeignKey {
        columns,
        references,
        referenced_columns,
        temporal,
        ..
    } = &new.kind
    else {
        return None;
    };
    if let Some(column) = columns.iter().find(|column| target.lacks(column)) {
        let message =
            format!("column \"{column}\" referenced in foreign key constraint does not exist");
        return Some(Refusal::new("42703", message, Mend::Missing));
    }
    if is_own(target, references) {
        return None;
    }
    let gone = target.scene.gone(references, "relation", "42P01");
    if gone.is_some() {
        return gone;
    }
    let parent = target.scene.catalog.find_sure(references)?;
    let refusal = of_tables(target, parent, new);
    if refusal.is_some() || *temporal {
        return refusal;
    }
    let named = key_columns(target, parent, referenced_columns);
    let named = match named {
        Ok(named) => named,
        Err(refusal) => return refusal.map(|refusal| *refusal),
    };
    let name = new.name.clone();
    let name = name.unwrap_or_else(|| object_name(target.name, &columns.join("_"), "fkey"));
    types(target, parent, (columns, &named), &name)
}

/// Whether a table refers to itself.
fn is_own(target: &Target<'_>, references: &Name) -> bool {
    match target.id {
        Some(id) => target.scene.catalog.find(references).map(|one| one.id) == Some(id),
        None => references.name == target.name,
    }
}

fn of_tables(target: &Target<'_>, parent: &Relation, new: &Constraint) -> Option<Refusal> {
    let made = parent.created.is_some();
    if made && parent.kind != RelationKind::Table {
        let message = format!("referenced relation \"{}\" is not a table", parent.name);
        return Some(Refusal::new("42809", message, Mend::OtherKind));
    }
    let not_yet = !target
        .scene
        .version
        .has(Change::PartitionedForeignKeyNotValid);
    if target.partitioned && new.not_valid && not_yet {
        let message = format!(
            "cannot add NOT VALID foreign key on partitioned table \"{}\" referencing relation \"{}\"",
            target.name, parent.name
        );
        return Some(Refusal::new("42809", message, Mend::KeyByParts));
    }
    let (kind, other) = match (target.temporary, parent.temporary) {
        (false, true) => ("permanent", "permanent"),
        (true, false) => ("temporary", "temporary"),
        _ => return None,
    };
    made.then(|| {
        let message = format!("constraints on {kind} tables may reference only {other} tables");
        Refusal::new("42P16", message, Mend::WriteOtherwise)
    })
}

/// The columns that are referred to, or why they cannot be; neither where that is not sure.
fn key_columns(
    target: &Target<'_>,
    parent: &Relation,
    referenced: &[String],
) -> Result<Vec<String>, Option<Box<Refusal>>> {
    let catalog = target.scene.catalog;
    let whole = catalog.is_whole(parent) && parent.created.is_some();
    if referenced.is_empty() {
        return match parent.primary_key().map(|key| &key.kind) {
            Some(ConstraintKind::PrimaryKey { columns, .. }) if !columns.is_empty() => {
                Ok(columns.clone())
            }
            None if whole && parent.parents.is_empty() => {
                let message = format!(
                    "there is no primary key for referenced table \"{}\"",
                    parent.name
                );
                Err(Some(Box::new(Refusal::new(
                    "42704",
                    message,
                    Mend::UniqueFirst,
                ))))
            }
            _ => Err(None),
        };
    }
    if let Some(column) = referenced
        .iter()
        .find(|column| target.scene.lacks(parent, column))
    {
        let message =
            format!("column \"{column}\" referenced in foreign key constraint does not exist");
        return Err(Some(Box::new(Refusal::new(
            "42703",
            message,
            Mend::Missing,
        ))));
    }
    let named: Vec<&str> = referenced.iter().map(String::as_str).collect();
    let unique = catalog.indexes(parent.id).any(|index| {
        let definition = index.definition.as_ref();
        definition.is_none_or(|definition| is_key(definition, &named))
    });
    if unique {
        return Ok(referenced.to_vec());
    }
    if !whole {
        return Err(None);
    }
    let message = format!(
        "there is no unique constraint matching given keys for referenced table \"{}\"",
        parent.name
    );
    Err(Some(Box::new(Refusal::new(
        "42830",
        message,
        Mend::UniqueFirst,
    ))))
}

/// Columns in their number, and pair by pair in their types.
fn types(
    target: &Target<'_>,
    parent: &Relation,
    (columns, referenced): (&[String], &[String]),
    name: &str,
) -> Option<Refusal> {
    if columns.len() != referenced.len() {
        let message = "number of referencing and referenced columns for foreign key disagree";
        return Some(Refusal::new(
            "42830",
            message.to_owned(),
            Mend::WriteOtherwise,
        ));
    }
    let mut pairs = columns.iter().zip(referenced);
    pairs.find_map(|(column, key)| {
        let own = plain(target, target.type_of(column)?)?;
        let other = target.scene.column(parent, key)?.ty.as_ref();
        let other = plain(target, other?)?;
        (!can_refer(own, other)).then(|| {
            let message = format!("foreign key constraint \"{name}\" cannot be implemented");
            let (own, other) = (display_name(own), display_name(other));
            let (of_own, of_other) = if target.scene.version.has(Change::ForeignKeyDetailNamesTables) {
                (" of the referencing table", " of the referenced table")
            } else {
                ("", "")
            };
            let detail = format!(
                "key columns \"{column}\"{of_own} and \"{key}\"{of_other} are of incompatible types: {own} and {other}"
            );
            Refusal::new("42804", message, Mend::SameType).detail(detail)
        })
    })
}

/// The name of a built-in type, that of a serial column too.
fn plain<'t>(target: &Target<'_>, ty: &'t TypeName) -> Option<&'t str> {
    let name = match ty.name.name.as_str() {
        "bigserial" => "int8",
        "smallserial" => "int2",
        name if is_serial(name) => "int4",
        name => name,
    };
    let own = ty.array || ty.name.schema.is_some() || target.scene.catalog.domain(ty).is_some();
    (!own && is_built_in(name)).then_some(name)
}
