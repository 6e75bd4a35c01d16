//! The files of one history before its framework has put them in order.

use super::place::Layout;
use super::{Framework, SourceFile, framework};
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Files that belong together, in the order of their paths.
#[derive(Debug)]
pub(super) struct Folder {
    pub(super) root: PathBuf,
    pub(super) layout: Layout,
    pub(super) files: Vec<Member>,
}

/// One file that was read.
#[derive(Clone, Debug)]
pub(super) struct Member {
    pub(super) file: Arc<SourceFile>,
    pub(super) standing: Standing,
    /// The framework whose marker its text holds.
    pub(super) marked: Option<Framework>,
}

/// Why a file is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Standing {
    /// It lies beside a file that was named.
    Context,
    /// It lies in a folder that was named.
    Inside,
    /// It was itself named.
    Named,
}

impl Member {
    pub(super) fn new(file: SourceFile, standing: Standing) -> Self {
        let marked = framework::marked(file.text());
        Self {
            file: Arc::new(file),
            standing,
            marked,
        }
    }

    pub(super) fn path(&self) -> &Path {
        self.file.path()
    }

    /// The name of the file.
    pub(super) fn name(&self) -> &str {
        name(self.path())
    }

    /// The name of the folder that holds it.
    pub(super) fn folder_name(&self) -> &str {
        self.path().parent().map_or("", name)
    }

    /// Whether its extension is one that only psql's files have.
    pub(super) fn is_for_psql(&self) -> bool {
        let extension = self.path().extension();
        extension.is_some_and(|extension| !extension.eq_ignore_ascii_case("sql"))
    }

    pub(super) fn text(&self) -> &str {
        self.file.text()
    }
}

/// The last part of a path, or nothing where it is not UTF-8.
pub(super) fn name(path: &Path) -> &str {
    path.file_name().and_then(OsStr::to_str).unwrap_or_default()
}
