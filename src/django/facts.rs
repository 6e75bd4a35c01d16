//! What is known of a project besides its migrations, and what a migration is compiled to.

use super::evaluate::{CustomField, World};
use super::operation::SqlText;
use super::value::Opaque;
use crate::ir::{Habit, Unused};
use crate::source::Span;
use std::collections::BTreeMap;
use std::fmt;

/// A release of Django; only what differs between them is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DjangoVersion(pub u8, pub u8);

impl DjangoVersion {
    /// The newest that is known.
    pub const NEWEST: Self = Self(6, 0);
}

impl fmt::Display for DjangoVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

/// Whose SQL is asked for. They differ in what is looked up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum View {
    /// What `migrate` runs: names are found in the database as the migration has left it so far.
    #[default]
    Run,
    /// What `sqlmigrate` prints: names are found in the database as it was before the migration, models as its ancestors made them.
    Printed,
}

/// What the compiler has to know of a project.
#[derive(Debug)]
pub struct ProjectFacts<'w> {
    pub django: DjangoVersion,
    /// Class of the primary key that a model has by default, for example `django.db.models.BigAutoField`.
    pub default_auto_field: String,
    /// Custom field classes that the config explains, by dotted path.
    pub fields: BTreeMap<String, CustomField>,
    /// The project's own sources.
    pub world: &'w World,
}

/// What one migration runs.
#[derive(Clone, Debug, Default)]
pub struct Compiled {
    /// In the order in which they run.
    pub statements: Vec<Generated>,
    /// What could not be decided.
    pub opaque: Vec<Opaque>,
    /// What functions do that no statement tells of.
    pub habits: Vec<(Span, Habit)>,
    /// Tables and columns that are still there after it, and that code does not use any more.
    pub unused: Vec<Unused>,
    /// What of that it has taken out of the state itself, and where.
    pub given_up: Vec<(Unused, Span)>,
}

/// One thing that is sent to the server at once; sometimes two statements.
#[derive(Clone, Debug)]
pub enum Generated {
    /// Made by Django's schema editor for the operation at this place.
    Made(String, Span),
    /// One string of a RunSQL.
    Written(SqlText),
    /// One string of SQL that a Python function executes, for the operation at this place, and whether it may not come to that.
    CodeWritten(SqlText, Span, bool),
    /// What a Python function does to a table, in SQL that does the same, for the operation at this place, and whether it may not come to that.
    Code(String, Span, bool),
    /// A transaction of its own begins, in a migration that has none.
    Begin,
    /// It ends.
    End,
    /// An operation that nobody knows, and why.
    Unknown(Opaque),
}
