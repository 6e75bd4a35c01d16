//! What is known to be pending, so that it may change.

use super::apart::PutOff;
use super::words::Words;
use crate::finding::{Finding, Remedy};
use crate::ir::{Action, Migration, Statement};
use crate::source::{Disk, Files};
use std::path::{Path, PathBuf};
use std::sync::{Arc, OnceLock};

/// The migrations of a history of which it is known which are pending.
#[derive(Debug)]
pub struct Pending {
    /// The files of all its migrations.
    pub history: Vec<PathBuf>,
    /// Those that are pending, in their order.
    pub migrations: Vec<Migration>,
    /// What lies beside them.
    pub files: Arc<dyn Files>,
    words: OnceLock<Vec<Words>>,
}

impl Default for Pending {
    /// None, on disk.
    fn default() -> Self {
        Self {
            history: Vec::new(),
            migrations: Vec::new(),
            files: Arc::new(Disk),
            words: OnceLock::new(),
        }
    }
}

impl Pending {
    /// The words of one of the migrations that are pending.
    pub(super) fn words(&self, at: usize) -> &Words {
        let words = || self.migrations.iter().map(Words::of).collect();
        &self.words.get_or_init(words)[at]
    }

    /// Whether a migration that is pending behind this one may need what this puts off.
    pub(super) fn is_needed_behind(&self, at: usize, put_off: &[PutOff]) -> bool {
        let mut behind = self.migrations.iter().enumerate().skip(at + 1);
        behind.any(|(other, migration)| {
            let words = self.words(other);
            let mut put_off = put_off.iter();
            put_off.any(|it| it.is_needed(migration, words, |_| true))
        })
    }

    /// The text of a file that lies beside the migrations.
    pub(super) fn read(&self, path: &Path) -> Option<String> {
        String::from_utf8(self.files.read(path).ok()?).ok()
    }

    /// The migration that a finding is about, counted from 0.
    #[must_use]
    pub fn position(&self, finding: &Finding) -> Option<usize> {
        let is_it = |migration: &Migration| {
            let mut statements = migration.statements.iter();
            Arc::ptr_eq(&migration.file, &finding.file)
                && statements.any(|it| is_about(finding, it))
        };
        self.migrations.iter().position(is_it)
    }
}

/// Whether a finding is about a statement, or about a loop in it that is to commit.
pub(super) fn is_about(finding: &Finding, statement: &Statement) -> bool {
    let loops = matches!(
        finding.remedy,
        Some(Remedy::CommitBatches { in_code: true })
    ) && matches!(statement.action, Action::Do { .. });
    finding.statement == statement.span || loops && statement.span.contains(finding.statement)
}
