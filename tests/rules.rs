//! Every rule fires exactly where its bad.sql says, and never in its good.sql, on every supported version; its folder is whole.

mod common;

use common::{judged, steps};
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

/// The lines on which this rule alone speaks; on none does it speak twice, but where one operation of Django's is several statements.
fn lines(entry: &Entry, example: Example, version: Version) -> BTreeSet<usize> {
    let findings = if example.is_django() {
        in_app(example, version)
    } else {
        judged(steps(example.file, example.text), version).findings
    };
    let own = findings.iter().filter(|finding| finding.rule == entry.id);
    // The mark stands at the end of the marked text.
    let all: Vec<usize> = own
        .map(|finding| finding.file.place(finding.span.end).line)
        .collect();
    let lines: BTreeSet<usize> = all.iter().copied().collect();
    assert!(
        example.is_django() || lines.len() == all.len(),
        "{}: twice on a line: {all:?}",
        entry.id
    );
    lines
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
    for entry in asked() {
        let files: Vec<&str> = entry.examples().map(|example| example.file).collect();
        assert!(files.starts_with(&["bad.sql", "good.sql"]), "{}", entry.id);
        for example in entry.examples() {
            let expected = marked(entry, example);
            assert_eq!(
                example.is_bad(),
                !expected.is_empty(),
                "{}: marks in {}",
                entry.id,
                example.file
            );
            for version in Version::all() {
                let found = lines(entry, example, version);
                assert_eq!(
                    found, expected,
                    "{}, {} on PostgreSQL {version}",
                    entry.id, example.file
                );
            }
        }
    }
}

#[test]
fn every_statement_of_the_examples_is_known() {
    for entry in asked() {
        for text in [entry.bad, entry.good] {
            let judged = judged(steps("example.sql", text), Version::NEWEST);
            let unknown = judged
                .findings
                .iter()
                .filter(|f| f.rule == "unknown-statement");
            let texts: Vec<&str> = unknown.map(|f| f.file.slice(f.span)).collect();
            assert_eq!(texts, Vec::<&str>::new(), "{}", entry.id);
        }
    }
}

#[test]
fn rule_md_has_its_headings_in_order() {
    for entry in RULES {
        let titles: Vec<&str> = entry
            .doc
            .lines()
            .filter_map(|line| line.strip_prefix("## "))
            .collect();
        assert_eq!(titles, HEADINGS, "{}", entry.id);
        assert!(
            entry.doc.starts_with(&format!("# {}\n\n", entry.id)),
            "{}",
            entry.id
        );
    }
}

#[test]
fn messages_keep_the_house_style() {
    for entry in asked() {
        for finding in judged(steps("bad.sql", entry.bad), Version::OLDEST).findings {
            for text in [&finding.message, &finding.label] {
                let is_sql =
                    |word: &str| word.len() > 1 && word.chars().all(|c| c.is_ascii_uppercase());
                let first = text.split(' ').next().unwrap_or_default();
                assert!(
                    is_sql(first) || first.starts_with(|c: char| c.is_lowercase()),
                    "{}: starts with a capital: {text}",
                    entry.id
                );
                assert!(
                    !text.ends_with('.'),
                    "{}: ends with a full stop: {text}",
                    entry.id
                );
                assert!(!text.is_empty(), "{}: says nothing", entry.id);
            }
        }
    }
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
fn assert_locks_are_the_effects(finding: &Finding) -> usize {
    let label = finding.label.replace(',', "");
    let words: Vec<&str> = label.split(' ').collect();
    let is_lock = |word: &str| word.chars().all(|c| c.is_ascii_uppercase());
    let mut compared = 0;
    for (on, _) in words.iter().enumerate().filter(|(_, word)| **word == "on") {
        let before = words[..on].iter().rev();
        let mut lock: Vec<&str> = before.take_while(|word| is_lock(word)).copied().collect();
        lock.reverse();
        let lock = lock.join(" ");
        let tables = words[on + 1..].iter();
        let ends = ["since", "until", "held", "while", "of"];
        for table in tables.take_while(|word| !ends.contains(word) && !is_lock(word)) {
            let mut effects = finding.effects.iter();
            if let Some(effect) = effects.find(|effect| effect.relation == *table) {
                let expected = effect.effective_lock().sql_name();
                assert_eq!(lock, expected, "{table}: {}", finding.label);
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
            findings.extend(judged(steps(example.file, example.text), Version::NEWEST).findings);
        }
    }
    let compared: usize = findings.iter().map(assert_locks_are_the_effects).sum();
    assert!(compared > 30, "{compared}");
}
