//! What servers showed is what is predicted, for every rule and supported version; `tests/live.rs` has a server show it again.

mod common;

use common::Failures;
use mig_lint::postgres::Version;
use mig_lint::prove::Recorded;
use mig_lint::rule::{Entry, Kind, RULES};

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
