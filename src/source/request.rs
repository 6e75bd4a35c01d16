//! What is looked for.

use super::path::tidy;
use super::{Changes, Direction, Disk, Files, Framework, Order, TransactionMode};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What to look for, and what the config says about it.
#[derive(Debug)]
pub struct Request {
    /// Files and folders as they were typed.
    pub paths: Vec<PathBuf>,
    /// What to pass over, unless it is itself named.
    pub exclude: globset::GlobSet,
    /// Whether that holds for named files too.
    pub force_exclude: bool,
    /// What is said about single histories.
    pub overrides: Vec<HistoryOverride>,
    /// How every migration is wrapped, whatever the conventions say.
    pub transaction: Option<TransactionMode>,
    /// Where the text of files comes from.
    pub files: Arc<dyn Files>,
    /// Which way they are to be run: the way back is looked for only where that is asked.
    pub direction: Direction,
    /// What is pending, where that was said; all else is context.
    pub changes: Option<Arc<dyn Changes>>,
}

impl Default for Request {
    fn default() -> Self {
        Self {
            paths: Vec::new(),
            exclude: globset::GlobSet::empty(),
            force_exclude: false,
            overrides: Vec::new(),
            transaction: None,
            files: Arc::new(Disk),
            direction: Direction::Up,
            changes: None,
        }
    }
}

/// What the config says about the histories in one folder; what it leaves open is found by convention.
#[derive(Clone, Debug)]
pub struct HistoryOverride {
    pub path: PathBuf,
    pub framework: Option<Framework>,
    pub order: Option<Order>,
    pub transaction: Option<TransactionMode>,
}

impl Request {
    /// What the config says about the history in this folder: the nearest table counts.
    pub(super) fn wish(&self, root: &Path) -> Option<&HistoryOverride> {
        self.overrides
            .iter()
            .filter(|wish| root.starts_with(tidy(&wish.path)))
            .max_by_key(|wish| tidy(&wish.path).components().count())
    }

    /// Whether a file may be pending.
    #[must_use]
    pub fn may_be_pending(&self, path: &Path) -> bool {
        let changes = self.changes.as_ref();
        changes.is_none_or(|changes| {
            changes.holds(path, &*self.files) || self.is_newly_listed(path, &**changes)
        })
    }

    /// Whether a journal beside it names it now, and did not before: its runner runs it from now on.
    fn is_newly_listed(&self, path: &Path, changes: &dyn Changes) -> bool {
        let Some(folder) = path.parent() else {
            return false;
        };
        let journal = folder.join("meta").join("_journal.json");
        let tag = path.file_stem().and_then(|stem| stem.to_str());
        let (Some(tag), true) = (tag, self.files.is_file(&journal)) else {
            return false;
        };
        let named = |text: &[u8]| String::from_utf8_lossy(text).contains(&format!("\"{tag}\""));
        let before = changes.before(&journal).is_some_and(|text| !named(&text));
        before && self.files.read(&journal).is_ok_and(|text| named(&text))
    }

    /// Whether a path, or a folder that holds it, is to be passed over.
    #[must_use]
    pub fn excludes(&self, path: &Path) -> bool {
        let is_match = |path: &Path| self.exclude.is_match(path);
        !self.exclude.is_empty() && tidy(path).ancestors().any(is_match)
    }
}
