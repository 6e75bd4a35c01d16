//! Front ends: what was asked for becomes histories of one kind, whatever they are written in.

mod django;
mod scripts;

pub use crate::django::facts::View;

use crate::django::project::Options;
use crate::ir::{Migration, Outline};
use crate::source::{self, Discovery, Fault};
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// What is to be read.
#[derive(Debug)]
pub struct Request<'a> {
    pub source: source::Request,
    /// Read instead of the paths: a name to show, and the SQL.
    pub text: Option<(&'a Path, &'a str)>,
    /// The name of the last migration that is deployed everywhere: it and those before it are context.
    pub start_after: Option<&'a str>,
    /// What the config says of Django projects.
    pub django: &'a Options,
    pub view: View,
}

/// What was read.
#[derive(Debug)]
pub struct Reading {
    pub histories: Vec<History>,
    pub faults: Vec<Fault>,
    /// SQL files among the migrations that their runner does not run.
    pub passed_over: Vec<PathBuf>,
    /// How many files were opened.
    pub files: usize,
    /// Whether a migration is called as `start_after` says; where it says nothing, too.
    pub is_started: bool,
}

/// The migrations of one database, those that are only context included.
pub struct History {
    /// The folder that holds it.
    pub root: PathBuf,
    /// In the order in which they run; read while they are asked for.
    pub migrations: Box<dyn Iterator<Item = Read> + Send>,
    /// The first migration that is pending, counted from 0, where somebody said what is: all that are reported are pending together.
    /// Else each is judged as if it alone were.
    pub pending_from: Option<usize>,
    /// What its runner sets in each session, by folded parameter name.
    pub parameters: BTreeMap<String, String>,
    /// What was assumed without being told.
    pub notice: Option<String>,
}

/// A migration as a front end has read it.
#[derive(Debug)]
pub struct Read {
    pub migration: Migration,
    /// What its file holds, where that is not the SQL itself.
    pub outline: Option<Box<Outline>>,
}

/// Finds and reads what is asked for, and what comes before it.
#[must_use]
pub fn read(request: &Request<'_>) -> Reading {
    let Discovery {
        histories,
        faults,
        python,
        passed_over,
        files,
    } = find(request);
    let (mut histories, in_scripts) = scripts::histories(histories, request.start_after);
    let (projects, in_projects) = django::histories(python, request);
    histories.extend(projects);
    Reading {
        histories,
        faults,
        passed_over,
        files,
        is_started: request.start_after.is_none() || in_scripts || in_projects,
    }
}

fn find(request: &Request<'_>) -> Discovery {
    match request.text {
        Some((path, text)) => source::from_text(path, text.to_owned(), request.source.transaction),
        None => source::discover(&request.source),
    }
}

impl Read {
    fn outlined(migration: Migration, outline: Outline) -> Self {
        Self {
            migration,
            outline: Some(Box::new(outline)),
        }
    }
}

impl From<Migration> for Read {
    fn from(migration: Migration) -> Self {
        Self {
            migration,
            outline: None,
        }
    }
}

impl fmt::Debug for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("History")
            .field("root", &self.root)
            .field("pending_from", &self.pending_from)
            .finish_non_exhaustive()
    }
}
