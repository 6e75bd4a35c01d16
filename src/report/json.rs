//! JSON of the findings: the contract with other programs.

use super::document::{SCHEMA_VERSION, document};
use crate::effects::Effect;
use crate::engine::{Report, Summary};
use crate::finding::{Finding, Note};
use serde::Serialize;

#[derive(Serialize)]
struct Document<'a> {
    schema_version: u32,
    pg_version: u8,
    summary: Summary,
    findings: Vec<JsonFinding<'a>>,
}

#[derive(Serialize)]
struct JsonFinding<'a> {
    rule: &'a str,
    level: &'a str,
    message: &'a str,
    path: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    /// Where it does not stand in the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    sql: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wait: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<&'a str>,
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    suggestion: &'a [String],
    notes: &'a [Note],
    effects: Vec<Effect>,
    url: String,
}

/// The findings as JSON.
#[must_use]
pub fn json(report: &Report) -> String {
    document(&Document {
        schema_version: SCHEMA_VERSION,
        pg_version: report.version.major(),
        summary: report.summary,
        findings: report.findings.iter().map(finding).collect(),
    })
}

fn finding(finding: &Finding) -> JsonFinding<'_> {
    let start = finding.file.place(finding.span.start);
    let end = finding.file.place(finding.span.end);
    JsonFinding {
        rule: finding.rule,
        level: finding.level.name(),
        message: &finding.message,
        path: super::sarif::slashes(finding.file.path()),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        sql: finding.sql.as_deref(),
        wait: finding.wait.as_deref(),
        size: finding.size.as_deref(),
        help: finding.help.as_deref(),
        suggestion: &finding.suggestion,
        notes: &finding.notes,
        effects: finding
            .effects
            .iter()
            .map(super::locks_json::effect)
            .collect(),
        url: super::rule_doc::url(finding.rule),
    }
}
