//! Where settings may lie that no script names: a bounded look at the Python files of a project.

use std::fs;
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// So many files are looked at.
const FILES: usize = 5_000;
/// And no larger ones.
const BYTES: u64 = 500_000;

/// The Python files below a folder whose text `wants`, without what is installed beside the project, and without tests.
pub(super) fn files(root: &Path, wants: impl Fn(&Path, &str) -> bool) -> Vec<PathBuf> {
    let entries = WalkDir::new(root)
        .max_depth(8)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(|entry| entry.depth() == 0 || !is_passed_over(entry));
    let is_small = |entry: &DirEntry| entry.metadata().is_ok_and(|data| data.len() < BYTES);
    let python = entries.flatten().filter(|entry| {
        let is_python = entry.path().extension().is_some_and(|end| end == "py");
        is_python && entry.file_type().is_file() && is_small(entry)
    });
    let wanted = python.take(FILES).filter(|entry| {
        let text = fs::read_to_string(entry.path());
        text.is_ok_and(|text| wants(entry.path(), &text))
    });
    wanted.map(DirEntry::into_path).collect()
}

fn is_passed_over(entry: &DirEntry) -> bool {
    const FOLDERS: &[&str] = &[
        "__pycache__",
        "build",
        "dist",
        "migrations",
        "node_modules",
        "site-packages",
        "test",
        "tests",
        "venv",
    ];
    let name = entry.file_name().to_string_lossy();
    entry.file_type().is_dir()
        && (name.starts_with('.')
            || FOLDERS.contains(&name.as_ref())
            || entry.path().join("pyvenv.cfg").exists())
}

/// The value of a string that a text assigns to a name at the start of a line.
pub(super) fn assigned<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    text.lines().find_map(|line| {
        let rest = line.strip_prefix(name)?.trim_start();
        let rest = rest.strip_prefix('=')?.trim_start();
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        rest[1..].split(quote).next()
    })
}

/// Whether a text assigns to a name at the start of a line.
pub(super) fn assigns(text: &str, name: &str) -> bool {
    text.lines().any(|line| {
        let rest = line.strip_prefix(name).map(str::trim_start);
        rest.is_some_and(|rest| rest.starts_with(['=', ':']))
    })
}
