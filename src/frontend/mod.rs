//! Front ends: what was asked for becomes histories of one kind, whatever they are written in.

mod django;
mod history;
mod request;
mod scripts;

pub use crate::django::facts::View;
pub use history::{History, Read};
pub use request::Request;

use crate::source::{self, Discovery, Fault};
use std::path::PathBuf;

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
    scripts::base::lay(&mut histories, request);
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
