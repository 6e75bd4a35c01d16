//! DROP of what is not there, is something else, or is needed.

use super::dependents::refused;
use super::refused::{Mend, Refusal};
use super::scene::Scene;
use super::words;
use crate::ir::{Drop, Name, ObjectKind, RelationKind};
use crate::postgres::quote;
use crate::schema::{Relation, RelationId};
use std::collections::BTreeSet;

pub(super) fn drop_objects(scene: Scene<'_>, drop: &Drop) -> Option<Refusal> {
    if let Some(table) = &drop.on {
        return super::attached::drop(scene, drop, table);
    }
    match drop.kind {
        ObjectKind::Relation(kind) => relations(scene, drop, kind),
        ObjectKind::Type | ObjectKind::Domain if !drop.cascade => types(scene, drop),
        ObjectKind::Function if !drop.cascade => functions(scene, drop),
        ObjectKind::Schema if !drop.cascade => schemas(scene, drop),
        _ => None,
    }
}

fn relations(scene: Scene<'_>, drop: &Drop, kind: RelationKind) -> Option<Refusal> {
    if drop.concurrently && kind == RelationKind::Index {
        let many = "DROP INDEX CONCURRENTLY does not support dropping multiple objects";
        let cascade = "DROP INDEX CONCURRENTLY does not support CASCADE";
        let wrong = (drop.names.len() > 1).then_some(many);
        if let Some(message) = wrong.or(drop.cascade.then_some(cascade)) {
            return Some(Refusal::new(
                "0A000",
                message.to_owned(),
                Mend::WriteOtherwise,
            ));
        }
    }
    let wrong = drop
        .names
        .iter()
        .find_map(|name| named(scene, drop, kind, name));
    if wrong.is_some() {
        return wrong;
    }
    let found = drop
        .names
        .iter()
        .filter_map(|name| scene.catalog.find_sure(name));
    let found: Vec<&Relation> = found.collect();
    if kind == RelationKind::Index {
        return found
            .into_iter()
            .find_map(|index| of_index(scene, drop, index));
    }
    if drop.cascade {
        return None;
    }
    let dropped = with_parts(scene, &found);
    let dependent = dropped
        .iter()
        .find_map(|id| scene.dependent(*id, &dropped))?;
    let refusal = match found[..] {
        [one] => refused(&words::described(scene, one), &dependent),
        _ => Refusal {
            message: "cannot drop desired object(s) because other objects depend on them"
                .to_owned(),
            ..refused("", &dependent)
        },
    };
    let first = found.first()?;
    Some(refusal.about(&first.name).on(first.id))
}

/// What is gone, or of another kind.
fn named(scene: Scene<'_>, drop: &Drop, kind: RelationKind, name: &Name) -> Option<Refusal> {
    if !drop.if_exists {
        let undefined = match kind {
            RelationKind::Index | RelationKind::CompositeType => "42704",
            _ => "42P01",
        };
        let gone = scene.gone(name, words::kind(kind), undefined);
        if gone.is_some() {
            return gone;
        }
    }
    let found = scene.made(name)?;
    (found.kind != kind && kind != RelationKind::CompositeType).then(|| {
        let message = format!("\"{}\" is not {}", found.name, words::a_kind(kind));
        Refusal::new("42809", message, Mend::OtherKind).on(found.id)
    })
}

/// An index that belongs to a constraint, or to the index of a partitioned table, goes with that alone.
fn of_index(scene: Scene<'_>, drop: &Drop, index: &Relation) -> Option<Refusal> {
    let described = words::described(scene, index);
    if let Some(parent) = index.parents.first() {
        let parent = scene.catalog.get(*parent);
        let by = words::described(scene, parent);
        let message = format!("cannot drop {described} because {by} requires it");
        let mend = Mend::DropParent(words::called(scene, parent));
        let refusal = Refusal::new("2BP01", message, mend).about(&index.name);
        return Some(refusal.on(index.id));
    }
    let table = scene.catalog.get(index.table?);
    let mut constraints = table.constraints.iter();
    if let Some(constraint) = constraints.find(|one| one.index == Some(index.id)) {
        let by = scene.constraint(table, constraint);
        let message = format!("cannot drop {described} because {by} requires it");
        let mend = Mend::DropConstraint(format!(
            "ALTER TABLE {} DROP CONSTRAINT {}",
            words::called(scene, table),
            quote(&constraint.name)
        ));
        let refusal = Refusal::new("2BP01", message, mend).about(&index.name);
        return Some(refusal.on(index.id));
    }
    (drop.concurrently && index.partitioned).then(|| {
        let message = format!(
            "cannot drop partitioned index \"{}\" concurrently",
            index.name
        );
        Refusal::new("0A000", message, Mend::WriteOtherwise).on(index.id)
    })
}

/// What goes with relations that are dropped: their partitions, and the sequences of their columns.
fn with_parts(scene: Scene<'_>, found: &[&Relation]) -> BTreeSet<RelationId> {
    let mut dropped: BTreeSet<RelationId> = found.iter().map(|one| one.id).collect();
    for one in found.iter().filter(|one| one.partitioned) {
        dropped.extend(scene.catalog.descendants(one.id));
    }
    let owned = dropped.iter().flat_map(|id| scene.catalog.sequences(*id));
    let owned: Vec<RelationId> = owned.map(|sequence| sequence.id).collect();
    dropped.extend(owned);
    dropped
}

fn types(scene: Scene<'_>, drop: &Drop) -> Option<Refusal> {
    let is_enum = |name: &&Name| {
        scene.catalog.labels(name).is_some() && scene.catalog.type_made(name).is_some()
    };
    let wrong = drop.names.iter().find(is_enum);
    if let Some(name) = wrong.filter(|_| drop.kind == ObjectKind::Domain) {
        let message = format!("\"{}\" is not a domain", name.name);
        return Some(Refusal::new("42809", message, Mend::OtherKind));
    }
    let mut names = drop.names.iter();
    let (name, dependent) = names.find_map(|name| Some((name, scene.type_dependent(name)?)))?;
    Some(refused(&format!("type {}", quote(&name.name)), &dependent).about(&name.name))
}

/// Of functions that have namesakes nobody knows which is dropped.
fn functions(scene: Scene<'_>, drop: &Drop) -> Option<Refusal> {
    let mut names = drop.names.iter();
    let (name, dependent) = names.find_map(|name| {
        let alone = scene.catalog.routines(name).len() == 1;
        let dependent = scene.function_dependent(&name.name).filter(|_| alone);
        Some((name, dependent?))
    })?;
    let described = if dependent.ends_with("()") {
        format!("function {}()", quote(&name.name))
    } else {
        format!("function {}", quote(&name.name))
    };
    Some(refused(&described, &dependent).about(&name.name))
}

fn schemas(scene: Scene<'_>, drop: &Drop) -> Option<Refusal> {
    let mut names = drop.names.iter();
    names.find_map(|name| {
        let inside = |relation: &&Relation| {
            relation.schema.as_ref() == Some(&name.name)
                && relation.created.is_some()
                && relation.kind != RelationKind::Index
                && scene.catalog.is_sure(relation)
        };
        let first = scene.catalog.living().find(inside)?;
        let schema = quote(&name.name);
        let dependent = format!(
            "{} depends on schema {schema}",
            words::described(scene, first)
        );
        Some(refused(&format!("schema {schema}"), &dependent).about(&name.name))
    })
}
