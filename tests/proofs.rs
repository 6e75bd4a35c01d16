//! What servers showed is what is predicted, for every rule and supported version; `tests/live.rs` has a server show it again.

mod common;

use common::Failures;
use mig_lint::postgres::Version;
use mig_lint::prove::{Definition, Recorded};
use mig_lint::rule::{Entry, Kind, RULES};
use std::collections::{BTreeMap, BTreeSet};

fn asked() -> impl Iterator<Item = &'static Entry> {
    RULES
        .iter()
        .filter(|entry| !matches!(entry.rule.kind, Kind::Engine(_)))
}

fn recorded(entry: &Entry) -> Recorded {
    Recorded::parse(entry.observed).expect("observed.json can be read")
}

fn path(entry: &Entry, file: &str) -> String {
    format!("rules/{}/{file}", entry.id.replace('-', "_"))
}

#[test]
fn every_rule_is_proven_on_every_version_and_predicted_right() {
    let all: Vec<u8> = Version::all().map(Version::major).collect();
    Failures::collect(|failures| {
        for entry in asked() {
            for (file, text) in [
                ("proof.toml", entry.proof),
                ("observed.json", entry.observed),
            ] {
                failures.check(!text.is_empty(), path(entry, file), "the file", "none");
            }
            let recorded = recorded(entry);
            for fault in recorded.faults(entry) {
                failures.note(path(entry, "observed.json"), "what is predicted", fault);
            }
            failures.equal(path(entry, "observed.json"), &all, &recorded.proven());
        }
    });
}

#[test]
fn a_record_of_other_files_is_stale() {
    Failures::collect(|failures| {
        for entry in asked() {
            let changed = Entry {
                good: entry.bad,
                good_py: entry.bad_py,
                ..copy(entry)
            };
            let faults = recorded(entry).faults(&changed);
            let stale = faults.iter().any(|fault| fault.contains("--record"));
            let found = format!("{faults:?}");
            failures.check(stale, path(entry, "observed.json"), "a stale record", found);
        }
    });
}

#[test]
fn a_record_that_says_otherwise_is_seen() {
    let entry = asked()
        .find(|entry| entry.id == "fk-without-not-valid")
        .expect("the rule is there");
    Failures::collect(|failures| {
        for (was, is) in [
            ("ShareRowExclusiveLock", "ShareLock"),
            ("\"work\": \"scan\"", "\"work\": \"none\""),
            ("\"orders\": []", "\"orders\": [\"select\"]"),
        ] {
            let place = path(entry, "observed.json");
            failures.check(entry.observed.contains(was), &place, was, "none");
            let text = entry.observed.replace(was, is);
            let other = Recorded::parse(&text).expect("it can still be read");
            let seen = !other.faults(entry).is_empty();
            failures.check(seen, &place, format!("a fault for {is}"), "none");
        }
    });
}

/// What `proof.toml` may say at a place, as the error about what it may not says.
fn allowed(text: &str) -> BTreeSet<String> {
    let error = Definition::parse(text).expect_err("nothing is called so");
    let error = error.to_string();
    let (_, list) = error.rsplit_once("expected ").expect("what is expected");
    let names = list.split('`').skip(1).step_by(2);
    names.map(str::to_owned).collect()
}

/// The rows of CONTRIBUTING's table, `| where | key | what |`: the line, the key and what it is.
fn explained(place: &str) -> BTreeMap<String, (usize, String)> {
    let text = include_str!("../CONTRIBUTING.md");
    let (before, section) = text.split_once("## The keys of `proof.toml`").expect("it");
    let section = section.split("\n## ").next().unwrap_or_default();
    let lines = (before.lines().count() + 1..).zip(section.lines());
    let rows = lines.filter_map(|(at, line)| {
        let mut cells = line.strip_prefix("| ")?.splitn(3, '|').map(str::trim);
        let (here, key, what) = (cells.next()?, cells.next()?, cells.next()?);
        let (here, key) = (here.trim_matches('`'), key.strip_prefix('`')?);
        let row = (key.trim_matches('`').to_owned(), (at, what.to_owned()));
        (here == place).then_some(row)
    });
    rows.collect()
}

#[test]
fn contributing_explains_every_key_of_a_proof() {
    let places = [
        ("", "nope = 1"),
        ("[tables.NAME]", "harm = \"\"\n[tables.t]\nnope = 1"),
        (
            "[tables.NAME.columns.NAME]",
            "harm = \"\"\n[tables.t.columns.c]\nnope = 1",
        ),
        ("[[shows]]", "harm = \"\"\n[[shows]]\nnope = 1"),
        ("[[claims]]", "harm = \"\"\n[[claims]]\nnope = 1"),
    ];
    Failures::collect(|failures| {
        for (place, wrong) in places {
            let (allowed, explained) = (allowed(wrong), explained(place));
            for key in allowed.iter().filter(|key| !explained.contains_key(*key)) {
                failures.note(
                    "CONTRIBUTING.md",
                    format!("a row for {place} `{key}`"),
                    "none",
                );
            }
            for (key, (at, _)) in explained {
                let known = allowed.contains(&key);
                let row = format!("CONTRIBUTING.md:{at}");
                failures.check(known, row, "a key of proof.toml", key);
            }
        }
    });
}

#[test]
fn contributing_names_every_value_of_those_keys() {
    Failures::collect(|failures| {
        for (place, key, wrong) in [
            ("", "kinds", "harm = \"\"\nkinds = [\"nope\"]"),
            ("", "behind", "harm = \"\"\nbehind = \"nope\""),
            ("[[claims]]", "expected", "[[claims]]\nexpected = \"nope\""),
            ("[[claims]]", "work", "[[claims]]\nwork = \"nope\""),
        ] {
            let rows = explained(place);
            let (at, what) = rows.get(key).expect("a row");
            for value in allowed(wrong) {
                let named = what.contains(&format!("`{value}`"));
                failures.check(named, format!("CONTRIBUTING.md:{at}"), value, what);
            }
        }
    });
}

fn copy(entry: &Entry) -> Entry {
    Entry {
        id: entry.id,
        rule: entry.rule,
        doc: entry.doc,
        bad: entry.bad,
        good: entry.good,
        bad_py: entry.bad_py,
        good_py: entry.good_py,
        proof: entry.proof,
        observed: entry.observed,
    }
}
