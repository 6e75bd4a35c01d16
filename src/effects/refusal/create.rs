//! CREATE of what is there already, and tables that cannot be as they are written.

use super::refused::{Mend, Refusal};
use super::scene::Scene;
use super::target::Target;
use super::{constraint, partition, types};
use crate::ir::{
    Constraint, ConstraintKind, CreateObject, CreateTable, CreateTableAs, Name, ObjectKind,
};
use std::collections::BTreeSet;

/// A relation, or a type, that has the name already.
pub(super) fn relation(scene: Scene<'_>, name: &Name, has_type: bool) -> Option<Refusal> {
    if let Some(known) = scene.in_the_way(name) {
        let message = format!("relation \"{}\" already exists", known.name);
        return Some(
            Refusal::new("42P07", message, Mend::Exists)
                .about(&known.name)
                .on(known.id),
        );
    }
    let taken = has_type && scene.catalog.type_made(name).is_some();
    taken.then(|| type_exists(name))
}

fn type_exists(name: &Name) -> Refusal {
    let message = format!("type \"{}\" already exists", name.name);
    Refusal::new("42710", message, Mend::Exists).about(&name.name)
}

/// A temporary relation is in the way of another of the same transaction alone: nobody knows when it goes.
fn temporary(scene: Scene<'_>, name: &Name) -> Option<Refusal> {
    let known = scene.made(name).filter(|known| known.temporary)?;
    let here = known.created?.transaction == scene.catalog.now.transaction;
    here.then(|| {
        let message = format!("relation \"{}\" already exists", known.name);
        Refusal::new("42P07", message, Mend::Exists)
            .about(&known.name)
            .on(known.id)
    })
}

fn made(scene: Scene<'_>, name: &Name, is_temporary: bool, if_not_exists: bool) -> Option<Refusal> {
    if if_not_exists {
        None
    } else if is_temporary {
        temporary(scene, name)
    } else {
        relation(scene, name, true)
    }
}

pub(super) fn table(scene: Scene<'_>, create: &CreateTable) -> Option<Refusal> {
    // IF NOT EXISTS passes over a table that is there, whatever stands behind.
    if create.if_not_exists && scene.catalog.find(&create.name).is_some() {
        return None;
    }
    made(scene, &create.name, create.temporary, create.if_not_exists)
        .or_else(|| {
            let mut types = create
                .columns
                .iter()
                .filter_map(|column| column.ty.as_ref());
            types.find_map(|ty| types::misspelled(scene, ty))
        })
        .or_else(|| twice(create))
        .or_else(|| keys(create))
        .or_else(|| {
            let (parent, bound) = create.partition_of.as_ref()?;
            partition::create(scene, &create.name, parent, bound)
        })
        .or_else(|| {
            let target = Target::new(scene, create);
            let mut constraints = constraints(create);
            constraints.find_map(|new| constraint::of(&target, new))
        })
        .or_else(|| index_taken(scene, create))
}

fn constraints(create: &CreateTable) -> impl Iterator<Item = &Constraint> {
    let own = create.columns.iter().flat_map(|column| &column.constraints);
    own.chain(&create.constraints)
}

fn twice(create: &CreateTable) -> Option<Refusal> {
    let mut seen = BTreeSet::new();
    let mut columns = create.columns.iter();
    let twice = columns.find(|column| !seen.insert(&column.name))?;
    // A typed table or a partition names columns that it has already.
    let message = format!("column \"{}\" specified more than once", twice.name);
    Some(Refusal::new("42701", message, Mend::WriteOtherwise))
}

fn keys(create: &CreateTable) -> Option<Refusal> {
    let is_key = |one: &&Constraint| matches!(one.kind, ConstraintKind::PrimaryKey { .. });
    (constraints(create).filter(is_key).count() > 1).then(|| {
        let message = format!(
            "multiple primary keys for table \"{}\" are not allowed",
            create.name.name
        );
        Refusal::new("42P16", message, Mend::OneKey)
    })
}

/// The index of a constraint with a name lies beside the table.
fn index_taken(scene: Scene<'_>, create: &CreateTable) -> Option<Refusal> {
    if create.temporary {
        return None;
    }
    let schema = scene.catalog.qualified(&create.name).schema;
    let mut named = constraints(create).filter(|one| one.kind.has_index());
    named.find_map(|one| {
        let wanted = Name {
            schema: schema.clone(),
            name: one.name.clone()?,
        };
        let known = scene.made(&wanted)?;
        let message = format!("relation \"{}\" already exists", known.name);
        Some(
            Refusal::new("42P07", message, Mend::Exists)
                .about(&known.name)
                .on(known.id),
        )
    })
}

pub(super) fn table_as(scene: Scene<'_>, create: &CreateTableAs) -> Option<Refusal> {
    made(scene, &create.name, create.temporary, create.if_not_exists)
}

/// A type is in the way of another, and so is the type that each table has of its rows.
pub(super) fn user_type(scene: Scene<'_>, name: &Name) -> Option<Refusal> {
    let rows = scene
        .in_the_way(name)
        .filter(|known| known.kind.is_queried());
    let taken = rows.is_some() || scene.catalog.type_made(name).is_some();
    taken.then(|| type_exists(name))
}

pub(super) fn object(scene: Scene<'_>, object: &CreateObject) -> Option<Refusal> {
    let name = object.name.as_ref()?;
    if object.alter || object.if_not_exists || object.or_replace {
        return None;
    }
    match object.kind {
        ObjectKind::Type => user_type(scene, name),
        kind if !scene.catalog.has_object(kind, &name.name) => None,
        ObjectKind::Schema => {
            let message = format!("schema \"{}\" already exists", name.name);
            Some(Refusal::new("42P06", message, Mend::Exists).about(&name.name))
        }
        ObjectKind::Extension => {
            let message = format!("extension \"{}\" already exists", name.name);
            Some(Refusal::new("42710", message, Mend::Exists))
        }
        _ => None,
    }
}
