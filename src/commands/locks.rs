//! `mig-lint locks`: what every statement locks, for how long, and whom it blocks.

use super::{Failure, Verbosity, Verdict, print, require_migrations, resolve, write_file};
use crate::config::Arguments;
use crate::engine;
use crate::report::{self, Look};
use std::path::PathBuf;
use std::time::Instant;

/// How locks, or rules, are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people, as a table
    Human,
    Json,
}

/// What is asked of the output.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) format: Format,
    pub(crate) file: Option<PathBuf>,
    /// Also relations that the transaction itself has created.
    pub(crate) all: bool,
    pub(crate) verbosity: Verbosity,
}

/// Predicts and shows; what could not be read makes the exit code 2.
pub(crate) fn run(arguments: Arguments, options: &Options, look: Look) -> Result<Verdict, Failure> {
    let start = Instant::now();
    let settings = resolve(arguments)?;
    let report = engine::run(&settings, true);
    require_migrations(&settings, &report)?;
    let look_out = Look {
        color: look.color && options.file.is_none(),
        cuts: look.cuts && options.file.is_none(),
        links: look.links && options.file.is_none(),
        ..look
    };
    let mut text = match options.format {
        Format::Human => report::locks_human(&report, options.all, look_out),
        Format::Json => report::locks_json(&report, options.all),
    };
    let mut tail = String::new();
    if options.verbosity == Verbosity::Verbose {
        tail.push_str(&report::reading(&settings, &report));
    }
    if options.verbosity != Verbosity::Quiet {
        tail.push_str(&report::locks_summary(&report, start.elapsed()));
    }
    if let Some(path) = &options.file {
        write_file(path, &text)?;
        print(&tail)?;
    } else {
        if options.format == Format::Human {
            text.push_str(&tail);
        }
        print(&text)?;
    }
    Ok(if report.summary.unchecked_files > 0 {
        Verdict::Unchecked
    } else {
        Verdict::Clean
    })
}
