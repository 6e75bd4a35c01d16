//! Every rule fires exactly where its bad.sql says, and never in its good.sql, on every supported version; its folder is whole.

mod common;

use common::{Failures, judged, steps};
use mig_lint::config::Settings;
use mig_lint::engine;
use mig_lint::finding::Finding;
use mig_lint::postgres::Version;
use mig_lint::prove::write_app;
use mig_lint::rule::{Entry, Example, Kind, RULES};
use std::collections::BTreeSet;

const HEADINGS: [&str; 5] = [
    "What it does",
    "Why it hurts",
    "Do this instead",
    "When it is fine",
    "Proof",
];

fn asked() -> impl Iterator<Item = &'static Entry> {
    RULES
        .iter()
        .filter(|entry| !matches!(entry.rule.kind, Kind::Engine(_)))
}

/// `rules/drop_column/bad.sql`
fn path(entry: &Entry, file: &str) -> String {
    format!("rules/{}/{file}", entry.id.replace('-', "_"))
}

/// The findings that answer for the rule, by the lines on which marks stand: the ends of the marked texts.
fn by_line(entry: &Entry, example: Example, version: Version) -> Vec<(usize, Finding)> {
    let findings = if example.is_django() {
        in_app(example, version)
    } else {
        judged(steps(example.file, example.text), version).findings
    };
    let own = findings
        .into_iter()
        .filter(|finding| entry.answers(finding));
    own.map(|finding| (finding.file.place(finding.span.end).line, finding))
        .collect()
}

/// Marked lines are spoken of, by the rule or by one that took its finding over; it speaks nowhere else, and nowhere twice, but where one operation of
/// Django's is several statements.
fn hold(entry: &Entry, example: Example, version: Version, failures: &mut Failures) {
    let path = path(entry, example.file);
    let found = by_line(entry, example, version);
    let own = found.iter().filter(|(_, finding)| finding.rule == entry.id);
    let own: Vec<usize> = own.map(|(line, _)| *line).collect();
    let marked = marked(entry, example);
    let rule = format!("{} on PostgreSQL {version}", entry.id);
    for line in &marked {
        let spoken = found.iter().any(|(at, _)| at == line);
        failures.check(spoken, format!("{path}:{line}"), &rule, "nothing");
    }
    for line in own.iter().collect::<BTreeSet<_>>() {
        let place = format!("{path}:{line}");
        failures.check(marked.contains(line), &place, "nothing", &rule);
        let times = own.iter().filter(|at| *at == line).count();
        let once = times == 1 || example.is_django();
        failures.check(once, &place, format!("{rule} once"), times);
    }
}

fn in_app(example: Example, version: Version) -> Vec<Finding> {
    let folder = tempfile::tempdir().expect("a folder for a moment");
    write_app(example, folder.path()).expect("it can be written");
    let settings = Settings {
        paths: vec![folder.path().to_owned()],
        version,
        ..Settings::default()
    };
    let report = engine::run(&settings, false);
    assert_eq!(report.summary.unchecked_files, 0, "{}", example.text);
    report.findings
}

fn marked(entry: &Entry, example: Example) -> BTreeSet<usize> {
    let mark = format!(" expect: {}", entry.id);
    let lines = example.text.lines().enumerate();
    lines
        .filter(|(_, line)| line.ends_with(&mark))
        .map(|(at, _)| at + 1)
        .collect()
}

#[test]
fn bad_fires_exactly_where_marked_and_good_is_silent() {
    Failures::collect(|failures| {
        for entry in asked() {
            let files: Vec<&str> = entry.examples().map(|example| example.file).collect();
            let pair = |ending| {
                files.contains(&&*format!("bad.{ending}"))
                    && files.contains(&&*format!("good.{ending}"))
            };
            failures.check(
                files.len().is_multiple_of(2) && (pair("sql") || pair("py")),
                path(entry, ""),
                "bad.sql and good.sql, or bad.py and good.py",
                format!("{files:?}"),
            );
            for example in entry.examples() {
                let marks = marked(entry, example).len();
                let fits = example.is_bad() == (marks > 0);
                let expected = if example.is_bad() { "marks" } else { "no mark" };
                failures.check(fits, path(entry, example.file), expected, marks);
                for version in Version::all() {
                    hold(entry, example, version, failures);
                }
            }
        }
    });
}

/// Others may take over what its examples show, but not all of it.
#[test]
fn a_fallback_still_speaks_in_its_own_example() {
    let is_fallback = |entry: &&Entry| matches!(entry.rule.kind, Kind::Fallback(_));
    Failures::collect(|failures| {
        for entry in asked().filter(is_fallback) {
            let found = judged(steps("bad.sql", entry.bad), Version::NEWEST).findings;
            let speaks = found.iter().any(|finding| finding.rule == entry.id);
            failures.check(speaks, path(entry, "bad.sql"), entry.id, "only other rules");
        }
    });
}

#[test]
fn every_statement_of_the_examples_is_known() {
    Failures::collect(|failures| {
        for entry in asked() {
            for (file, text) in [("bad.sql", entry.bad), ("good.sql", entry.good)] {
                let judged = judged(steps(file, text), Version::NEWEST);
                let found = judged.findings.iter();
                for unknown in found.filter(|f| f.rule == "unknown-statement") {
                    let line = unknown.file.place(unknown.span.start).line;
                    let place = format!("{}:{line}", path(entry, file));
                    failures.note(place, "a known statement", unknown.file.slice(unknown.span));
                }
            }
        }
    });
}

#[test]
fn rule_md_has_its_headings_in_order() {
    Failures::collect(|failures| {
        for entry in RULES {
            let lines = entry.doc.lines();
            let titles = lines.filter_map(|line| line.strip_prefix("## "));
            let titles: Vec<&str> = titles.collect();
            let path = path(entry, "rule.md");
            failures.equal(&path, &HEADINGS[..], &titles[..]);
            let first = entry.doc.lines().next().unwrap_or_default();
            failures.equal(format!("{path}:1"), &*format!("# {}", entry.id), first);
            let second = entry.doc.lines().nth(1).unwrap_or_default();
            failures.equal(format!("{path}:2"), "", second);
        }
    });
}

#[test]
fn messages_keep_the_house_style() {
    let is_sql = |word: &str| word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase());
    Failures::collect(|failures| {
        for entry in asked() {
            for finding in judged(steps("bad.sql", entry.bad), Version::OLDEST).findings {
                let line = finding.file.place(finding.span.start).line;
                let place = format!("{}:{line}", path(entry, "bad.sql"));
                for text in [&finding.message, &finding.label] {
                    let first = text.split(' ').next().unwrap_or_default();
                    let small = is_sql(first) || first.starts_with(|c: char| c.is_lowercase());
                    failures.check(small, &place, "no capital at the beginning", text);
                    failures.check(!text.ends_with('.'), &place, "no full stop", text);
                    failures.check(!text.is_empty(), &place, "words", "none");
                }
            }
        }
    });
}

#[test]
fn the_list_of_rules_is_the_folders() {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/rules");
    let folders: BTreeSet<String> = std::fs::read_dir(root)
        .expect("rules/ can be read")
        .filter_map(|entry| entry.ok().filter(|entry| entry.path().is_dir()))
        .map(|entry| entry.file_name().to_string_lossy().replace('_', "-"))
        .collect();
    let listed: BTreeSet<String> = RULES.iter().map(|entry| entry.id.to_owned()).collect();
    assert_eq!(folders, listed);
}

/// Each `LOCK on table` of a label, against the effects of its finding.
fn compare_locks(finding: &Finding, failures: &mut Failures) -> usize {
    let label = finding.label.replace(',', "");
    let words: Vec<&str> = label.split(' ').collect();
    let is_lock = |word: &str| word.chars().all(|c| c.is_ascii_uppercase());
    let mut compared = 0;
    for (on, _) in words.iter().enumerate().filter(|(_, word)| **word == "on") {
        let before = words[..on].iter().rev();
        let mut lock: Vec<&str> = before.take_while(|word| is_lock(word)).copied().collect();
        lock.reverse();
        let lock = lock.join(" ");
        // A refusal says on what something depends.
        if lock.is_empty() {
            continue;
        }
        let tables = words[on + 1..].iter();
        let ends = ["since", "until", "held", "while", "of"];
        for table in tables.take_while(|word| !ends.contains(word) && !is_lock(word)) {
            let mut effects = finding.effects.iter();
            if let Some(effect) = effects.find(|effect| effect.relation == *table) {
                let expected = effect.effective_lock().sql_name();
                let line = finding.file.place(finding.span.start).line;
                let place = format!("{}:{line}, {table}", finding.file.path().display());
                failures.equal(place, expected, &*lock);
                compared += 1;
            }
        }
    }
    compared
}

#[test]
fn the_locks_of_a_finding_are_those_of_its_effects() {
    let mixed = "-- 1.sql\nCREATE TABLE p (id int PRIMARY KEY);\nCREATE TABLE t (id int, p int);\n-- 2.sql\n\
        ALTER TABLE t ADD COLUMN note text;\nALTER TABLE t ADD CONSTRAINT fk FOREIGN KEY (p) REFERENCES p;\n\
        CREATE INDEX i ON p (id);\nUPDATE t SET p = 1;\n-- 3.sql\n\
        ALTER TABLE t ADD COLUMN a int, ADD CONSTRAINT fk2 FOREIGN KEY (p) REFERENCES p;\n";
    let mut findings = judged(steps("mixed.sql", mixed), Version::NEWEST).findings;
    for entry in asked() {
        for example in entry.examples().filter(|example| !example.is_django()) {
            let path = path(entry, example.file);
            findings.extend(judged(steps(&path, example.text), Version::NEWEST).findings);
        }
    }
    Failures::collect(|failures| {
        let compared = findings.iter();
        let compared: usize = compared.map(|it| compare_locks(it, failures)).sum();
        assert!(compared > 30, "{compared}");
    });
}
