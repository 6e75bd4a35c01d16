//! A migration as its file declares it.

use super::operation::Operation;
use super::value::Opaque;
use crate::source::SourceFile;
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
}
