//! Workflow commands of GitHub Actions: annotations beside the lines of a pull request.
//!
//! Source: GitHub's documentation, "Workflow commands for GitHub Actions"; what is escaped: `ActionCommand.cs` of actions/runner.

use super::facts;
use super::look::count;
use super::place::{from_top, places};
use super::ranked::ranked;
use crate::engine::Report;
use crate::finding::{Finding, Level};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// How many annotations of one kind GitHub shows of a step; the others would be lost without a word.
const SHOWN: usize = 10;

/// The findings as annotations, the worst first; those that GitHub would not show stand below them as plain lines of the log.
#[must_use]
pub fn github(report: &Report) -> String {
    let mut text = String::new();
    let mut rest = Vec::new();
    let mut told: BTreeMap<Level, usize> = BTreeMap::new();
    for finding in ranked(&report.findings) {
        let number = told.entry(finding.level).or_insert(0);
        *number += 1;
        if *number > SHOWN {
            rest.push(finding);
        } else {
            text.push_str(&annotation(report, finding));
        }
    }
    if !rest.is_empty() {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "and {}, of which GitHub shows no annotation:",
            count(rest.len(), "more finding")
        );
    }
    for finding in rest {
        let (start, _) = places(finding);
        let _ = writeln!(
            text,
            "{}:{}:{}: {}[{}] {}",
            from_top(report, finding.file.path()),
            start.line,
            start.column,
            finding.level.name(),
            finding.rule,
            super::look::one_line(&finding.message, 1_000),
        );
    }
    text
}

fn annotation(report: &Report, finding: &Finding) -> String {
    let command = match finding.level {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "notice",
    };
    let (start, end) = places(finding);
    format!(
        "::{command} file={},line={},col={},endLine={},endColumn={},title={}::{}\n",
        property(&from_top(report, finding.file.path())),
        start.line,
        start.column,
        end.line,
        end.column,
        property(&format!("mig-lint: {}", finding.rule)),
        data(&facts::told(finding)),
    )
}

/// The value of a property, escaped.
fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

/// What is said, escaped: a command is one line.
fn data(text: &str) -> String {
    text.replace('%', "%25")
        .replace('\r', "%0D")
        .replace('\n', "%0A")
}
