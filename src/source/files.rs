//! Where the text of files comes from: the one seam between the library and what it reads migrations from.

use std::path::{Path, PathBuf};
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

/// The files on disk, but for one, which need not be there: another text stands in for it.
#[derive(Clone, Debug)]
pub struct Instead {
    path: PathBuf,
    text: String,
}

impl Instead {
    /// `text` in place of what the file `path` holds.
    #[must_use]
    pub fn new(path: &Path, text: String) -> Self {
        Self {
            path: absolute(path),
            text,
        }
    }
}

impl Files for Instead {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        if absolute(path) == self.path {
            Ok(self.text.clone().into_bytes())
        } else {
            Disk.read(path)
        }
    }

    fn is_file(&self, path: &Path) -> bool {
        absolute(path) == self.path || Disk.is_file(path)
    }
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
