//! JUnit XML: a suite for each migration, a case for each finding, and a case that passes where there is none.
//!
//! Source: the schema that Jenkins' xUnit plugin validates against, junit-10.xsd.

use super::facts;
use super::place::{from_top, places};
use crate::engine::{Report, is_unchecked};
use crate::finding::{Finding, Level};
use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};
use std::collections::BTreeMap;
use std::io;

/// The findings as test results: an error or a warning fails, an info passes and is printed; what could not be checked is an error of the test itself.
#[must_use]
pub fn junit(report: &Report) -> String {
    let mut suites: BTreeMap<String, Vec<&Finding>> = report
        .migrations
        .iter()
        .map(|migration| (from_top(report, migration.file.path()), Vec::new()))
        .collect();
    for finding in &report.findings {
        let path = from_top(report, finding.file.path());
        suites.entry(path).or_default().push(finding);
    }
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    // Writing to memory cannot fail.
    let _ = document(&mut writer, &suites);
    let mut text = String::from_utf8(writer.into_inner()).unwrap_or_default();
    text.push('\n');
    text
}

fn document(
    writer: &mut Writer<Vec<u8>>,
    suites: &BTreeMap<String, Vec<&Finding>>,
) -> io::Result<()> {
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let all: Vec<&Finding> = suites.values().flatten().copied().collect();
    let [failures, errors] = counts(&all);
    let tests: usize = suites.values().map(|findings| findings.len().max(1)).sum();
    writer
        .create_element("testsuites")
        .with_attributes([
            ("name", "mig-lint"),
            ("tests", &*tests.to_string()),
            ("failures", &*failures),
            ("errors", &*errors),
        ])
        .write_inner_content(|writer| {
            suites
                .iter()
                .try_for_each(|(path, findings)| suite(writer, path, findings))
        })?;
    Ok(())
}

fn suite(writer: &mut Writer<Vec<u8>>, path: &str, findings: &[&Finding]) -> io::Result<()> {
    let [failures, errors] = counts(findings);
    let tests = findings.len().max(1).to_string();
    writer
        .create_element("testsuite")
        .with_attributes([
            ("name", &*plain(path)),
            ("tests", &*tests),
            ("failures", &*failures),
            ("errors", &*errors),
            ("skipped", "0"),
        ])
        .write_inner_content(|writer| {
            if findings.is_empty() {
                writer
                    .create_element("testcase")
                    .with_attributes([("name", "no finding"), ("classname", &*plain(path))])
                    .write_empty()?;
            }
            findings
                .iter()
                .try_for_each(|finding| case(writer, path, finding))
        })?;
    Ok(())
}

fn case(writer: &mut Writer<Vec<u8>>, path: &str, finding: &Finding) -> io::Result<()> {
    let (start, end) = places(finding);
    let place = format!(
        "{}:{} to {}:{}",
        start.line, start.column, end.line, end.column
    );
    let name = format!("{} at {}:{}", finding.rule, start.line, start.column);
    let text = format!(
        "{path}:{place}: {}[{}]\n{}",
        finding.level.name(),
        finding.rule,
        facts::told(finding)
    );
    let text = plain(&text);
    let element = match (is_unchecked(finding), finding.level) {
        (true, _) => "error",
        (false, Level::Info) => "system-out",
        (false, _) => "failure",
    };
    writer
        .create_element("testcase")
        .with_attributes([("name", &*name), ("classname", &*plain(path))])
        .write_inner_content(|writer| {
            let message = plain(&finding.message);
            let inner = writer.create_element(element);
            let inner = if element == "system-out" {
                inner
            } else {
                inner.with_attributes([("message", &*message), ("type", finding.rule)])
            };
            inner.write_text_content(BytesText::new(&text))?;
            Ok(())
        })?;
    Ok(())
}

/// How many fail, and how many could not be checked.
fn counts(findings: &[&Finding]) -> [String; 2] {
    let unchecked = findings.iter().filter(|it| is_unchecked(it)).count();
    let bad = findings
        .iter()
        .filter(|it| it.level > Level::Info && !is_unchecked(it));
    [bad.count().to_string(), unchecked.to_string()]
}

/// The text without what XML 1.0 cannot hold.
fn plain(text: &str) -> String {
    let fits = |c: char| {
        matches!(c, '\t' | '\n' | '\r') || (c >= ' ' && !matches!(c, '\u{fffe}' | '\u{ffff}'))
    };
    text.chars()
        .map(|c| if fits(c) { c } else { '\u{fffd}' })
        .collect()
}
