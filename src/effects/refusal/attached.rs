//! Triggers, rules, policies and statistics that are there already, or not there.

use super::refused::{Mend, Refusal};
use super::scene::Scene;
use super::words;
use crate::ir::{Drop, Name, ObjectKind};
use crate::schema::Relation;

pub(super) fn create(
    scene: Scene<'_>,
    kind: ObjectKind,
    name: &str,
    table: &Name,
) -> Option<Refusal> {
    let table = scene.catalog.find_sure(table)?;
    if !has(table, kind, name) {
        return None;
    }
    let what = words::attached(kind);
    let on = match kind {
        ObjectKind::Policy => format!(" for table \"{}\"", table.name),
        ObjectKind::Trigger | ObjectKind::Rule => format!(" for relation \"{}\"", table.name),
        _ => String::new(),
    };
    let message = format!("{what} \"{name}\"{on} already exists");
    Some(
        Refusal::new("42710", message, Mend::Exists)
            .about(name)
            .on(table.id),
    )
}

pub(super) fn drop(scene: Scene<'_>, drop: &Drop, table: &Name) -> Option<Refusal> {
    if drop.if_exists {
        return None;
    }
    let gone = scene.gone(table, "relation", "42P01");
    if gone.is_some() {
        return gone;
    }
    let table = scene
        .made(table)
        .filter(|table| scene.catalog.is_whole(table))?;
    let name = drop.names.first()?;
    if table.partitioned || !table.parents.is_empty() || has(table, drop.kind, &name.name) {
        return None;
    }
    let on = match drop.kind {
        ObjectKind::Rule => "relation",
        _ => "table",
    };
    let what = words::attached(drop.kind);
    let message = format!(
        "{what} \"{}\" for {on} \"{}\" does not exist",
        name.name, table.name
    );
    Some(Refusal::new("42704", message, Mend::Missing).on(table.id))
}

fn has(table: &Relation, kind: ObjectKind, name: &str) -> bool {
    let mut attached = table.attached.iter();
    attached.any(|at| at.kind == kind && at.name.as_deref() == Some(name))
}
