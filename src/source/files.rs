//! Where the text of files comes from: the one seam between the library and what it reads migrations from.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fmt, fs, io};

/// What holds files, by their path.
pub trait Files: fmt::Debug + Send + Sync {
    /// The bytes of a file.
    ///
    /// # Errors
    /// Where it is not there, or cannot be read.
    fn read(&self, path: &Path) -> io::Result<Vec<u8>>;

    /// Whether a file of this path is there.
    fn is_file(&self, path: &Path) -> bool;

    /// Whether a file that is on disk is not among these.
    fn hides(&self, _path: &Path) -> bool {
        false
    }

    /// The files below a folder that are not on disk.
    fn beyond_disk(&self, _folder: &Path) -> Vec<PathBuf> {
        Vec::new()
    }
}

/// The files on disk.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        fs::read(path)
    }

    fn is_file(&self, path: &Path) -> bool {
        path.is_file()
    }
}

/// Other files, but for some, which need not be there: other texts stand in for those.
#[derive(Clone, Debug)]
pub struct Instead {
    under: Arc<dyn Files>,
    /// By absolute path.
    texts: BTreeMap<PathBuf, String>,
}

impl Instead {
    /// `under` as they are.
    #[must_use]
    pub const fn of(under: Arc<dyn Files>) -> Self {
        Self {
            under,
            texts: BTreeMap::new(),
        }
    }

    /// The files on disk, but for this text in place of what the file `path` holds.
    #[must_use]
    pub fn new(path: &Path, text: String) -> Self {
        Self::of(Arc::new(Disk)).with(path, text)
    }

    /// `text` in place of what the file `path` holds.
    #[must_use]
    pub fn with(mut self, path: &Path, text: String) -> Self {
        self.texts.insert(absolute(path), text);
        self
    }

    /// Whether a text stands in for this file.
    #[must_use]
    pub fn holds(&self, path: &Path) -> bool {
        self.texts.contains_key(&absolute(path))
    }

    /// What stands in for files, by their absolute paths.
    pub fn texts(&self) -> impl Iterator<Item = (&Path, &str)> {
        let texts = self.texts.iter();
        texts.map(|(path, text)| (path.as_path(), text.as_str()))
    }
}

impl Files for Instead {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        match self.texts.get(&absolute(path)) {
            Some(text) => Ok(text.clone().into_bytes()),
            None => self.under.read(path),
        }
    }

    fn is_file(&self, path: &Path) -> bool {
        self.holds(path) || self.under.is_file(path)
    }

    fn hides(&self, path: &Path) -> bool {
        !self.holds(path) && self.under.hides(path)
    }

    fn beyond_disk(&self, folder: &Path) -> Vec<PathBuf> {
        let (below, mut beyond) = (absolute(folder), self.under.beyond_disk(folder));
        let new = self.texts.keys().filter(|path| !path.exists());
        beyond.extend(new.filter(|path| path.starts_with(&below)).cloned());
        beyond
    }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
