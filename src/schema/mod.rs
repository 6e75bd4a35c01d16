//! The catalog, as the migrations so far have made it.

/// Identifies a relation through renames, SET SCHEMA and swaps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RelationId(pub u32);
