//! A migration as its file declares it.

use super::operation::Operation;
use super::value::Opaque;
use crate::source::{SourceFile, Span};
use std::fmt;
use std::sync::Arc;

/// A migration's name within the project.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct MigrationKey {
    /// The app's label.
    pub app: String,
    /// The module's name, or one of Django's own: `__first__`, `__latest__`.
    pub name: String,
}

/// What a file's `Migration` class says.
#[derive(Clone, Debug)]
pub struct DjangoMigration {
    pub key: MigrationKey,
    pub file: Arc<SourceFile>,
    pub dependencies: Vec<MigrationKey>,
    pub run_before: Vec<MigrationKey>,
    /// The migrations that a squashed one stands for.
    pub replaces: Vec<MigrationKey>,
    /// Whether Django wraps it in a transaction.
    pub atomic: bool,
    /// `initial`, where the class says it.
    pub initial: Option<bool>,
    pub operations: Vec<Operation>,
    /// What could not be decided, operations that are left out included.
    pub opaque: Vec<Opaque>,
    /// Where the class and the entries of its lists of migrations stand, as far as they are literal; the class first, without a key.
    pub places: Vec<(Option<MigrationKey>, Span)>,
}

impl fmt::Display for MigrationKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.app, self.name)
    }
}

impl DjangoMigration {
    /// Where an entry of `dependencies` and its like stands; the name of the class where that is not known, or none is asked for.
    #[must_use]
    pub fn place(&self, entry: Option<&MigrationKey>) -> Span {
        let found = self.places.iter().find(|(key, _)| key.as_ref() == entry);
        let place = found.or_else(|| self.places.first());
        place.map_or_else(Span::default, |(_, span)| *span)
    }
}
