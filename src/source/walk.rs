//! From the paths that a person named to the files that may hold migrations.

use super::candidate::is_candidate;
use super::folder::Standing;
use super::ignored::Ignored;
use super::path::{name, on_disk, tidy};
use super::place::place;
use super::{Fault, FaultKind, Request, dialect};
use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// Folders that hold what was built, fetched or cached, and never a project's own migrations.
const PASSED_OVER: &[&str] = &[
    ".eggs",
    ".git",
    ".gradle",
    ".hg",
    ".mypy_cache",
    ".next",
    ".nox",
    ".nuxt",
    ".svn",
    ".tox",
    ".venv",
    "__pycache__",
    "build",
    "dist",
    "node_modules",
    "site-packages",
    "target",
    "venv",
];

/// What the walk found.
#[derive(Default)]
pub(super) struct Walk {
    pub(super) sql: BTreeMap<PathBuf, Standing>,
    /// Python files that may hold Django migrations.
    pub(super) python: BTreeMap<PathBuf, Standing>,
    pub(super) faults: Vec<Fault>,
}

/// Looks through every path of the request, and through the histories that named files belong to.
pub(super) fn walk(request: &Request) -> Walk {
    let mut walk = Walk::default();
    let mut contexts = BTreeSet::new();
    for path in &request.paths {
        let path = tidy(path);
        if on_disk(&path).is_dir() {
            walk.folder(&path, None, Standing::Inside, request);
            let below = walk.sql.keys().filter(|file| file.starts_with(&path));
            contexts.extend(
                below
                    .map(|file| place(file))
                    .filter(|(root, _)| !root.starts_with(&path)),
            );
        } else if !path.exists() && path.symlink_metadata().is_err() {
            walk.faults.push(Fault::new(
                &path,
                FaultKind::Missing,
                "does not exist".into(),
                "check the spelling and the working directory",
            ));
        } else if is_sql(&path) {
            contexts.insert(place(&path));
            walk.sql.insert(path, Standing::Named);
        } else if is_candidate(&path) {
            walk.python.insert(path, Standing::Named);
        }
    }
    for (root, layout) in contexts {
        walk.folder(&root, layout.depth(), Standing::Context, request);
    }
    walk
}

impl Walk {
    pub(super) fn folder(
        &mut self,
        root: &Path,
        depth: Option<usize>,
        standing: Standing,
        request: &Request,
    ) {
        let mut ignored = Ignored::default();
        let wanted = |entry: &DirEntry| {
            let is_folder = entry.file_type().is_dir();
            let absolute = std::path::absolute(entry.path());
            entry.depth() == 0
                || !(is_passed_over(entry)
                    || request.exclude.is_match(tidy(entry.path()))
                    || absolute.is_ok_and(|path| ignored.holds(&path, is_folder)))
        };
        let entries = WalkDir::new(on_disk(root))
            .follow_root_links(true)
            .max_depth(depth.unwrap_or(usize::MAX))
            .sort_by_file_name()
            .into_iter()
            .filter_entry(wanted);
        for entry in entries {
            match entry {
                Ok(entry) => self.entry(&entry, standing),
                Err(error) => self.faults.push(Fault::new(
                    error.path().unwrap_or(root),
                    FaultKind::Unreadable,
                    "cannot be read: a folder that does not open".into(),
                    "check that its permissions allow reading",
                )),
            }
        }
    }

    fn entry(&mut self, entry: &DirEntry, standing: Standing) {
        let path = tidy(entry.path());
        // A link to a file is a file; a link to a folder is not followed, so no loop can be entered.
        // What exists and is neither, a pipe say, is never opened.
        if path.exists() && !path.is_file() {
            return;
        }
        if is_sql(&path) && !dialect::file_is_for_other(name(&path)) {
            let known = self.sql.entry(path).or_insert(standing);
            *known = standing.max(*known);
        } else if is_candidate(&path) && standing != Standing::Context {
            let known = self.python.entry(path).or_insert(standing);
            *known = standing.max(*known);
        }
    }
}

fn is_passed_over(entry: &DirEntry) -> bool {
    if !entry.file_type().is_dir() {
        return false;
    }
    let name = entry.file_name().to_str().unwrap_or_default();
    PASSED_OVER.contains(&name)
        || dialect::is_other(name)
        || entry.path().join("pyvenv.cfg").exists()
}

fn is_sql(path: &Path) -> bool {
    let extension = path.extension().and_then(OsStr::to_str).unwrap_or_default();
    ["sql", "psql", "pgsql"]
        .iter()
        .any(|sql| extension.eq_ignore_ascii_case(sql))
}
