//! Which history a file belongs to, told by its path.

use super::framework::{flyway, sqitch};
use super::layout::Layout;
use super::order::digits;
use super::path::{name, tidy};
use std::path::{Path, PathBuf};

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
    let is_number = |name: &str| !name.is_empty() && digits(name).len() == name.len();
    if let Some(above) = above.filter(|_| is_number(name(folder)) && !digits(name(path)).is_empty())
    {
        return (above.into(), Layout::Joined);
    }
    (folder.into(), Layout::Flat)
}
