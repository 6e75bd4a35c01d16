//! Files that lie among migrations and were not read: which, and why.

use super::tools::Tool;
use super::{Framework, dialect};
use std::path::{Path, PathBuf};

/// Files of one kind in one folder that were not read.
#[derive(Clone, Debug)]
pub struct Unread {
    /// In the order of their names.
    pub paths: Vec<PathBuf>,
    pub why: Why,
    /// Whether migrations that were read run after one of them: what it changed is missing from what is known then.
    pub precedes: bool,
    /// Whether nothing of a path that was named could be read.
    pub is_all: bool,
}

/// Why a file was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Why {
    /// It is code of this tool.
    Code(&'static Tool),
    /// It is for this database.
    Dialect(&'static str),
    /// It is made into SQL only when it is run.
    Template,
    /// The file by which its runner goes does not list it.
    Unlisted(&'static str),
    /// It is not called as its runner calls migrations, so it is not run.
    Misnamed(Framework),
}

/// What the name alone tells of a file that is no SQL for PostgreSQL.
pub(super) fn by_name(path: &Path) -> Option<Why> {
    let name = super::path::name(path);
    if let Some(database) = dialect::of_file(name) {
        return Some(Why::Dialect(database));
    }
    let (sql, extension) = name.rsplit_once('.')?;
    let is_sql = sql.to_ascii_lowercase().ends_with(".sql");
    (is_sql
        && TEMPLATES
            .iter()
            .any(|it| extension.eq_ignore_ascii_case(it)))
    .then_some(Why::Template)
}

/// Extensions that follow `.sql` where a program makes SQL of the file: template engines, and what packs files.
const TEMPLATES: &[&str] = &[
    "bz2", "ejs", "erb", "gotmpl", "gz", "hbs", "j2", "jinja", "jinja2", "liquid", "mako",
    "mustache", "template", "tmpl", "tpl", "xz", "zst",
];
