//! SARIF 2.1.0, for code scanning.

use super::document::document;
use super::facts;
use super::place::{below, places};
use super::rule_doc::{rule_doc, url};
use crate::engine::Report;
use crate::finding::{Edit, Finding, Fix, Harm, Level, fingerprints};
use crate::rule::{Entry, RULES};
use crate::source::{Place, slashes};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde_sarif::sarif::{
    ArtifactChange, ArtifactContent, ArtifactLocation, Fix as SarifFix, Invocation, Location,
    Message, MultiformatMessageString, Notification, PhysicalLocation, PropertyBag, Region,
    Replacement, ReportingConfiguration, ReportingDescriptor, Result as SarifResult, ResultLevel,
    Run, SCHEMA_URL, Sarif, Tool, ToolComponent,
};
use std::collections::BTreeMap;
use std::path::Path;

/// How many results of one run code scanning takes.
const MOST: usize = 5_000;

/// What paths start from: whoever reads the log knows where that is.
const TOP: &str = "%SRCROOT%";

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
        .information_uri(env!("CARGO_PKG_REPOSITORY"))
        .rules(RULES.iter().map(descriptor).collect::<Vec<_>>())
        .build();
    let top = ArtifactLocation::builder()
        .description(Message::builder().text("The top of the repository").build())
        .build();
    let run = Run::builder()
        .tool(Tool::builder().driver(driver).build())
        .results(results(report))
        .invocations(vec![invocation(report)])
        .original_uri_base_ids(BTreeMap::from([(TOP.to_owned(), top)]))
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
    let mut findings: Vec<_> = findings.enumerate().collect();
    if findings.len() > MOST {
        findings.sort_by_key(|(_, (finding, _))| std::cmp::Reverse(finding.level));
        findings.truncate(MOST);
        findings.sort_by_key(|(at, _)| *at);
    }
    findings
        .into_iter()
        .map(|(_, (finding, fingerprint))| result(report, finding, fingerprint))
        .collect()
}

fn result(report: &Report, finding: &Finding, fingerprint: String) -> SarifResult {
    let fingerprint = BTreeMap::from([("migLint/v2".to_owned(), fingerprint)]);
    let index = RULES.iter().position(|entry| entry.id == finding.rule);
    let mut result = SarifResult::builder()
        .rule_id(finding.rule)
        .level(level(finding.level))
        .message(Message::builder().text(facts::told(finding)).build())
        .locations(vec![location(report, finding)])
        .partial_fingerprints(fingerprint)
        .build();
    let fixes = finding.fix.as_ref().map(|it| vec![fix(report, it)]);
    result.fixes = fixes;
    result.rule_index = index.map(number);
    let related = related(report, finding);
    result.related_locations = Some(related).filter(|related| !related.is_empty());
    result
}

/// A fix, each file of which is a change of its own; one that is new is a change of an empty one.
fn fix(report: &Report, fix: &Fix) -> SarifFix {
    let replacement = |region: Region, text: &str| {
        Replacement::builder()
            .deleted_region(region)
            .inserted_content(ArtifactContent::builder().text(text).build())
            .build()
    };
    let change = |path: &Path, replacements: Vec<Replacement>| {
        ArtifactChange::builder()
            .artifact_location(artifact(report, path))
            .replacements(replacements)
            .build()
    };
    let replaced = |edit: &Edit| {
        let start = edit.file.place(edit.span.start);
        let end = edit.file.place(edit.span.end);
        replacement(region(start, end), &edit.text)
    };
    let files = fix.edits.chunk_by(|a, b| a.file.path() == b.file.path());
    let own = files.map(|edits| {
        let path = edits[0].file.path();
        change(path, edits.iter().map(replaced).collect())
    });
    let new = fix.files.iter().map(|file| {
        let nothing = Region::builder()
            .start_line(1)
            .start_column(1)
            .end_line(1)
            .end_column(1);
        change(&file.path, vec![replacement(nothing.build(), &file.text)])
    });
    SarifFix::builder()
        .description(Message::builder().text(fix.text.clone()).build())
        .artifact_changes(own.into_iter().chain(new).collect::<Vec<_>>())
        .build()
}

fn region(start: Place, end: Place) -> Region {
    Region::builder()
        .start_line(number(start.line))
        .start_column(number(start.column))
        .end_line(number(end.line))
        .end_column(number(end.column))
        .build()
}

fn location(report: &Report, finding: &Finding) -> Location {
    let (start, end) = places(finding);
    let physical = PhysicalLocation::builder()
        .artifact_location(artifact(report, finding.file.path()))
        .region(region(start, end))
        .build();
    Location::builder().physical_location(physical).build()
}

/// Where locks were taken that are still held, each with a sentence.
fn related(report: &Report, finding: &Finding) -> Vec<Location> {
    let held = facts::held(finding);
    let locations = held.map(|(held, text)| {
        let region = Region::builder()
            .start_line(number(held.place.line))
            .start_column(number(held.place.column))
            .build();
        let physical = PhysicalLocation::builder()
            .artifact_location(artifact(report, finding.file.path()))
            .region(region)
            .build();
        Location::builder()
            .physical_location(physical)
            .message(Message::builder().text(text).build())
            .build()
    });
    locations.collect()
}

/// A file, seen from the top of the repository; what lies outside of it is seen from the folder that mig-lint was run in, or absolute.
fn artifact(report: &Report, path: &Path) -> ArtifactLocation {
    let below = report.top.as_ref().and_then(|top| below(top, path));
    match below {
        Some(below) => ArtifactLocation::builder()
            .uri(uri(&below))
            .uri_base_id(TOP)
            .build(),
        None => ArtifactLocation::builder().uri(uri(path)).build(),
    }
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
            .locations(vec![location(report, finding)])
            .build()
    });
    let left_out = report.findings.len().saturating_sub(MOST);
    let left_out = (left_out > 0).then(|| {
        let text = format!("{left_out} further findings are left out: code scanning takes no more than {MOST} results of a run, so these are the worst");
        Notification::builder()
            .level(serde_json::json!(ResultLevel::Warning))
            .message(Message::builder().text(text).build())
            .build()
    });
    Invocation::builder()
        .execution_successful(report.summary.unchecked_files == 0)
        .tool_execution_notifications(notifications.chain(left_out).collect::<Vec<_>>())
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
        .properties(properties(entry, tags))
        .build();
    descriptor.help_uri = Some(url(entry.id)).filter(|url| url.contains("://"));
    descriptor
}

/// What GitHub sorts and filters by.
///
/// Source: GitHub's documentation, "SARIF support for code scanning", the properties of reportingDescriptor.
fn properties(entry: &Entry, tags: Vec<String>) -> PropertyBag {
    let severity = match entry.rule.severity.usual() {
        Level::Error => "error",
        Level::Warning => "warning",
        Level::Info => "recommendation",
    };
    let more = BTreeMap::from([
        ("precision".to_owned(), serde_json::json!("high")),
        ("problem.severity".to_owned(), serde_json::json!(severity)),
    ]);
    PropertyBag::builder()
        .tags(tags)
        .additional_properties(more)
        .build()
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
