//! SARIF 2.1.0, for code scanning.

use super::document::document;
use super::facts;
use super::rule_doc::{rule_doc, url};
use crate::engine::Report;
use crate::finding::{Finding, Harm, Level, fingerprints};
use crate::rule::{Entry, RULES};
use crate::source::slashes;
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_sarif::sarif::{
    ArtifactLocation, Invocation, Location, Message, MultiformatMessageString, Notification,
    PhysicalLocation, PropertyBag, Region, ReportingConfiguration, ReportingDescriptor,
    Result as SarifResult, ResultLevel, Run, SCHEMA_URL, Sarif, Tool, ToolComponent,
};
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::Path;

/// What must be written with a percent sign in the path of a URI: all that RFC 3986, section 3.3, does not list, and the colon, which
/// would make a scheme of what stands before it.
const ESCAPED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'%')
    .add(b':')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'[')
    .add(b'\\')
    .add(b']')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// The findings as a SARIF log of one run.
#[must_use]
pub fn sarif(report: &Report) -> String {
    let driver = ToolComponent::builder()
        .name("mig-lint")
        .semantic_version(env!("CARGO_PKG_VERSION"))
        .rules(RULES.iter().map(descriptor).collect::<Vec<_>>())
        .build();
    let run = Run::builder()
        .tool(Tool::builder().driver(driver).build())
        .results(results(report))
        .invocations(vec![invocation(report)])
        .column_kind(serde_json::json!("unicodeCodePoints"))
        .build();
    let log = Sarif::builder()
        .schema(SCHEMA_URL)
        .version(serde_json::json!("2.1.0"))
        .runs(vec![run])
        .build();
    document(&log)
}

fn results(report: &Report) -> Vec<SarifResult> {
    let fingerprints = fingerprints(&report.findings);
    let findings = report.findings.iter().zip(fingerprints);
    findings
        .map(|(finding, fingerprint)| result(finding, fingerprint))
        .collect()
}

fn result(finding: &Finding, fingerprint: String) -> SarifResult {
    let fingerprint = BTreeMap::from([("migLint/v2".to_owned(), fingerprint)]);
    let index = RULES.iter().position(|entry| entry.id == finding.rule);
    let mut result = SarifResult::builder()
        .rule_id(finding.rule)
        .level(level(finding.level))
        .message(Message::builder().text(message(finding)).build())
        .locations(vec![location(finding)])
        .partial_fingerprints(fingerprint)
        .build();
    result.rule_index = index.map(number);
    result
}

/// What is known of it, as text: the place that shows it has no more room than that.
fn message(finding: &Finding) -> String {
    // Writing to a string cannot fail.
    let mut text = finding.message.clone();
    let (wait, size) = (facts::wait(&finding.waits), facts::size(&finding.sizes));
    let optional = [
        (
            if finding.is_wait() { "lock" } else { "what" },
            Some(&finding.label).filter(|label| !label.is_empty()),
        ),
        ("wait", wait.as_ref()),
        ("size", size.as_ref()),
        ("help", finding.help.as_ref()),
    ];
    for (key, value) in optional {
        if let Some(value) = value {
            let _ = write!(text, "\n{key}: {value}");
        }
    }
    for line in facts::recipe(finding) {
        let _ = write!(text, "\n  {line}");
    }
    for note in facts::notes(finding) {
        let _ = write!(text, "\nnote: {}", note.message);
    }
    text
}

fn location(finding: &Finding) -> Location {
    let start = finding.file.place(finding.span.start);
    let end = finding.file.place(finding.span.end);
    let region = Region::builder()
        .start_line(number(start.line))
        .start_column(number(start.column))
        .end_line(number(end.line))
        .end_column(number(end.column))
        .build();
    let artifact = ArtifactLocation::builder()
        .uri(uri(finding.file.path()))
        .build();
    let physical = PhysicalLocation::builder()
        .artifact_location(artifact)
        .region(region)
        .build();
    Location::builder().physical_location(physical).build()
}

/// Whether everything could be checked, and what could not.
fn invocation(report: &Report) -> Invocation {
    let unchecked = report.findings.iter().filter(|finding| {
        let harm = finding.causes.first().map(|cause| cause.harm);
        harm == Some(Harm::Unchecked)
    });
    let notifications = unchecked.map(|finding| {
        Notification::builder()
            .level(serde_json::json!(level(finding.level)))
            .message(Message::builder().text(finding.message.clone()).build())
            .locations(vec![location(finding)])
            .build()
    });
    Invocation::builder()
        .execution_successful(report.summary.unchecked_files == 0)
        .tool_execution_notifications(notifications.collect::<Vec<_>>())
        .build()
}

fn descriptor(entry: &Entry) -> ReportingDescriptor {
    let doc = rule_doc(entry.doc);
    let text = |text: &str| MultiformatMessageString::builder().text(text).build();
    let help = MultiformatMessageString::builder()
        .text(doc.section("Do this instead"))
        .markdown(entry.doc)
        .build();
    let tags = vec![entry.rule.category.name().to_owned()];
    let default = entry.rule.severity.usual();
    let configuration = ReportingConfiguration::builder()
        .level(serde_json::json!(level(default)))
        .build();
    let full = [doc.section("What it does"), doc.section("Why it hurts")].join("\n\n");
    let mut descriptor = ReportingDescriptor::builder()
        .id(entry.id)
        .short_description(text(&doc.summary))
        .full_description(text(full.trim()))
        .help(help)
        .default_configuration(configuration)
        .properties(PropertyBag::builder().tags(tags).build())
        .build();
    descriptor.help_uri = Some(url(entry.id)).filter(|url| url.contains("://"));
    descriptor
}

const fn level(level: Level) -> ResultLevel {
    match level {
        Level::Error => ResultLevel::Error,
        Level::Warning => ResultLevel::Warning,
        Level::Info => ResultLevel::Note,
    }
}

fn number(value: usize) -> i64 {
    i64::try_from(value).unwrap_or(i64::MAX)
}

/// The path as a URI reference: relative to the folder that mig-lint was run in, or absolute.
fn uri(path: &Path) -> String {
    let path = slashes(path);
    let escaped = utf8_percent_encode(&path, ESCAPED).to_string();
    if path.starts_with('/') {
        format!("file://{escaped}")
    } else {
        escaped
    }
}
