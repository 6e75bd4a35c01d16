//! What is known to be pending, so that it may change.

use crate::finding::Finding;
use crate::ir::Migration;
use std::path::PathBuf;
use std::sync::Arc;

/// The migrations of a history of which it is known which are pending.
#[derive(Debug, Default)]
pub struct Pending {
    /// The files of all its migrations.
    pub history: Vec<PathBuf>,
    /// Those that are pending, in their order.
    pub migrations: Vec<Migration>,
}

impl Pending {
    /// The migration that a finding is about, counted from 0.
    #[must_use]
    pub fn position(&self, finding: &Finding) -> Option<usize> {
        let is_it = |migration: &Migration| {
            let mut statements = migration.statements.iter();
            Arc::ptr_eq(&migration.file, &finding.file)
                && statements.any(|it| it.span == finding.statement)
        };
        self.migrations.iter().position(is_it)
    }
}
