//! The files of one history before its framework has put them in order.

use super::changelog::Changelog;
use super::layout::Layout;
use super::path::name;
use super::{Files, Framework, SourceFile, dialect};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Files that belong together, in the order of their paths.
#[derive(Debug)]
pub(super) struct Folder {
    pub(super) root: PathBuf,
    pub(super) layout: Layout,
    pub(super) files: Vec<Member>,
    pub(super) disk: Arc<dyn Files>,
    /// What names the files and says how they are run, where there is such a thing.
    pub(super) changelog: Option<Changelog>,
}

impl Folder {
    /// The text of a file below the folder; empty where there is none.
    pub(super) fn read(&self, below: &str) -> String {
        text(&*self.disk, &self.root.join(below))
    }

    /// The text of the file of this name beside one of its files; empty where there is none.
    pub(super) fn read_beside(&self, member: &Member, name: &str) -> String {
        text(&*self.disk, &member.path().with_file_name(name))
    }
}

fn text(files: &dyn Files, path: &Path) -> String {
    let bytes = files.read(path).unwrap_or_default();
    String::from_utf8(bytes).unwrap_or_default()
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
        let name = dialect::without_postgres(self.name());
        let extension = name.rsplit_once('.').map(|(_, extension)| extension);
        extension.is_some_and(|extension| !extension.eq_ignore_ascii_case("sql"))
    }

    pub(super) fn text(&self) -> &str {
        self.file.text()
    }
}
