//! What git knows: which files are new or changed since a revision, and the text of those that are staged.

mod since;
mod staged;

pub use since::Since;
pub use staged::Staged;

use crate::config::nearest;
use gix::ThreadSafeRepository;
use gix::bstr::{BStr, BString};
use gix::objs::tree::EntryKind;
use rustc_hash::FxHashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why git cannot answer, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitError {
    pub message: String,
    pub help: String,
}

impl GitError {
    fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: help.into(),
        }
    }
}

/// A repository with a work tree.
#[derive(Debug)]
pub struct Repository {
    inner: Arc<ThreadSafeRepository>,
    /// The top of its work tree, without links in it.
    root: PathBuf,
}

/// The files of one state, by their path below the top; a submodule is one, too.
#[derive(Debug, Default)]
struct Listing {
    files: FxHashMap<BString, gix::ObjectId>,
    submodules: Vec<BString>,
}

impl Repository {
    /// The repository that a path lies in; `GIT_DIR` and the like have the last word.
    ///
    /// # Errors
    /// Where there is none, where it cannot be opened, and where it has no work tree.
    pub fn of(path: &Path) -> Result<Self, GitError> {
        let folder = if path.is_dir() {
            path
        } else {
            path.parent().unwrap_or(Path::new(""))
        };
        let folder = match folder {
            empty if empty.as_os_str().is_empty() => Path::new("."),
            folder => folder,
        };
        let inner = ThreadSafeRepository::discover_with_environment_overrides(folder);
        let inner = inner.map_err(|error| {
            GitError::new(
                format!("{} is in no git repository that can be opened: {error}", folder.display()),
                "run it where the migrations are under version control, or say what is pending by start-after in mig-lint.toml, or by naming files",
            )
        })?;
        let repository = inner.to_thread_local();
        let Some(root) = repository.workdir() else {
            return Err(GitError::new(
                format!(
                    "{} is a bare repository: it has no files to read",
                    repository.git_dir().display()
                ),
                "run it in a clone that has a work tree",
            ));
        };
        let root = root.canonicalize().unwrap_or_else(|_| root.to_owned());
        Ok(Self {
            inner: Arc::new(inner),
            root,
        })
    }

    /// What is new or changed since the merge base of HEAD and a revision, committed or not.
    ///
    /// # Errors
    /// Where the revision is not known, or the two have no commit in common, as far as the clone goes back.
    pub fn since(&self, revision: &str) -> Result<Since, GitError> {
        let repository = self.inner.to_thread_local();
        let is_shallow = repository.is_shallow().unwrap_or(false);
        let unknown = |_| {
            let help = match self.near(&repository, revision) {
                Some(near) => format!("did you mean {near}?"),
                None if is_shallow => DEEPEN.to_owned(),
                None => format!(
                    "`git fetch origin {revision}` brings a branch that was not fetched; `git branch --all` lists what is there"
                ),
            };
            GitError::new(format!("git knows no revision {revision}"), help)
        };
        let named = repository.rev_parse_single(revision).map_err(unknown)?;
        let named = named.object().and_then(|object| object.peel_to_commit());
        let named = named.map_err(unknown)?.id;
        let head = repository.head_id().map_err(|_| {
            GitError::new("HEAD has no commit yet", "commit first, or use --staged")
        })?;
        let base = repository.merge_base(head, named).ok().flatten();
        let Some(base) = base else {
            let help = if is_shallow {
                DEEPEN
            } else {
                "name the branch that this one began at"
            };
            let clone = if is_shallow {
                ", as far as this shallow clone goes back"
            } else {
                ""
            };
            return Err(GitError::new(
                format!("HEAD and {revision} have no commit in common{clone}"),
                help,
            ));
        };
        let tree = base.object().and_then(|object| object.peel_to_tree());
        let listing = tree
            .and_then(|tree| Listing::of_tree(&tree))
            .map_err(broken)?;
        let text = format!(
            "new or changed since {revision} at {}",
            base.to_hex_with_len(7)
        );
        Ok(Since::new(self, listing, None, text))
    }

    /// What is staged: the difference between HEAD and the index, and the files as the index has them.
    ///
    /// # Errors
    /// Where a file is not merged yet, and where the index cannot be read.
    pub fn staged(&self) -> Result<(Since, Arc<Staged>), GitError> {
        let repository = self.inner.to_thread_local();
        let head = match repository.head_tree_id_or_empty() {
            Ok(tree) => tree.object().map(|object| object.into_tree()),
            Err(error) => Err(error),
        };
        let head = head
            .and_then(|tree| Listing::of_tree(&tree))
            .map_err(broken)?;
        let index = repository.index_or_empty().map_err(broken)?;
        let listing = Arc::new(Listing::of_index(&index)?);
        let text = "staged in git".to_owned();
        let since = Since::new(self, head, Some(listing.clone()), text);
        Ok((since, Arc::new(Staged::new(self, listing))))
    }

    /// The path of a file below the top, as git writes it; nothing where it lies outside.
    fn below(&self, path: &Path) -> Option<BString> {
        let absolute = std::path::absolute(path).ok()?;
        let folder = absolute.parent()?;
        // The file itself may be a link, and may be gone.
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let below = folder
            .strip_prefix(&self.root)
            .ok()?
            .join(absolute.file_name()?);
        spelled(&below)
    }

    /// The branch or tag whose name is most like the one that was typed.
    fn near(&self, repository: &gix::Repository, typed: &str) -> Option<String> {
        let references = repository.references().ok()?;
        let names: Vec<String> = references
            .all()
            .ok()?
            .flatten()
            .map(|reference| reference.name().shorten().to_string())
            .collect();
        nearest(typed, names.iter().map(String::as_str)).map(str::to_owned)
    }
}

const DEEPEN: &str = "this is a shallow clone: `git fetch --unshallow`, `git fetch --deepen 100`, or `fetch-depth: 0` for actions/checkout, brings what is missing";

/// A path as git writes it, with forward slashes; nothing where it cannot be written so.
fn spelled(path: &Path) -> Option<BString> {
    let text = gix::path::into_bstr(path).ok()?;
    Some(gix::path::to_unix_separators_on_windows(text).into_owned())
}

fn broken(error: impl std::fmt::Display) -> GitError {
    GitError::new(
        format!("the git repository cannot be read: {error}"),
        "`git fsck` tells what is broken",
    )
}

impl Listing {
    fn of_tree(tree: &gix::Tree<'_>) -> Result<Self, gix::Error> {
        let mut listing = Self::default();
        for entry in tree.traverse().breadthfirst.files()? {
            match entry.mode.kind() {
                EntryKind::Tree => {}
                EntryKind::Commit => listing.submodules.push(entry.filepath),
                _ => {
                    listing.files.insert(entry.filepath, entry.oid);
                }
            }
        }
        Ok(listing)
    }

    fn of_index(index: &gix::index::State) -> Result<Self, GitError> {
        let mut listing = Self::default();
        for entry in index.entries() {
            let path = entry.path(index);
            if entry.stage_raw() != 0 {
                return Err(GitError::new(
                    format!("{path} is not merged yet: the index has several texts of it"),
                    "resolve the conflict and `git add` it first",
                ));
            }
            if entry.mode == gix::index::entry::Mode::COMMIT {
                listing.submodules.push(path.to_owned());
            } else if !entry
                .flags
                .contains(gix::index::entry::Flags::INTENT_TO_ADD)
            {
                listing.files.insert(path.to_owned(), entry.id);
            }
        }
        Ok(listing)
    }

    /// Whether a path lies in a submodule.
    fn is_in_submodule(&self, path: &BStr) -> bool {
        let mut submodules = self.submodules.iter();
        submodules.any(|submodule| {
            let rest = path.strip_prefix(submodule.as_slice());
            rest.is_some_and(|rest| rest.starts_with(b"/"))
        })
    }
}
