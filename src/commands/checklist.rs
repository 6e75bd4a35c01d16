//! `mig-lint checklist`: six questions before a deploy, answered for each pending migration.

use super::{Failure, Verdict, print, require_migrations, resolve, write_file};
use crate::checklist::checklists;
use crate::config::Arguments;
use crate::report::{self, Look};
use std::path::PathBuf;

/// How a checklist is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people, a page a migration
    Human,
    /// For a pull request
    Markdown,
    Json,
}

/// How many migrations get a page where nothing says which of them are pending.
const PAGES: usize = 5;

/// Answers; what could not be read makes the exit code 2.
pub(crate) fn run(
    arguments: Arguments,
    format: Format,
    file: Option<PathBuf>,
    look: Look,
) -> Result<Verdict, Failure> {
    let settings = resolve(arguments)?;
    let (mut lists, report) = checklists(&settings);
    require_migrations(&settings, &report)?;
    let all = lists.len();
    let is_cut = !report.is_pending_known && all > PAGES;
    if is_cut {
        lists.drain(..all - PAGES);
    }
    let look = Look {
        color: look.color && file.is_none(),
        ..look
    };
    let mut text = match format {
        Format::Human => report::checklist_human(&lists, look),
        Format::Markdown => report::checklist_markdown(&lists),
        Format::Json => report::checklist_json(&lists, report.version.major()),
    };
    if is_cut && format != Format::Json {
        text.push_str(&format!(
            "The newest {PAGES} of {all}: nothing says which are pending. Name files, or use --since, or start-after in the config.\n"
        ));
    }
    match file {
        Some(path) => write_file(&path, &text)?,
        None => print(&text)?,
    }
    Ok(if report.summary.unchecked_files > 0 {
        Verdict::Unchecked
    } else {
        Verdict::Clean
    })
}
