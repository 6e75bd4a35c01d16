//! `mig-lint check`: the findings, in the format asked for.

use super::fix::{self, Fixing};
use super::{
    Failure, Verbosity, Verdict, complain, print, print_as_is, print_json, require_migrations,
    resolve, write_file,
};
use crate::baseline::Baseline;
use crate::config::{Arguments, Settings};
use crate::engine::{self, Report};
use crate::report::{self, Look};
use std::path::PathBuf;
use std::time::Instant;

/// How findings are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people, with the statement and what to do
    Human,
    /// One line a finding
    Concise,
    Json,
    /// For code scanning
    Sarif,
    /// Annotations, as workflow commands of GitHub Actions
    Github,
    /// A Code Quality report of GitLab
    Gitlab,
    /// Test results, as JUnit writes them
    Junit,
    /// A comment on a pull request
    Markdown,
}

/// What is asked of the output.
#[derive(Debug)]
pub(crate) struct Options {
    pub(crate) format: Format,
    pub(crate) file: Option<PathBuf>,
    pub(crate) statistics: bool,
    pub(crate) verbosity: Verbosity,
    pub(crate) baseline: Renew,
    pub(crate) fixing: Option<Fixing>,
}

/// What is to be done to the baseline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Renew {
    No,
    /// Write all that is found.
    Write,
    /// Remove what is not found any more.
    Prune,
}

/// Checks, reports, and tells how it ended.
pub(crate) fn run(arguments: Arguments, options: &Options, look: Look) -> Result<Verdict, Failure> {
    let start = Instant::now();
    let mut settings = resolve(arguments)?;
    let old = match options.baseline {
        Renew::Write => settings.baseline.take(),
        _ => None,
    };
    let mut tail = String::new();
    let mut report = match options.fixing {
        None => engine::run(&settings, false),
        Some(fixing) => {
            let mended = fix::mended(&settings, fixing)?;
            require_migrations(&settings, &mended.before)?;
            if let Fixing::Diff(_) = fixing {
                // Not masked: it would be another patch.
                print_as_is(&fix::patch(&mended))?;
                complain(&fix::told(&mended, fixing));
                return Ok(verdict(&settings, &mended.before));
            }
            engine::write(&mended.files).map_err(|why| fix::not_written(&why))?;
            tail.push_str(&fix::told(&mended, fixing));
            mended.after
        }
    };
    require_migrations(&settings, &report)?;
    if let Some(old) = old {
        let new = report.baseline(&old, &settings);
        write_file(&new.path, &new.text())?;
        tail.push_str(&renewed(&old, &new));
        report.set_aside(&new, &settings);
    } else if options.baseline == Renew::Prune {
        let old = settings.baseline.as_ref().ok_or_else(no_baseline)?;
        let new = old.without(&std::mem::take(&mut report.stale));
        if new != *old {
            write_file(&new.path, &new.text())?;
        }
        tail.push_str(&renewed(old, &new));
    }
    if options.statistics {
        tail.push_str(&report::statistics(&report));
    }
    if options.verbosity == Verbosity::Verbose {
        tail.push_str(&report::reading(&settings, &report));
    }
    if options.verbosity != Verbosity::Quiet {
        tail.push_str(&report::summary(&report, start.elapsed(), look));
    }
    let file_look = Look {
        color: false,
        cuts: false,
        links: false,
        ..look
    };
    if let Some(path) = &options.file {
        write_file(path, &formatted(&report, options.format, file_look))?;
        print(&tail)?;
    } else if options.format == Format::Json {
        print_json(|out| report::write_json(&report, out))?;
    } else {
        let mut text = formatted(&report, options.format, look);
        if matches!(options.format, Format::Human | Format::Concise) {
            text.push_str(&tail);
        }
        print(&text)?;
    }
    Ok(verdict(&settings, &report))
}

fn no_baseline() -> Failure {
    Failure::new(
        "--prune-baseline has no baseline to prune",
        "name it: --baseline FILE, or `baseline` in mig-lint.toml",
    )
}

/// What has become of the baseline.
fn renewed(old: &Baseline, new: &Baseline) -> String {
    let entries = |count: usize| match count {
        1 => "1 entry".to_owned(),
        some => format!("{some} entries"),
    };
    format!(
        "{}: {}, before {}\n",
        new.path.display(),
        entries(new.entries.len()),
        entries(old.entries.len())
    )
}

fn formatted(report: &Report, format: Format, look: Look) -> String {
    match format {
        Format::Human => report::human(report, look),
        Format::Concise => report::concise(report),
        Format::Json => report::json(report),
        Format::Sarif => report::sarif(report),
        Format::Github => report::github(report),
        Format::Gitlab => report::gitlab(report),
        Format::Junit => report::junit(report),
        Format::Markdown => report::comment(report),
    }
}

fn verdict(settings: &Settings, report: &Report) -> Verdict {
    let failing = report
        .findings
        .iter()
        .any(|finding| settings.fail_on.reached_by(finding.level));
    if report.summary.unchecked_files > 0 {
        Verdict::Unchecked
    } else if failing {
        Verdict::Findings
    } else {
        Verdict::Clean
    }
}
