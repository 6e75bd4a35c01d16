//! TRUNCATE of tables that others refer to, and columns that rows do not have.

use super::refused::{Mend, Refusal};
use super::scene::Scene;
use super::words;
use crate::ir::{Dml, DmlKind, Name, RelationKind};
use crate::schema::{Relation, RelationId};
use std::collections::BTreeSet;

pub(super) fn truncate(scene: Scene<'_>, tables: &[Name], only: bool) -> Option<Refusal> {
    let mut gone = tables
        .iter()
        .filter_map(|name| scene.gone(name, "relation", "42P01"));
    if let Some(gone) = gone.next() {
        return Some(gone);
    }
    let found = tables
        .iter()
        .filter_map(|name| scene.catalog.find_sure(name));
    let found: Vec<&Relation> = found.collect();
    let other = found
        .iter()
        .find(|one| one.created.is_some() && one.kind != RelationKind::Table);
    if let Some(other) = other.filter(|one| one.kind != RelationKind::ForeignTable) {
        let message = format!("\"{}\" is not a table", other.name);
        return Some(Refusal::new("42809", message, Mend::OtherKind).on(other.id));
    }
    let mut emptied: BTreeSet<RelationId> = found.iter().map(|one| one.id).collect();
    if !only {
        let below = found
            .iter()
            .flat_map(|one| scene.catalog.descendants(one.id));
        emptied.extend(below.collect::<Vec<_>>());
    }
    emptied.iter().find_map(|id| referred(scene, *id, &emptied))
}

fn referred(scene: Scene<'_>, id: RelationId, emptied: &BTreeSet<RelationId>) -> Option<Refusal> {
    let mut keys = scene.catalog.referencing(id);
    let left = |table: &Relation| !emptied.contains(&table.id) && scene.catalog.is_sure(table);
    let (table, _) = keys.find(|(table, _)| left(table))?;
    let message = "cannot truncate a table referenced in a foreign key constraint";
    let relation = scene.catalog.get(id);
    let detail = format!("table \"{}\" references \"{}\"", table.name, relation.name);
    let mend = Mend::TruncateTogether(words::called(scene, table));
    Some(
        Refusal::new("0A000", message.to_owned(), mend)
            .detail(detail)
            .on(id),
    )
}

/// What is written to must be there, and have the columns that are named.
pub(super) fn dml(scene: Scene<'_>, dml: &Dml) -> Option<Refusal> {
    let written = dml
        .target
        .as_ref()
        .filter(|_| dml.kind != DmlKind::Select)?;
    let gone = scene.gone(written, "relation", "42P01");
    if gone.is_some() {
        return gone;
    }
    let table = scene.made(written)?;
    if table.kind != RelationKind::Table {
        return None;
    }
    let mut named = dml.columns.iter().chain(&dml.sets);
    let column = named.find(|column| scene.lacks(table, column))?;
    let message = format!(
        "column \"{column}\" of relation \"{}\" does not exist",
        table.name
    );
    Some(Refusal::new("42703", message, Mend::Missing).on(table.id))
}
