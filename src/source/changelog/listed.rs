//! What a changelog runs, in its order.

use crate::source::path::normal;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// What one changelog runs, with all that it includes.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in super::super) struct Changelog {
    /// The changelog itself.
    pub(in super::super) path: PathBuf,
    pub(in super::super) entries: Vec<Entry>,
    /// The changelogs that were followed.
    pub(super) followed: BTreeSet<PathBuf>,
    /// Those among them that hold changes which are not in SQL files.
    pub(super) with_code: BTreeSet<PathBuf>,
}

/// One thing that it runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) enum Entry {
    /// A file that is included, which says itself what its changesets are.
    Included(PathBuf),
    /// The file that a changeset runs.
    Run(Change),
    /// A change that is not written in an SQL file.
    Code,
}

/// A changeset, as far as it runs one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in super::super) struct Change {
    pub(in super::super) path: PathBuf,
    pub(in super::super) id: String,
    pub(in super::super) in_transaction: bool,
    pub(in super::super) splits: bool,
    pub(in super::super) delimiter: Option<String>,
}

impl Entry {
    /// The SQL file.
    pub(in super::super) fn path(&self) -> Option<&Path> {
        match self {
            Self::Included(path) => Some(path),
            Self::Run(change) => Some(&change.path),
            Self::Code => None,
        }
    }
}

impl Changelog {
    /// The SQL files, in their order.
    pub(in super::super) fn files(&self) -> impl Iterator<Item = &Path> {
        self.entries.iter().filter_map(Entry::path)
    }

    /// Whether all that this file of it says has been read.
    pub(in super::super) fn has_read(&self, path: &Path) -> bool {
        let path = normal(path);
        self.followed.contains(&path) && !self.with_code.contains(&path)
    }
}
