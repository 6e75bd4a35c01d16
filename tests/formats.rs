//! Every format tells of the same findings at the same places, in the shape that its readers take, and of no more than they show.

mod common;

use common::Failures;
use mig_lint::config::{Arguments, Settings};
use mig_lint::engine::{self, Report};
use mig_lint::report;
use roxmltree::{Document, Node};
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

/// File, first line and column, last line and column, rule.
type Told = BTreeSet<(String, [usize; 4], String)>;
/// Reads what a format tells of a report.
type Reader = fn(&Report) -> Told;

/// What is hard to count in: tabs, CRLF, characters of several bytes, a byte order mark; names that must be escaped.
const FILES: [(&str, &str); 4] = [
    (
        "001 première.sql",
        "CREATE TABLE orders (id bigint PRIMARY KEY, code text, note text);\n",
    ),
    (
        "002_tabs,and:colons%.sql",
        "\u{feff}\t/* 🐘 é */\tDROP INDEX i;\tCREATE INDEX i ON orders (code);\r\n\r\nALTER TABLE orders\r\n\tDROP COLUMN note;\r\n",
    ),
    (
        "003_<b>&amp;|`.sql",
        "-- 日本\nALTER TABLE orders ADD CONSTRAINT \"a|b`c<d>@e\" CHECK (code <> '🐘'), ALTER COLUMN code SET NOT NULL;\n",
    ),
    ("004_refused.sql", "ALTER TABLE orders ADD COLUM x int;\n"),
];

fn checked(folder: &Path) -> Report {
    let settings = Settings::resolve(Arguments {
        paths: vec![folder.to_owned()],
        ..Arguments::default()
    });
    let mut report = engine::run(&settings.expect("nothing is wrong with that"), false);
    report.top = Some(folder.canonicalize().expect("it is there"));
    report
}

fn written() -> (tempfile::TempDir, Report) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    for (name, text) in FILES {
        fs::write(folder.path().join(name), text).expect("it can be written");
    }
    let report = checked(folder.path());
    assert!(report.findings.len() > 4, "there is something to tell of");
    (folder, report)
}

fn found(report: &Report) -> Told {
    let findings = report.findings.iter().map(|finding| {
        let (start, end) = (
            finding.file.place(finding.span.start),
            finding.file.place(finding.span.end),
        );
        let name = finding.file.path().file_name().expect("a file has a name");
        (
            name.to_str().expect("UTF-8").to_owned(),
            [start.line, start.column, end.line, end.column],
            finding.rule.to_owned(),
        )
    });
    findings.collect()
}

fn json(text: &str) -> Value {
    serde_json::from_str(text).expect("it is JSON")
}

fn number(value: &Value) -> usize {
    usize::try_from(value.as_u64().expect("a number")).expect("a small one")
}

fn text(value: &Value) -> String {
    value.as_str().expect("a text").to_owned()
}

fn of_json(report: &Report) -> Told {
    let document = json(&report::json(report));
    let findings = document["findings"].as_array().expect("findings").iter();
    let told = findings.map(|finding| {
        let place = ["line", "column", "end_line", "end_column"].map(|key| number(&finding[key]));
        let path = text(&finding["path"]);
        let name = path.rsplit('/').next().expect("a name");
        (name.to_owned(), place, text(&finding["rule"]))
    });
    told.collect()
}

fn of_sarif(report: &Report) -> Told {
    let log = json(&report::sarif(report));
    let results = log["runs"][0]["results"]
        .as_array()
        .expect("results")
        .iter();
    let told = results.map(|result| {
        let place = &result["locations"][0]["physicalLocation"];
        let region = &place["region"];
        let keys = ["startLine", "startColumn", "endLine", "endColumn"];
        assert_eq!(place["artifactLocation"]["uriBaseId"], "%SRCROOT%");
        let uri = text(&place["artifactLocation"]["uri"]);
        let name = percent_encoding::percent_decode_str(&uri).decode_utf8();
        let place = keys.map(|key| number(&region[key]));
        (
            name.expect("UTF-8").into_owned(),
            place,
            text(&result["ruleId"]),
        )
    });
    told.collect()
}

fn unescaped(text: &str) -> String {
    let pairs = [
        ("%2C", ","),
        ("%3A", ":"),
        ("%0A", "\n"),
        ("%0D", "\r"),
        ("%25", "%"),
    ];
    let mut plain = text.to_owned();
    for (escaped, character) in pairs {
        plain = plain.replace(escaped, character);
    }
    plain
}

fn of_github(report: &Report) -> Told {
    let text = report::github(report);
    let told = text.lines().map(|line| {
        let (head, _) = line
            .strip_prefix("::")
            .and_then(|line| line.split_once("::"))
            .expect("a command");
        let (_, properties) = head.split_once(' ').expect("properties");
        let value = |key: &str| {
            let mut properties = properties.split(',').filter_map(|it| it.split_once('='));
            let found = properties.find(|(name, _)| *name == key);
            unescaped(found.expect("the property is there").1)
        };
        let place = ["line", "col", "endLine", "endColumn"];
        let place = place.map(|key| value(key).parse().expect("a number"));
        let rule = value("title").replace("mig-lint: ", "");
        (value("file"), place, rule)
    });
    told.collect()
}

fn of_gitlab(report: &Report) -> Told {
    let document = json(&report::gitlab(report));
    let told = document.as_array().expect("a list").iter().map(|issue| {
        let positions = &issue["location"]["positions"];
        let at = |end: &str, key: &str| number(&positions[end][key]);
        assert_eq!(
            issue["location"]["lines"]["begin"],
            positions["begin"]["line"]
        );
        let place = [
            at("begin", "line"),
            at("begin", "column"),
            at("end", "line"),
            at("end", "column"),
        ];
        (
            text(&issue["location"]["path"]),
            place,
            text(&issue["check_name"]),
        )
    });
    told.collect()
}

fn of_junit(report: &Report) -> Told {
    let text = report::junit(report);
    let document = Document::parse(&text).expect("it is XML");
    let cases = document
        .descendants()
        .filter(|node| node.has_tag_name("testcase"));
    let told = cases.filter_map(|case| {
        let inner = case.first_element_child()?;
        let file = case.attribute("classname").expect("a file");
        let text = inner.text().expect("a text");
        // path:1:2 to 3:4: error[rule]
        let rest = text.strip_prefix(file)?.strip_prefix(':')?;
        let (place, rest) = rest.split_once(": ")?;
        let numbers = place.split([':', ' ']).filter_map(|it| it.parse().ok());
        let numbers: Vec<usize> = numbers.collect();
        let rule = rest.split(['[', ']']).nth(1)?;
        Some((file.to_owned(), numbers.try_into().ok()?, rule.to_owned()))
    });
    told.collect()
}

#[test]
fn all_formats_give_the_same_places() {
    let (_folder, report) = written();
    let wanted = found(&report);
    Failures::collect(|failures| {
        let formats: [(&str, Reader); 5] = [
            ("json", of_json),
            ("sarif", of_sarif),
            ("github", of_github),
            ("gitlab", of_gitlab),
            ("junit", of_junit),
        ];
        for (name, told) in formats {
            failures.equal(name, &wanted, &told(&report));
        }
        let text = report::concise(&report);
        for (file, [line, column, ..], rule) in &wanted {
            let place = format!("{file}:{line}:{column}: ");
            let told = |line: &str| line.contains(&place) && line.contains(&format!("[{rule}] "));
            failures.check(text.lines().any(told), "concise", place, &text);
        }
    });
}

/// What an element may have, and what it must.
fn shape(node: &Node<'_, '_>) -> Option<(&'static [&'static str], &'static [&'static str])> {
    Some(match node.tag_name().name() {
        "testsuites" => (&["testsuite"], &["name", "tests", "failures", "errors"]),
        "testsuite" => (
            &["testcase"],
            &["name", "tests", "failures", "errors", "skipped"],
        ),
        "testcase" => (&["failure", "error", "system-out"], &["name", "classname"]),
        "failure" | "error" => (&[], &["message", "type"]),
        "system-out" => (&[], &[]),
        _ => return None,
    })
}

#[test]
fn junit_is_what_test_reporters_read() {
    let (_folder, report) = written();
    let text = report::junit(&report);
    let document = Document::parse(&text).expect("it is XML");
    assert_eq!(document.root_element().tag_name().name(), "testsuites");
    for node in document.descendants().filter(Node::is_element) {
        let (children, attributes) = shape(&node).expect("an element that readers know");
        let names: BTreeSet<&str> = node.attributes().map(|it| it.name()).collect();
        assert_eq!(names, attributes.iter().copied().collect());
        let inner = node.children().filter(Node::is_element);
        assert!(
            inner
                .into_iter()
                .all(|it| children.contains(&it.tag_name().name()))
        );
    }
    for suite in document
        .descendants()
        .filter(|it| it.has_tag_name("testsuite"))
    {
        let cases = suite.children().filter(|it| it.has_tag_name("testcase"));
        assert_eq!(suite.attribute("tests"), Some(&*cases.count().to_string()));
        for (key, element) in [("failures", "failure"), ("errors", "error")] {
            let count = suite
                .descendants()
                .filter(|it| it.has_tag_name(element))
                .count();
            assert_eq!(suite.attribute(key), Some(&*count.to_string()));
        }
    }
    // A migration without a finding passes, and what could not be read is an error of the test.
    assert!(text.contains("no finding") && text.contains("<error "));
}

#[test]
fn gitlab_reads_the_report() {
    let schema = serde_json::json!({
        "type": "array",
        "items": {
            "type": "object",
            "required": ["description", "check_name", "fingerprint", "severity", "location"],
            "properties": {
                "description": {"type": "string", "minLength": 1},
                "fingerprint": {"type": "string", "pattern": "^[0-9a-f]{32}$"},
                "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
                "location": {
                    "type": "object",
                    "required": ["path", "lines"],
                    "properties": {
                        "path": {"type": "string", "not": {"pattern": "^(\\./|/)"}},
                        "lines": {"required": ["begin"], "properties": {"begin": {"type": "integer", "minimum": 1}}}
                    }
                }
            }
        }
    });
    let (_folder, report) = written();
    let document = json(&report::gitlab(&report));
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    let errors: Vec<String> = validator
        .iter_errors(&document)
        .map(|it| it.to_string())
        .collect();
    assert_eq!(errors, Vec::<String>::new());
    let issues = document.as_array().expect("a list");
    let prints: BTreeSet<&str> = issues
        .iter()
        .filter_map(|it| it["fingerprint"].as_str())
        .collect();
    assert_eq!(
        prints.len(),
        issues.len(),
        "no two have the same fingerprint"
    );
}

/// A report with more findings than any reader shows.
fn crowded(statements: usize) -> (tempfile::TempDir, Report) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let mut text = String::from("SET LOCAL lock_timeout = '1s';\n");
    for at in 0..statements {
        text.push_str(&format!(
            "ALTER TABLE t{at} DROP COLUMN a_column_with_quite_a_long_name_{at};\n"
        ));
    }
    fs::write(folder.path().join("1.sql"), text).expect("it can be written");
    let report = checked(folder.path());
    assert!(report.findings.len() >= statements);
    (folder, report)
}

#[test]
fn nobody_gets_more_than_is_shown() {
    let (_folder, report) = crowded(5_200);
    let commands = report::github(&report);
    let errors = commands.lines().filter(|line| line.starts_with("::error "));
    assert_eq!(errors.count(), 10);
    assert!(commands.contains("more findings, of which GitHub shows no annotation"));
    assert_eq!(
        commands.lines().count(),
        report.findings.len() + 1,
        "nothing is lost"
    );
    let comment = report::comment(&report);
    assert!(comment.len() <= 65_536 && comment.len() > 30_000);
    assert!(comment.contains("do not fit into a comment"));
    assert!(comment.ends_with("</details>\n"), "it is whole");
    let log = json(&report::sarif(&report));
    let run = &log["runs"][0];
    assert_eq!(run["results"].as_array().map(Vec::len), Some(5_000));
    let told = run["invocations"][0]["toolExecutionNotifications"].to_string();
    assert!(told.contains("further findings are left out"), "{told}");
}

#[test]
fn a_comment_shows_what_it_quotes_as_it_is() {
    let (_folder, report) = written();
    let comment = report::comment(&report);
    assert!(comment.starts_with("<!-- mig-lint -->\n### mig-lint: "));
    let mut prose = comment.lines().filter(|line| line.starts_with("- "));
    assert!(
        prose.all(|line| !line.contains('<') && !line.contains('@')),
        "{comment}"
    );
    let rows = comment
        .lines()
        .filter(|line| line.starts_with("| \u{1f534}"));
    for row in rows {
        let bars = row.replace("\\|", "").matches('|').count();
        assert_eq!(bars, 4, "{row}");
    }
    let (_folder, report) = crowded(0);
    assert!(report::comment(&report).contains("0 errors, 0 warnings in 1 migration"));
}
