//! What a migration holds beside its statements, where these are made from code of another language.

use crate::source::Span;

/// What is written in the file of a migration whose statements a framework makes.
#[derive(Clone, Debug, Default)]
pub struct Outline {
    /// The label of its app.
    pub app: String,
    /// Whether it is one of those with which its app begins: they are deployed together.
    pub first: bool,
    /// Whether its framework wraps it in a transaction.
    pub atomic: bool,
    /// Its comments, in order; those inside SQL, too.
    pub comments: Vec<Span>,
    /// Its operations in their order, those inside others after these.
    pub operations: Vec<Operation>,
    /// What its code does that no statement tells of, in order.
    pub habits: Vec<(Span, Habit)>,
    /// What could not be decided: where, and why.
    pub opaque: Vec<(Span, String)>,
    /// What is sent to the server, in order.
    pub sent: Vec<Sent>,
    /// What is still there after it, though code that is deployed with it does not use it any more.
    pub unused: Vec<Unused>,
    /// What of that code does not use since this migration, and where that is written.
    pub given_up: Vec<(Unused, Span)>,
}

/// One operation of a framework's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Operation {
    pub span: Span,
    /// What it is, in the framework's words.
    pub what: String,
    /// There is no way back from it: its framework refuses to undo it.
    pub irreversible: bool,
}

/// What code in a migration does that no statement tells of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Habit {
    /// It uses a model as the code is today, not as it was when the migration was written.
    ModelOfToday(String),
    /// It loads the rows of this table all at once.
    LoadsAll(String),
}

/// A table, or one column of it, that code does not use any more.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Unused {
    pub table: String,
    pub column: Option<String>,
}

/// One string as it is sent to the server; it may hold several statements.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sent {
    pub sql: String,
    /// The operation, or the part of a string, that it comes from.
    pub span: Span,
    /// It stands for what code does.
    pub code: bool,
}
