//! Paths as people know them.

use std::ffi::OsStr;
use std::path::{Component, Path, PathBuf};

/// The path as a person knows it: relative where it lies below the working directory; that directory itself is empty.
#[must_use]
pub fn tidy(path: &Path) -> PathBuf {
    let below = std::env::current_dir()
        .ok()
        .and_then(|here| path.strip_prefix(here).ok());
    let path = below.unwrap_or(path);
    path.components()
        .filter(|part| !matches!(part, Component::CurDir))
        .collect()
}

/// The path to open for a tidy one.
pub(super) fn on_disk(path: &Path) -> &Path {
    if path.as_os_str().is_empty() {
        Path::new(".")
    } else {
        path
    }
}

/// The last part of a path, or nothing where it is not UTF-8.
pub(super) fn name(path: &Path) -> &str {
    path.file_name().and_then(OsStr::to_str).unwrap_or_default()
}

/// The absolute path without `.` and `..`.
pub(super) fn normal(path: &Path) -> PathBuf {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            part => normal.push(part),
        }
    }
    normal
}

/// The path with forward slashes, as all formats write it.
#[must_use]
pub fn slashes(path: &Path) -> String {
    let text = path.display().to_string();
    if cfg!(windows) {
        text.replace('\\', "/")
    } else {
        text
    }
}

/// The top of the repository that the current folder lies in: the nearest folder above, or itself, that holds `.git`, whatever that is.
#[must_use]
pub fn top_of_repository() -> Option<PathBuf> {
    let here = std::env::current_dir().ok()?;
    let top = here.ancestors().find(|up| up.join(".git").exists())?;
    Some(top.to_owned())
}
