//! Code Quality reports of GitLab.
//!
//! Source: GitLab's documentation, "Code Quality", the section on the format of reports.

use super::document::document;
use super::facts;
use super::place::{from_top, places};
use crate::engine::Report;
use crate::finding::{Finding, Level, fingerprints};
use crate::source::Place;
use md5::{Digest, Md5};
use serde::Serialize;
use std::fmt::Write as _;

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    /// What makes it the same one in the report of another commit; no two of a report have the same.
    fingerprint: String,
    severity: &'static str,
    location: Location,
}

#[derive(Serialize)]
struct Location {
    path: String,
    lines: Lines,
    positions: Positions,
}

#[derive(Serialize)]
struct Lines {
    begin: usize,
    end: usize,
}

#[derive(Serialize)]
struct Positions {
    begin: Position,
    end: Position,
}

#[derive(Serialize)]
struct Position {
    line: usize,
    column: usize,
}

/// The findings as a Code Quality report.
#[must_use]
pub fn gitlab(report: &Report) -> String {
    let findings = report.findings.iter().zip(fingerprints(&report.findings));
    let issues: Vec<Issue<'_>> = findings
        .map(|(finding, fingerprint)| issue(report, finding, &fingerprint))
        .collect();
    document(&issues)
}

fn issue<'a>(report: &Report, finding: &'a Finding, fingerprint: &str) -> Issue<'a> {
    let path = from_top(report, finding.file.path());
    let (start, end) = places(finding);
    let position = |place: Place| Position {
        line: place.line,
        column: place.column,
    };
    Issue {
        description: facts::told(finding),
        check_name: finding.rule,
        fingerprint: digest(&[finding.rule, &path, fingerprint]),
        severity: match finding.level {
            Level::Error => "critical",
            Level::Warning => "major",
            Level::Info => "info",
        },
        location: Location {
            path,
            lines: Lines {
                begin: start.line,
                end: end.line,
            },
            positions: Positions {
                begin: position(start),
                end: position(end),
            },
        },
    }
}

fn digest(parts: &[&str]) -> String {
    let mut hash = Md5::new();
    for part in parts {
        hash.update(part);
        hash.update([0]);
    }
    let mut text = String::new();
    for byte in hash.finalize() {
        // Writing to a string cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}
