//! JSON of the findings: the contract with other programs.

use super::document::FINDINGS_VERSION;
use super::facts;
use super::gathered::gather;
use super::shallow::shallow;
use crate::effects::Effect;
use crate::engine::{Report, Summary, Unavailable};
use crate::estimate::Seconds;
use crate::finding::{Block, Finding, Fix, Note, Safety, fingerprints};
use crate::source::slashes;
use serde::{Serialize, Serializer};
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{self, Write};
use std::ptr;
use std::sync::Arc;

#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub(super) struct Document<'a> {
    schema_version: u32,
    pg_version: u8,
    summary: Summary,
    #[cfg_attr(feature = "cli", schemars(with = "Vec<JsonFinding<'a>>"))]
    findings: Findings<'a>,
    /// Per table, what the pending migrations do to it together; the worst first.
    release: &'a [Unavailable],
}

#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
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
    /// With which the server refuses it.
    #[serde(skip_serializing_if = "Option::is_none")]
    sqlstate: Option<&'static str>,
    /// How long others wait for it, in words and in seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    time: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    seconds: Option<Seconds>,
    #[serde(skip_serializing_if = "Option::is_none")]
    wait: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    size: Option<String>,
    help: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    suggestion: Vec<&'a str>,
    /// The same, one migration each.
    #[serde(skip_serializing_if = "<[Block]>::is_empty")]
    recipe: &'a [Block],
    /// What makes it go away, where it is known that the migration is pending.
    #[serde(skip_serializing_if = "Option::is_none")]
    fix: Option<JsonFix<'a>>,
    /// Where the same rule speaks about the same table, further down in the file; each is a finding of its own too.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    places: Vec<Place<'a>>,
    notes: Vec<Cow<'a, Note>>,
    /// The chief one and the worst of the others.
    effects: Vec<&'a Effect>,
    effects_total: usize,
    /// Survives moved lines and renamed files.
    fingerprint: String,
    url: String,
}

/// A fix: all of it, or nothing.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
struct JsonFix<'a> {
    safety: Safety,
    /// What it does, for people.
    text: &'a str,
    edits: Vec<JsonEdit<'a>>,
    new_files: Vec<JsonFile<'a>>,
}

/// Text in place of a range of a file; offsets in bytes.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
struct JsonEdit<'a> {
    path: String,
    start: usize,
    end: usize,
    text: &'a str,
}

#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
struct JsonFile<'a> {
    path: String,
    text: &'a str,
}

/// A further place of a finding.
#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
struct Place<'a> {
    message: &'a str,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
}

/// The findings as JSON.
#[must_use]
pub fn json(report: &Report) -> String {
    let mut bytes = Vec::new();
    // Writing to memory cannot fail.
    let _ = write_json(report, &mut bytes);
    String::from_utf8(bytes).unwrap_or_default()
}

/// Writes the findings as JSON. No text in it goes over the end of a line.
///
/// # Errors
/// Those of writing.
pub fn write_json(report: &Report, out: impl Write) -> io::Result<()> {
    let document = Document {
        schema_version: FINDINGS_VERSION,
        pg_version: report.version.major(),
        summary: report.summary,
        findings: Findings(&report.findings),
        release: &report.release,
    };
    shallow(&document, out)
}

/// All findings, each of which is put into its form when it is written.
struct Findings<'a>(&'a [Finding]);

impl Serialize for Findings<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let gathered = gather(self.0).into_iter();
        let further = gathered.filter(|one| !one.places.is_empty());
        let mut further: HashMap<*const Finding, Vec<Place<'_>>> = further
            .map(|one| (ptr::from_ref(one.chief), places(&one.places)))
            .collect();
        let all = self.0.iter().zip(fingerprints(self.0));
        serializer.collect_seq(all.map(|(one, fingerprint)| {
            let places = further.remove(&ptr::from_ref(one));
            finding(one, places.unwrap_or_default(), fingerprint)
        }))
    }
}

fn places<'a>(findings: &[&'a Finding]) -> Vec<Place<'a>> {
    let places = findings.iter().map(|finding| {
        let start = finding.file.place(finding.span.start);
        let end = finding.file.place(finding.span.end);
        Place {
            message: &finding.message,
            line: start.line,
            column: start.column,
            end_line: end.line,
            end_column: end.column,
        }
    });
    places.collect()
}

fn fix(fix: &Fix) -> JsonFix<'_> {
    let edits = fix.edits.iter().map(|edit| JsonEdit {
        path: slashes(edit.file.path()),
        start: edit.span.start,
        end: edit.span.end,
        text: &edit.text,
    });
    let new_files = fix.files.iter().map(|file| JsonFile {
        path: slashes(&file.path),
        text: &file.text,
    });
    JsonFix {
        safety: fix.safety,
        text: &fix.text,
        edits: edits.collect(),
        new_files: new_files.collect(),
    }
}

fn finding<'a>(
    finding: &'a Finding,
    places: Vec<Place<'a>>,
    fingerprint: String,
) -> JsonFinding<'a> {
    let start = finding.file.place(finding.span.start);
    let end = finding.file.place(finding.span.end);
    let suggestion = finding.recipe.iter().flat_map(|block| &block.statements);
    JsonFinding {
        rule: finding.rule,
        level: finding.level.name(),
        message: &finding.message,
        path: slashes(finding.file.path()),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        sql: finding.sql.as_deref(),
        sqlstate: finding.sqlstate,
        wait: facts::wait(&finding.waits),
        time: facts::time(finding),
        seconds: finding.seconds,
        size: facts::sizes(&finding.sizes),
        help: finding.help.as_deref(),
        suggestion: suggestion.map(String::as_str).collect(),
        recipe: &finding.recipe,
        fix: finding.fix.as_ref().map(fix),
        places,
        notes: facts::notes(finding),
        effects: finding.effects.iter().map(Arc::as_ref).collect(),
        effects_total: finding.effects_total,
        fingerprint,
        url: super::rule_doc::url(finding.rule),
    }
}
