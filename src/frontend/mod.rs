//! Front ends: what was asked for becomes histories of one kind, whatever they are written in.

mod django;
mod history;
mod request;
mod scripts;

pub use crate::django::facts::View;
pub use history::{Back, History, Read};
pub use request::Request;

use crate::source::{self, Discovery, Fault, Unread};
use std::path::PathBuf;

/// What was read.
#[derive(Debug)]
pub struct Reading {
    pub histories: Vec<History>,
    pub faults: Vec<Fault>,
    /// SQL files among the migrations that their runner does not run.
    pub passed_over: Vec<PathBuf>,
    /// Files among the migrations that were not read.
    pub unread: Vec<Unread>,
    /// Folders named after other databases, and those.
    pub dialects: Vec<(PathBuf, &'static str)>,
    /// Named paths that the config excludes.
    pub excluded: Vec<PathBuf>,
    /// How many files were opened.
    pub files: usize,
    /// Whether a migration is called as `start_after` says; where it says nothing, too.
    pub is_started: bool,
}

/// Finds and reads what is asked for, and what comes before it.
#[must_use]
pub fn read(request: &Request<'_>) -> Reading {
    let mut discovery = find(request);
    let mut projects = django::projects(&discovery.python, request);
    if !projects.passed_over.is_empty() {
        discovery.pass_over(std::mem::take(&mut projects.passed_over), &request.source);
    }
    let Discovery {
        histories,
        faults,
        python: _,
        passed_over,
        unread,
        dialects,
        excluded,
        settled: _,
        files,
    } = discovery;
    let (mut histories, in_scripts) = scripts::histories(histories, request);
    histories.extend(projects.histories);
    scripts::base::lay(&mut histories, request);
    Reading {
        histories,
        faults,
        passed_over,
        unread,
        dialects,
        excluded,
        files,
        is_started: request.start_after.is_none() || in_scripts || projects.is_started,
    }
}

fn find(request: &Request<'_>) -> Discovery {
    match request.text {
        Some((path, text)) => source::from_text(path, text.to_owned(), request.source.transaction),
        None => source::discover(&request.source),
    }
}
