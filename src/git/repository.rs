//! A repository, and what goes wrong with one.

use crate::config::nearest;
use gix::ThreadSafeRepository;
use gix::bstr::{BString, ByteSlice};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Why git cannot answer, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GitError {
    pub message: String,
    pub help: String,
}

impl GitError {
    pub(super) fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            help: help.into(),
        }
    }
}

/// A repository with a work tree.
#[derive(Clone, Debug)]
pub struct Repository {
    pub(super) inner: Arc<ThreadSafeRepository>,
    /// The top of its work tree, without links in it.
    pub(super) root: PathBuf,
}

impl Repository {
    /// The repository that a path lies in; `GIT_DIR` and the like have the last word.
    ///
    /// # Errors
    /// Where there is none, where it cannot be opened, and where it has no work tree.
    pub fn of(path: &Path) -> Result<Self, GitError> {
        // What is only staged may be gone from disk, with its folder.
        let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let folder = absolute.ancestors().find(|up| up.is_dir());
        let folder = folder.unwrap_or(Path::new("."));
        let inner = ThreadSafeRepository::discover_with_environment_overrides(folder);
        let inner = inner.map_err(|error| {
            GitError::new(
                format!("{} is in no git repository that can be opened: {error}", path.display()),
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

    /// Whether it is the same one.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        self.root == other.root
    }

    /// The path of a file below the top, as git writes it, and of what a link leads to; nothing where it lies outside.
    pub(super) fn below(&self, path: &Path) -> Option<BString> {
        let absolute = std::path::absolute(path).ok()?;
        let folder = absolute.parent()?;
        // The file itself may be gone.
        let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let mut real = folder.join(absolute.file_name()?);
        if real.is_symlink() {
            real = real.canonicalize().ok()?;
        }
        spelled(real.strip_prefix(&self.root).ok()?)
    }

    /// Whether a path below the top belongs to a repository, a worktree or a submodule further down.
    pub(super) fn is_of_another(&self, below: &BString) -> bool {
        let Ok(path) = gix::path::from_bstr(below.as_bstr()) else {
            return false;
        };
        let folders = path
            .ancestors()
            .skip(1)
            .filter(|up| !up.as_os_str().is_empty());
        let mut folders = folders.map(|up| self.root.join(up));
        folders.any(|folder| folder.join(".git").exists())
    }

    /// The branch or tag whose name is most like the one that was typed.
    pub(super) fn near(repository: &gix::Repository, typed: &str) -> Option<String> {
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

/// A path as git writes it, with forward slashes; nothing where it cannot be written so.
fn spelled(path: &Path) -> Option<BString> {
    let text = gix::path::into_bstr(path).ok()?;
    Some(gix::path::to_unix_separators_on_windows(text).into_owned())
}

/// An object or a reference that does not open.
pub(super) fn broken(error: impl std::fmt::Display) -> GitError {
    GitError::new(
        format!("the git repository cannot be read: {error}"),
        "`git fsck` tells what is broken",
    )
}
