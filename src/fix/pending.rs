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
    places: OnceLock<Vec<Place>>,
}

/// Where a statement stands: its file, its first byte, the migration that it is of, and which of its statements it is.
type Place = (usize, usize, usize, usize);

impl Default for Pending {
    /// None, on disk.
    fn default() -> Self {
        Self {
            history: Vec::new(),
            migrations: Vec::new(),
            files: Arc::new(Disk),
            words: OnceLock::new(),
            places: OnceLock::new(),
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
        self.statements(finding).map(|(at, _)| at).min()
    }

    /// The statements that a finding is about: of which migration, and which of it.
    pub(super) fn statements(&self, finding: &Finding) -> impl Iterator<Item = (usize, usize)> {
        let file = Arc::as_ptr(&finding.file).addr();
        let places = self.places.get_or_init(|| self.all_places());
        // Statements do not overlap: it is the last one that begins before, or those that stand where that does.
        let end = places.partition_point(|it| (it.0, it.1) <= (file, finding.statement.start));
        let before = &places[..end];
        let last = before.last().map(|it| (it.0, it.1));
        let start = before.partition_point(|it| Some((it.0, it.1)) < last);
        let found = before[start..].iter().map(|it| (it.2, it.3));
        found.filter(move |(at, nth)| {
            let migration = &self.migrations[*at];
            Arc::ptr_eq(&migration.file, &finding.file)
                && is_about(finding, &migration.statements[*nth])
        })
    }

    fn all_places(&self) -> Vec<Place> {
        let mut places: Vec<Place> = Vec::new();
        for (at, migration) in self.migrations.iter().enumerate() {
            let file = Arc::as_ptr(&migration.file).addr();
            let statements = migration.statements.iter().enumerate();
            places.extend(statements.map(|(nth, it)| (file, it.span.start, at, nth)));
        }
        places.sort_unstable();
        places
    }
}

/// Whether a finding is about a statement, or about a loop in it that is to commit.
fn is_about(finding: &Finding, statement: &Statement) -> bool {
    let loops = matches!(
        finding.remedy,
        Some(Remedy::CommitBatches { in_code: true })
    ) && matches!(statement.action, Action::Do { .. });
    finding.statement == statement.span || loops && statement.span.contains(finding.statement)
}
