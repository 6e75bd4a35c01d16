//! Which history a file belongs to, told by its path.

use super::folder::name;
use super::framework::{flyway, sqitch};
use super::order::digits;
use super::walk::tidy;
use std::path::{Path, PathBuf};

/// How a history is spread over folders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Layout {
    /// All files in one folder.
    Flat,
    /// A folder a migration: `migrations/<version>/up.sql`.
    Folders,
    /// Versioned files in folders below one folder.
    Nested,
    /// Committed migrations and the current one: `migrations/{committed/*.sql,current.sql}`.
    Committed,
    /// A plan beside the folders `deploy`, `revert` and `verify`.
    Planned,
}

impl Layout {
    /// How many folders deep the history's files lie below its root.
    pub(super) fn depth(self) -> Option<usize> {
        match self {
            Self::Flat => Some(1),
            Self::Folders | Self::Committed => Some(2),
            Self::Nested | Self::Planned => None,
        }
    }
}

/// The root of the history that a file belongs to, and how that is laid out.
pub(super) fn place(path: &Path) -> (PathBuf, Layout) {
    // The names of folders above the working directory count too.
    let path = std::path::absolute(path).unwrap_or_else(|_| path.into());
    let (root, layout) = place_absolute(&path);
    (tidy(&root), layout)
}

fn place_absolute(path: &Path) -> (PathBuf, Layout) {
    let folder = path.parent().unwrap_or(Path::new(""));
    let above = folder.parent();
    if let Some(root) = sqitch::root(path) {
        return (root, Layout::Planned);
    }
    match (name(path), above) {
        ("migration.sql", Some(above)) => return (above.into(), Layout::Folders),
        ("up.sql" | "down.sql", Some(above)) if !digits(name(folder)).is_empty() => {
            return (above.into(), Layout::Folders);
        }
        ("current.sql", _) if folder.join("committed").is_dir() => {
            return (folder.into(), Layout::Committed);
        }
        _ => {}
    }
    match (name(folder), above) {
        ("committed", Some(above)) => return (above.into(), Layout::Committed),
        ("current", Some(above)) if above.join("committed").is_dir() => {
            return (above.into(), Layout::Committed);
        }
        _ => {}
    }
    if flyway::kind(name(path)).is_some() {
        // Flyway looks below its locations too, which are named so by default.
        let mut above = folder.ancestors().take(4);
        let location = above.find(|up| matches!(name(up), "migration" | "migrations"));
        if let Some(location) = location {
            return (location.into(), Layout::Nested);
        }
    }
    (folder.into(), Layout::Flat)
}
