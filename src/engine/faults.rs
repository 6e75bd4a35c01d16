//! What could not be checked, as findings: files that cannot be read, text that is neither SQL nor Python, migrations at which their runner stops.

use crate::config::Settings;
use crate::finding::{Builder, Cause, Finding, Harm, Level};
use crate::frontend::Reading;
use crate::ir::{Migration, ProblemKind};
use crate::source::{SourceFile, Span};
use std::path::Path;
use std::sync::Arc;

const UNREADABLE: &str = "unreadable-file";
const SYNTAX: &str = "syntax-error";
const GRAPH: &str = "broken-migration-graph";

/// Whether a finding says that a file was not checked, wholly or in part.
#[must_use]
pub fn is_unchecked(finding: &Finding) -> bool {
    matches!(finding.rule, UNREADABLE | SYNTAX)
}

/// Paths that could not be looked at, and a `start-after` that no history holds.
pub(super) fn of_reading(reading: &Reading, settings: &Settings) -> Vec<Finding> {
    let faults = reading.faults.iter().map(|fault| {
        whole_file(UNREADABLE, &fault.path, Level::Error)
            .says(&fault.message, "")
            .help(&fault.help, Vec::new())
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
    whole_file(UNREADABLE, Path::new(config), Level::Error)
        .says(
            format!("start-after names {name}, and no migration is called so"),
            "",
        )
        .help(
            "name the last migration that is deployed everywhere, as its file or folder is called",
            Vec::new(),
        )
        .build()
}

fn whole_file(rule: &'static str, path: &Path, level: Level) -> Builder {
    let file = Arc::new(SourceFile::new(path, ""));
    Builder::new(rule, file, Span::default(), cause(0)).level(level)
}

/// Text that PostgreSQL would refuse.
pub(super) fn of_migration(migration: &Migration) -> Vec<Finding> {
    let problems = migration.problems.iter().map(|problem| {
        let rule = match problem.kind {
            ProblemKind::Syntax => SYNTAX,
            ProblemKind::Unreadable => UNREADABLE,
            ProblemKind::Graph => GRAPH,
        };
        let file = migration.file.clone();
        Builder::new(rule, file, problem.span, cause(problem.span.start))
            .says(&problem.message, "here")
            .help(&problem.help, Vec::new())
            .build()
    });
    problems.collect()
}

const fn cause(at: usize) -> Cause {
    Cause {
        statement: at,
        command: 0,
        relation: None,
        harm: Harm::Unchecked,
    }
}
