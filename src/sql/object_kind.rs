//! The words for kinds of objects, as DROP, COMMENT, SECURITY LABEL, CREATE and ALTER write them.

use super::cursor::Cursor;
use crate::ir::{ObjectKind, RelationKind};

/// What is to be known of a kind.
#[derive(Clone, Copy)]
pub(super) struct Kind {
    /// Lower case, with blanks between.
    pub(super) words: &'static str,
    pub(super) kind: ObjectKind,
}

const fn kind(words: &'static str, kind: ObjectKind) -> Kind {
    Kind { words, kind }
}

/// All kinds; one whose words begin with another's stands before it.
const KINDS: &[Kind] = &[
    kind("table", ObjectKind::Relation(RelationKind::Table)),
    kind(
        "foreign table",
        ObjectKind::Relation(RelationKind::ForeignTable),
    ),
    kind("index", ObjectKind::Relation(RelationKind::Index)),
    kind("view", ObjectKind::Relation(RelationKind::View)),
    kind(
        "materialized view",
        ObjectKind::Relation(RelationKind::MaterializedView),
    ),
    kind("sequence", ObjectKind::Relation(RelationKind::Sequence)),
    kind("column", ObjectKind::Column),
    kind("constraint", ObjectKind::Constraint),
    kind("trigger", ObjectKind::Trigger),
    kind("rule", ObjectKind::Rule),
    kind("policy", ObjectKind::Policy),
    kind("function", ObjectKind::Function),
    kind("procedure", ObjectKind::Function),
    kind("routine", ObjectKind::Function),
    kind("aggregate", ObjectKind::Function),
    kind("type", ObjectKind::Type),
    kind("domain", ObjectKind::Domain),
    kind("schema", ObjectKind::Schema),
    kind("extension", ObjectKind::Extension),
    kind("publication", ObjectKind::Publication),
    kind("subscription", ObjectKind::Subscription),
    kind("statistics", ObjectKind::Statistics),
    kind("database", ObjectKind::Database),
    kind("tablespace", ObjectKind::Tablespace),
    kind("role", ObjectKind::Role),
    kind("user mapping", ObjectKind::Other),
    kind("user", ObjectKind::Role),
    kind("group", ObjectKind::Role),
    kind("access method", ObjectKind::Other),
    kind("cast", ObjectKind::Other),
    kind("collation", ObjectKind::Other),
    kind("conversion", ObjectKind::Other),
    kind("event trigger", ObjectKind::Other),
    kind("foreign data wrapper", ObjectKind::Other),
    kind("language", ObjectKind::Other),
    kind("procedural language", ObjectKind::Other),
    kind("trusted language", ObjectKind::Other),
    kind("trusted procedural language", ObjectKind::Other),
    kind("large object", ObjectKind::Other),
    kind("operator class", ObjectKind::Other),
    kind("operator family", ObjectKind::Other),
    kind("operator", ObjectKind::Other),
    kind("server", ObjectKind::Other),
    kind("text search configuration", ObjectKind::Other),
    kind("text search dictionary", ObjectKind::Other),
    kind("text search parser", ObjectKind::Other),
    kind("text search template", ObjectKind::Other),
    kind("transform", ObjectKind::Other),
];

/// Takes the words for a kind.
pub(super) fn eat_kind(cursor: &mut Cursor) -> Option<Kind> {
    KINDS.iter().copied().find(|kind| cursor.eat(kind.words))
}
