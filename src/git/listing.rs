//! The files of one state of a repository.

use super::repository::GitError;
use gix::bstr::{BStr, BString};
use gix::objs::tree::EntryKind;
use rustc_hash::FxHashMap;

/// The files of one state, by their path below the top; a submodule is one, too.
#[derive(Debug, Default)]
pub(super) struct Listing {
    pub(super) files: FxHashMap<BString, gix::ObjectId>,
    submodules: Vec<BString>,
}

impl Listing {
    pub(super) fn of_tree(tree: &gix::Tree<'_>) -> Result<Self, gix::Error> {
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

    pub(super) fn of_index(index: &gix::index::State) -> Result<Self, GitError> {
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
    pub(super) fn is_in_submodule(&self, path: &BStr) -> bool {
        let mut submodules = self.submodules.iter();
        submodules.any(|submodule| {
            let rest = path.strip_prefix(submodule.as_slice());
            rest.is_some_and(|rest| rest.starts_with(b"/"))
        })
    }
}
