//! The ways in which one thing hangs on another.

/// How one relation hangs on another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Link {
    /// An index, on its table.
    Index,
    /// A sequence, on the table that owns it.
    Sequence,
    /// A partition or inheritance child, on its parent; of indexes likewise.
    Child,
    /// A table with a foreign key, on the table that it refers to.
    Key,
    /// A view, on what it reads.
    Reader,
    /// A table whose trigger, rule or policy names another, on that.
    Attached,
    /// A table, on the composite type that it is made of.
    Typed,
}

/// A name that may stand in the definition of a relation.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Word {
    Function(String),
    Type(String),
    Sequence(String),
    Statistics(String),
    Owner(String),
}
