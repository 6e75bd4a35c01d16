//! From the paths that a person named to the files that may hold migrations.

use super::candidate::{is_candidate, may_hold_code};
use super::changelog::{self, Changelog};
use super::folder::Standing;
use super::framework::flyway;
use super::ignored::Ignored;
use super::layout::Layout;
use super::path::{name, normal, on_disk, tidy};
use super::place::place;
use super::unread::{self, Why};
use super::{Fault, FaultKind, Request, dialect, tools};
use std::collections::{BTreeMap, BTreeSet};
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
    /// Files that may hold migrations in other code.
    pub(super) code: BTreeMap<PathBuf, Standing>,
    /// What will not be read, as its name tells.
    pub(super) unread: BTreeMap<PathBuf, (Standing, Why)>,
    /// Folders named after other databases.
    pub(super) dialects: BTreeMap<PathBuf, &'static str>,
    /// Changelogs that name files among these.
    pub(super) changelogs: Vec<Changelog>,
    /// Named paths that the config excludes.
    pub(super) excluded: Vec<PathBuf>,
    /// Files that were asked for, and are not pending.
    pub(super) settled: Vec<PathBuf>,
    pub(super) faults: Vec<Fault>,
}

/// Looks through every path of the request, and through the histories that named files belong to.
pub(super) fn walk(request: &Request) -> Walk {
    let mut walk = Walk::default();
    let mut contexts = BTreeSet::new();
    for path in &request.paths {
        let path = tidy(path);
        if request.force_exclude && request.excludes(&path) {
            walk.excluded.push(path);
        } else if on_disk(&path).is_dir() {
            let leaves_out = walk.folder(&path, None, Standing::Inside, request);
            if request.force_exclude && leaves_out && !walk.holds(&path) {
                walk.excluded.push(path.clone());
            }
            let below = walk.sql.keys().filter(|file| file.starts_with(&path));
            let below: BTreeSet<_> = below.map(|file| home(file, request)).collect();
            let twins = below.iter().flat_map(|(root, depth)| {
                let twins = flyway::code_of(root).into_iter();
                twins.map(|twin| (twin, *depth))
            });
            let twins: Vec<_> = twins.collect();
            let around = below.into_iter().chain(twins);
            contexts.extend(around.filter(|(root, _)| !root.starts_with(&path)));
        } else if !request.files.is_file(&path) && path.symlink_metadata().is_err() {
            walk.faults.push(Fault::new(
                &path,
                FaultKind::Missing,
                "does not exist".into(),
                "check the spelling and the working directory",
            ));
        } else {
            walk.named(&path, request, &mut contexts);
        }
    }
    contexts.retain(|(root, _)| on_disk(root).is_dir());
    for (root, depth) in contexts {
        for twin in flyway::code_of(&root) {
            walk.folder(&twin, depth, Standing::Context, request);
        }
        walk.folder(&root, depth, Standing::Context, request);
    }
    walk.follow_changelogs(request);
    if request.changes.is_some() {
        walk.keep_pending(request);
    }
    walk
}

/// Whether the name of a file tells what it holds.
#[must_use]
pub fn is_known(path: &Path) -> bool {
    is_sql(path) || unread::by_name(path).is_some() || tools::may_be_code(name(path))
}

/// The folder of the history that a file belongs to, and how deep below it the files of that lie.
fn home(file: &Path, request: &Request) -> (PathBuf, Option<usize>) {
    let (root, layout) = place(file);
    match request.wish(&root) {
        // What the config names is one history, however deep.
        Some(wish) => (tidy(&wish.path), None),
        None => (root, layout.depth()),
    }
}

impl Walk {
    /// A file that is named.
    fn named(
        &mut self,
        path: &Path,
        request: &Request,
        contexts: &mut BTreeSet<(PathBuf, Option<usize>)>,
    ) {
        let why = unread::by_name(path).or_else(|| dialect::of_folder(path).map(Why::Dialect));
        if name(path).is_empty() && may_be_sql(path) {
            self.faults.push(nameless(path));
        } else if request.files.hides(path) {
            self.faults.push(Fault::new(
                path,
                FaultKind::Missing,
                "is not staged".into(),
                "`git add` it, or leave --staged out",
            ));
        } else if let Some(why) = why {
            self.unread.insert(path.into(), (Standing::Named, why));
        } else if is_sql(path) {
            contexts.insert(home(path, request));
            self.sql.insert(path.into(), Standing::Named);
        } else if is_candidate(path) {
            self.python.insert(path.into(), Standing::Named);
        } else if tools::may_be_code(name(path)) {
            self.code.insert(path.into(), Standing::Named);
        }
    }

    /// The other files of a changelog are context of those that were found.
    fn follow_changelogs(&mut self, request: &Request) {
        let is_flat = |path: &&PathBuf| place(path).1 == Layout::Flat;
        let flat: Vec<PathBuf> = self.sql.keys().filter(is_flat).cloned().collect();
        let known: BTreeSet<PathBuf> = flat.iter().map(|path| normal(path)).collect();
        let mut changelogs = changelog::around(known.iter().map(PathBuf::as_path), request);
        changelogs.retain(|log| log.files().any(|path| known.contains(path)));
        for path in changelogs.iter().flat_map(Changelog::files) {
            if !known.contains(path) && !request.excludes(path) {
                self.sql.entry(tidy(path)).or_insert(Standing::Context);
            }
        }
        self.changelogs = changelogs;
    }

    /// Makes context of all that is not pending.
    fn keep_pending(&mut self, request: &Request) {
        let standings = self.sql.iter_mut().chain(&mut self.code);
        let unread = self
            .unread
            .iter_mut()
            .map(|(path, (standing, _))| (path, standing));
        for (path, standing) in standings.chain(unread) {
            if *standing > Standing::Context && !request.may_be_pending(path) {
                *standing = Standing::Context;
                self.settled.push(path.clone());
            }
        }
    }

    /// Whether something was found below a folder.
    fn holds(&self, folder: &Path) -> bool {
        let files = self.sql.keys().chain(self.python.keys());
        let files = files.chain(self.code.keys()).chain(self.unread.keys());
        files.into_iter().any(|file| file.starts_with(folder))
    }

    /// Looks through a folder, and tells whether the config excludes something in it.
    pub(super) fn folder(
        &mut self,
        root: &Path,
        depth: Option<usize>,
        standing: Standing,
        request: &Request,
    ) -> bool {
        let mut leaves_out = false;
        let mut ignored = Ignored::default();
        let mut dialects = Vec::new();
        let wanted = |entry: &DirEntry| {
            let is_folder = entry.file_type().is_dir();
            let absolute = std::path::absolute(entry.path());
            if entry.depth() > 0 && request.exclude.is_match(tidy(entry.path())) {
                leaves_out = true;
                return false;
            }
            if is_folder && entry.depth() > 0 && dialect::is_other(entry_name(entry)) {
                dialects.push(tidy(entry.path()));
            }
            entry.depth() == 0
                || !(is_passed_over(entry)
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
                Ok(entry) if request.files.hides(entry.path()) => {}
                Ok(entry) => self.entry(&entry, standing),
                Err(error) => self.faults.push(Fault::new(
                    error.path().unwrap_or(root),
                    FaultKind::Unreadable,
                    "cannot be read: a folder that does not open".into(),
                    "check that its permissions allow reading",
                )),
            }
        }
        for path in request.files.beyond_disk(root) {
            self.file(tidy(&path), standing);
        }
        if standing > Standing::Context {
            self.dialects
                .extend(dialects.into_iter().filter_map(|path| {
                    let database = dialect::other(name(&path)).filter(|_| holds_sql(&path))?;
                    Some((path, database))
                }));
        }
        leaves_out
    }

    fn entry(&mut self, entry: &DirEntry, standing: Standing) {
        let path = tidy(entry.path());
        // A link to a file is a file; a link to a folder is not followed, so no loop can be entered.
        // What exists and is neither, a pipe say, is never opened.
        if path.exists() && !path.is_file() {
            return;
        }
        self.file(path, standing);
    }

    /// A file that may hold a migration.
    fn file(&mut self, path: PathBuf, standing: Standing) {
        if name(&path).is_empty() && standing > Standing::Context && may_be_sql(&path) {
            self.faults.push(nameless(&path));
            return;
        }
        if let Some(why) = unread::by_name(&path) {
            if name(&path).split('.').any(|word| word == "down") {
                // What undoes a migration is not read for any database.
                return;
            }
            let known = self.unread.entry(path).or_insert((standing, why));
            known.0 = standing.max(known.0);
            return;
        }
        let found = if is_sql(&path) {
            &mut self.sql
        } else if is_candidate(&path) {
            if standing == Standing::Context {
                return;
            }
            &mut self.python
        } else if may_hold_code(&path) {
            &mut self.code
        } else {
            return;
        };
        let known = found.entry(path).or_insert(standing);
        *known = standing.max(*known);
    }
}

fn is_passed_over(entry: &DirEntry) -> bool {
    if !entry.file_type().is_dir() {
        return false;
    }
    let name = entry_name(entry);
    PASSED_OVER.contains(&name)
        || dialect::is_other(name)
        || entry.path().join("pyvenv.cfg").exists()
}

fn entry_name(entry: &DirEntry) -> &str {
    entry.file_name().to_str().unwrap_or_default()
}

/// Whether there is an SQL file in a folder, or in one right below it.
fn holds_sql(folder: &Path) -> bool {
    let files = WalkDir::new(folder).max_depth(2).into_iter();
    files.flatten().any(|entry| is_sql(entry.path()))
}

/// Whether a file is SQL by how its name ends, whatever else is in it.
fn may_be_sql(path: &Path) -> bool {
    let name = path.file_name().map(std::ffi::OsStr::as_encoded_bytes);
    name.is_some_and(|name| name.to_ascii_lowercase().ends_with(b"sql"))
}

/// A file whose name no runner could sort.
fn nameless(path: &Path) -> Fault {
    Fault::new(
        path,
        FaultKind::Unreadable,
        "has a name that is not UTF-8, so nobody knows its place among the others".into(),
        "give it another name",
    )
}

fn is_sql(path: &Path) -> bool {
    let name = dialect::without_postgres(name(path));
    let extension = name.rsplit_once('.').map(|(_, extension)| extension);
    extension.is_some_and(|extension| {
        ["sql", "psql", "pgsql"]
            .iter()
            .any(|sql| extension.eq_ignore_ascii_case(sql))
    })
}
