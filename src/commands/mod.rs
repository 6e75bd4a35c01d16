//! One file a command; what they share: verdicts, failures, and where text is written.

pub(crate) mod check;
pub(crate) mod checklist;
pub(crate) mod config;
pub(crate) mod explain;
pub(crate) mod fix;
pub(crate) mod generated;
pub(crate) mod init;
pub(crate) mod locks;
#[cfg(feature = "prove")]
pub(crate) mod prove;
pub(crate) mod rules;
#[cfg(feature = "prove")]
pub(crate) mod sizes;
pub(crate) mod sql;

use crate::config::{Arguments, ConfigError, Pending, Settings};
use crate::engine::Report;
use crate::git::{GitError, Repository};
use crate::report::{self, Look};
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

/// How a run ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    Clean,
    Findings,
    /// Something could not be checked.
    Unchecked,
}

/// How much is said beside the findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verbosity {
    Quiet,
    Normal,
    Verbose,
}

/// Why a command could not do its work.
#[derive(Debug)]
pub(crate) enum Failure {
    Config(Vec<ConfigError>),
    Other { message: String, help: String },
}

impl Failure {
    /// A failure and what to do about it; an empty help is not shown.
    pub(crate) fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Other {
            message: message.into(),
            help: help.into(),
        }
    }
}

impl From<Vec<ConfigError>> for Failure {
    fn from(errors: Vec<ConfigError>) -> Self {
        Self::Config(errors)
    }
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::new(format!("the result cannot be written: {error}"), "")
    }
}

impl From<GitError> for Failure {
    fn from(error: GitError) -> Self {
        Self::new(error.message, error.help)
    }
}

/// The settings, with what version control says is pending.
pub(crate) fn resolve(mut arguments: Arguments) -> Result<Settings, Failure> {
    let pending = std::mem::take(&mut arguments.pending);
    let mut settings = Settings::resolve(arguments)?;
    if pending == Pending::NotSaid {
        return Ok(settings);
    }
    let first = settings.paths.first().map_or(Path::new("."), |path| path);
    let repository = Repository::of(first)?;
    for path in &settings.paths {
        if !Repository::of(path)?.is(&repository) {
            return Err(Failure::new(
                format!(
                    "{} and {} lie in different repositories",
                    first.display(),
                    path.display()
                ),
                "check each by itself: what is new is told by one repository",
            ));
        }
    }
    settings.changes = Some(match pending {
        Pending::Since(revision) => Arc::new(repository.since(&revision)?),
        _ => {
            let (changes, files) = repository.staged()?;
            settings.files = files;
            Arc::new(changes)
        }
    });
    Ok(settings)
}

/// Says what went wrong, and turns the verdict into the exit code.
pub(crate) fn finish(result: Result<Verdict, Failure>, look: Look) -> ExitCode {
    let text = match result {
        Ok(Verdict::Clean) => return ExitCode::SUCCESS,
        Ok(Verdict::Findings) => return ExitCode::from(1),
        Ok(Verdict::Unchecked) => return ExitCode::from(2),
        Err(Failure::Config(errors)) => report::config_errors(&errors, look),
        Err(Failure::Other { message, help }) => report::failure(&message, &help, look),
    };
    complain(&text);
    ExitCode::from(2)
}

/// Writes to standard error.
pub(crate) fn complain(text: &str) {
    let text = report::masked(text);
    // Nobody is left to be told that it is closed.
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

/// Writes to standard output. A closed pipe ends the writing, not the run: the verdict stands.
pub(crate) fn print(text: &str) -> Result<(), Failure> {
    print_as_is(&report::masked(text))
}

/// Writes JSON to standard output while it is made.
pub(crate) fn print_json(
    write: impl FnOnce(&mut report::MaskedJson<io::StdoutLock<'static>>) -> io::Result<()>,
) -> Result<(), Failure> {
    let mut out = report::MaskedJson::new(io::stdout().lock());
    unless_closed(write(&mut out).and_then(|()| out.flush()))
}

/// Writes to standard output what must not be masked.
pub(crate) fn print_as_is(text: &str) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    unless_closed(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// What has become of writing: that nobody reads any more is no failure.
fn unless_closed(written: io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => Ok(other?),
    }
}

/// Writes a whole file or nothing: what is there under the name is never half a result.
pub(crate) fn write_file(path: &Path, text: &str) -> Result<(), Failure> {
    let failed = |error: &io::Error| {
        Failure::new(
            format!("{} cannot be written: {}", path.display(), error.kind()),
            "check that its folder exists and may be written to",
        )
    };
    let text = report::masked(text);
    let text = text.as_bytes();
    // A device, a pipe or a link is written to, not replaced.
    let plain = path.symlink_metadata().map_or(true, |data| data.is_file());
    if !plain {
        return std::fs::write(path, text).map_err(|error| failed(&error));
    }
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let scratch = path.with_file_name(name);
    let written = std::fs::write(&scratch, text).and_then(|()| std::fs::rename(&scratch, path));
    written.map_err(|error| {
        // What is left of it may not exist.
        let _ = std::fs::remove_file(&scratch);
        failed(&error)
    })
}

/// Fails where there was nothing to look at: a clean result would be a lie.
pub(crate) fn require_migrations(settings: &Settings, report: &Report) -> Result<(), Failure> {
    let found = report.summary.files > 0
        || report.summary.unchecked_files > 0
        || !report.migrations.is_empty()
        || !report.findings.is_empty()
        || settings.start_after.is_some()
        || report.is_all_excluded
        || settings.stdin.is_some();
    if found {
        return Ok(());
    }
    let paths: Vec<String> = settings
        .paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    Err(Failure::new(
        format!("no migrations found in {}", paths.join(", ")),
        "name the folder that holds them: mig-lint path/to/migrations",
    ))
}
