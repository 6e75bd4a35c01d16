//! What could not be checked, as findings: files that cannot be read, text that is neither SQL nor Python, migrations at which their runner stops.

use crate::config::Settings;
use crate::finding::{Builder, Cause, Finding, Harm};
use crate::frontend::Reading;
use crate::ir::{Known, Migration, Origin, Problem, ProblemKind, Statement};
use crate::postgres::Version;
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

/// Notes the statements that this version does not know as problems: there the migration stops.
pub(super) fn refuse(migration: &mut Migration, version: Version) {
    let refused = migration.statements.iter().filter_map(|statement| {
        let known = statement.known.filter(|known| !known.holds(version))?;
        Some(unknown_to(version, known, statement, &migration.file))
    });
    let refused: Vec<Problem> = refused.collect();
    migration.problems.extend(refused);
}

/// A statement that other versions know.
fn unknown_to(version: Version, known: Known, statement: &Statement, file: &SourceFile) -> Problem {
    let (span, text) = match &statement.origin {
        Origin::File | Origin::Opaque(_) => (known.stop, file.text()),
        Origin::Generated(text) | Origin::Code(text) => (statement.span, &**text),
    };
    let near = text.get(known.stop.start..known.stop.end);
    let near = near
        .filter(|near| !near.is_empty())
        .unwrap_or("end of input");
    let (told, help) = if version < known.from {
        let from = known.from;
        (
            format!(
                "PostgreSQL {version} does not know this: a syntax error at or near \"{near}\", known from PostgreSQL {from} on"
            ),
            format!(
                "write it as PostgreSQL {version} has it, or set pg-version to {from} if no older server runs this"
            ),
        )
    } else {
        let to = known.to;
        (
            format!(
                "PostgreSQL {version} does not know this: a syntax error at or near \"{near}\", known up to PostgreSQL {to}"
            ),
            format!("write it as PostgreSQL {version} has it"),
        )
    };
    Problem {
        span,
        kind: ProblemKind::Syntax,
        message: told,
        help,
    }
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
