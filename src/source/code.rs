//! Files in code that were not read: of which tool they are, and which history they belong to.

use super::Request;
use super::candidate::{has_number, is_among_migrations};
use super::folder::{Folder, Standing};
use super::framework::flyway;
use super::layout::Layout;
use super::path::name;
use super::tools::{self, Tool};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// One file.
#[derive(Clone, Debug)]
pub(super) struct Code {
    pub(super) path: PathBuf,
    pub(super) standing: Standing,
    /// The tool whose migration it is, as its text tells.
    pub(super) tool: Option<&'static Tool>,
}

/// Looks into files for what tells the tool: those that are named, lie where migrations do, or `beside` SQL files.
pub(super) fn look(
    files: &BTreeMap<PathBuf, Standing>,
    beside: &BTreeSet<&Path>,
    request: &Request,
) -> Vec<Code> {
    let is_worth_it = |path: &Path, standing: Standing| {
        standing == Standing::Named
            || is_among_migrations(path)
            || path.parent().is_some_and(|folder| beside.contains(folder))
    };
    let files = files.iter();
    let files: Vec<(&PathBuf, &Standing)> = files
        .filter(|(path, standing)| is_worth_it(path, **standing))
        .collect();
    let look = |(path, standing): (&PathBuf, &Standing)| {
        let text = request.files.read(path).ok()?;
        let text = String::from_utf8_lossy(&text);
        Some(Code {
            path: path.clone(),
            standing: *standing,
            tool: tools::of_text(name(path), &text).or_else(|| by_place(path)),
        })
    };
    files.into_par_iter().filter_map(look).collect()
}

/// The tool in whose folder a file with a number lies.
pub(super) fn by_place(path: &Path) -> Option<&'static Tool> {
    tools::of_place(path).filter(|tool| has_number(name(path)) || tool.name == "Alembic")
}

impl Code {
    /// Whether it belongs to the history of SQL files in this folder.
    pub(super) fn is_in(&self, folder: &Folder) -> bool {
        let is_migration = self.tool.is_some()
            || has_number(name(&self.path)) && tools::language(name(&self.path)).is_some();
        is_migration
            && [Some(self.path.clone()), flyway::sql_of(&self.path)]
                .into_iter()
                .flatten()
                .any(|path| lies_in(&path, folder))
    }

    /// Whether it is a migration where no SQL is.
    pub(super) fn is_alone(&self) -> bool {
        let is_among = is_among_migrations(&self.path);
        if self.tool.is_some() {
            self.standing == Standing::Named || is_among
        } else {
            is_among && has_number(name(&self.path)) && self.kind().is_some()
        }
    }

    /// Its tool, or else what it is written in.
    pub(super) fn kind(&self) -> Option<&'static Tool> {
        self.tool.or_else(|| tools::language(name(&self.path)))
    }
}

fn lies_in(path: &Path, folder: &Folder) -> bool {
    match folder.layout {
        Layout::Flat | Layout::Committed => path.parent() == Some(&folder.root),
        Layout::Folders | Layout::Nested | Layout::Joined => path.starts_with(&folder.root),
        // The plan or the changelog says what there is.
        Layout::Planned | Layout::Listed => false,
    }
}
