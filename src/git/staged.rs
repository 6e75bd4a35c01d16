//! The files of the index in place of those on disk.

use super::listing::Listing;
use super::repository::{GitError, Repository, broken};
use super::since::Since;
use crate::source::{Disk, Files};
use gix::ThreadSafeRepository;
use gix::bstr::ByteSlice;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

impl Repository {
    /// What is staged: the difference between HEAD and the index, and the files as the index has them.
    ///
    /// # Errors
    /// Where a file is not merged yet, and where the index cannot be read.
    pub fn staged(&self) -> Result<(Since, Arc<Staged>), GitError> {
        let repository = self.inner.to_thread_local();
        let head = match repository.head_tree_id_or_empty() {
            Ok(tree) => tree.object().map(gix::Object::into_tree),
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
}

/// The files as they are staged; outside of the repository, those on disk.
#[derive(Debug)]
pub struct Staged {
    repository: Repository,
    index: Arc<Listing>,
}

/// What the index has of a file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Entry {
    /// The index is not about it: it lies outside of the repository, or in a submodule.
    Elsewhere,
    Nothing,
    Text(gix::ObjectId),
}

impl Staged {
    pub(super) fn new(repository: &Repository, index: Arc<Listing>) -> Self {
        Self {
            repository: repository.clone(),
            index,
        }
    }

    /// What the index has of a file.
    fn entry(&self, path: &Path) -> Entry {
        let below = self.repository.below(path);
        let below = below.filter(|it| !self.index.is_in_submodule(it.as_bstr()));
        match below.map(|below| self.index.files.get(&below).copied()) {
            None => Entry::Elsewhere,
            Some(None) => Entry::Nothing,
            Some(Some(id)) => Entry::Text(id),
        }
    }

    fn inner(&self) -> &ThreadSafeRepository {
        &self.repository.inner
    }
}

impl Files for Staged {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self.entry(path) {
            Entry::Elsewhere => Disk.read(path),
            Entry::Nothing => Err(io::ErrorKind::NotFound.into()),
            Entry::Text(id) => {
                let object = self
                    .inner()
                    .to_thread_local()
                    .find_object(id)
                    .map(gix::Object::detach);
                object.map(|object| object.data).map_err(io::Error::other)
            }
        }
    }

    fn is_file(&self, path: &Path) -> bool {
        match self.entry(path) {
            Entry::Elsewhere => Disk.is_file(path),
            entry => entry != Entry::Nothing,
        }
    }

    fn hides(&self, path: &Path) -> bool {
        self.entry(path) == Entry::Nothing && !path.is_dir()
    }

    fn beyond_disk(&self, folder: &Path) -> Vec<PathBuf> {
        // Of the folder itself only what lies in it has a name.
        let Some(inside) = self.repository.below(&folder.join("x")) else {
            return Vec::new();
        };
        let prefix = &inside[..inside.len() - 1];
        let below = self.index.files.keys().filter_map(|path| {
            let rest = path.strip_prefix(prefix)?;
            let path = folder.join(gix::path::from_bstr(rest.as_bstr()).ok()?);
            (!path.exists()).then_some(path)
        });
        let mut below: Vec<PathBuf> = below.collect();
        below.sort();
        below
    }
}
