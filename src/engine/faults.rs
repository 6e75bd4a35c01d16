//! What could not be checked, as findings: files that cannot be read, text that is neither SQL nor Python, migrations at which their runner stops.

use crate::config::Settings;
use crate::finding::{Builder, Cause, Finding, Harm};
use crate::frontend::Reading;
use crate::ir::{Migration, ProblemKind};
use crate::rule::{self, entry};
use crate::source::{SourceFile, Span};
use std::path::Path;
use std::sync::Arc;

/// Whether a finding says that a file was not checked, wholly or in part.
#[must_use]
pub fn is_unchecked(finding: &Finding) -> bool {
    rule::find(finding.rule).is_some_and(|entry| entry.rule.is_unchecked_file())
}

/// Paths that could not be looked at, and a `start-after` that no history holds.
pub(super) fn of_reading(reading: &Reading, settings: &Settings) -> Vec<Finding> {
    let faults = reading.faults.iter().map(|fault| {
        whole_file(&fault.path)
            .says(&fault.message, "")
            .help(&fault.help)
            .build()
    });
    let missing = settings.start_after.as_ref();
    let missing = missing.filter(|_| !reading.is_started);
    faults
        .chain(missing.map(|name| start_after(name, settings)))
        .collect()
}

/// `start-after` names a migration that is in no history.
fn start_after(name: &str, settings: &Settings) -> Finding {
    let config = settings.config.as_deref().unwrap_or("mig-lint.toml");
    whole_file(Path::new(config))
        .says(
            format!("start-after names {name}, and no migration is called so"),
            "",
        )
        .help(
            "name the last migration that is deployed everywhere, as its file or folder is called",
        )
        .build()
}

fn whole_file(path: &Path) -> Builder {
    let file = Arc::new(SourceFile::new(path, ""));
    entry::UNREADABLE_FILE.finding(file, Span::default(), cause(0))
}

/// Text that PostgreSQL would refuse.
pub(super) fn of_migration(migration: &Migration) -> Vec<Finding> {
    let problems = migration.problems.iter().map(|problem| {
        let rule = match problem.kind {
            ProblemKind::Syntax => entry::SYNTAX_ERROR,
            ProblemKind::Unreadable => entry::UNREADABLE_FILE,
            ProblemKind::Graph => entry::BROKEN_MIGRATION_GRAPH,
        };
        let file = migration.file.clone();
        rule.finding(file, problem.span, cause(problem.span.start))
            .says(&problem.message, "here")
            .help(&problem.help)
            .build()
    });
    problems.collect()
}

pub(super) const fn cause(at: usize) -> Cause {
    Cause {
        statement: at,
        command: 0,
        relation: None,
        harm: Harm::Unchecked,
    }
}
