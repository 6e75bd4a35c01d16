//! JSON of the findings: the contract with other programs.

use super::document::FINDINGS_VERSION;
use super::facts;
use super::shallow::shallow;
use crate::effects::Effect;
use crate::engine::{Report, Summary};
use crate::finding::{Finding, Note};
use serde::Serialize;
use std::borrow::Cow;
use std::sync::Arc;

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
    wait: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<String>,
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "<[String]>::is_empty")]
    suggestion: &'a [String],
    notes: Vec<Cow<'a, Note>>,
    /// The chief one and the worst of the others.
    effects: Vec<&'a Effect>,
    effects_total: usize,
    url: String,
}

/// The findings as JSON.
#[must_use]
pub fn json(report: &Report) -> String {
    shallow(&Document {
        schema_version: FINDINGS_VERSION,
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
        wait: facts::wait(&finding.waits),
        size: facts::size(&finding.sizes),
        help: finding.help.as_deref(),
        suggestion: &finding.suggestion,
        notes: facts::notes(finding),
        effects: finding.effects.iter().map(Arc::as_ref).collect(),
        effects_total: finding.effects_total,
        url: super::rule_doc::url(finding.rule),
    }
}
