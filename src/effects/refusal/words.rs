//! How the server calls things in its messages.
//!
//! Source: `getObjectDescription` in `src/backend/catalog/objectaddress.c`.

use super::scene::Scene;
use crate::ir::{Name, ObjectKind, RelationKind};
use crate::postgres::quote;
use crate::schema::Relation;

/// `table orders`: with its schema where the search path does not find it.
pub(super) fn described(scene: Scene<'_>, relation: &Relation) -> String {
    format!("{} {}", kind(relation.kind), called(scene, relation))
}

/// A relation's name, in quotes where it needs them.
pub(super) fn called(scene: Scene<'_>, relation: &Relation) -> String {
    let bare = Name::bare(relation.name.clone());
    let visible = scene.catalog.find(&bare).map(|found| found.id) == Some(relation.id);
    match relation.schema.as_deref().filter(|_| !visible) {
        Some(schema) => format!("{}.{}", quote(schema), quote(&relation.name)),
        None => quote(&relation.name),
    }
}

pub(super) const fn kind(kind: RelationKind) -> &'static str {
    match kind {
        RelationKind::Table => "table",
        RelationKind::ForeignTable => "foreign table",
        RelationKind::Index => "index",
        RelationKind::View => "view",
        RelationKind::MaterializedView => "materialized view",
        RelationKind::Sequence => "sequence",
        RelationKind::CompositeType => "composite type",
    }
}

/// The same with its article.
pub(super) fn a_kind(of: RelationKind) -> String {
    let article = if of == RelationKind::Index { "an" } else { "a" };
    format!("{article} {}", kind(of))
}

pub(super) const fn attached(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Trigger => "trigger",
        ObjectKind::Rule => "rule",
        ObjectKind::Policy => "policy",
        ObjectKind::Statistics => "statistics object",
        _ => "object",
    }
}
