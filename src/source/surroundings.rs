//! What lies around a folder and tells which tool runs it.

use std::fs;
use std::path::{Path, PathBuf};

/// The folder and those above it, nearest first, up to the root of the repository.
pub(super) fn upwards(folder: &Path) -> Vec<PathBuf> {
    let here = if folder.as_os_str().is_empty() {
        Path::new(".")
    } else {
        folder
    };
    let mut folders = Vec::new();
    for above in std::path::absolute(here).unwrap_or_default().ancestors() {
        folders.push(above.to_path_buf());
        if above.join(".git").exists() {
            break;
        }
    }
    folders
}

/// Whether a file of this name lies in the folder or above it.
pub(super) fn has(folder: &Path, name: &str) -> bool {
    upwards(folder).iter().any(|up| up.join(name).is_file())
}

/// Whether a file of this name, in the folder or above it, holds the word.
pub(super) fn mentions(folder: &Path, name: &str, word: &str) -> bool {
    upwards(folder)
        .iter()
        .filter_map(|up| fs::read_to_string(up.join(name)).ok())
        .any(|text| text.contains(word))
}
