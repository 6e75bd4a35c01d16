//! What servers showed is what is predicted, for every rule and supported version; `tests/live.rs` has a server show it again.

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

#[test]
fn every_rule_is_proven_on_every_version_and_predicted_right() {
    let all: Vec<u8> = Version::all().map(Version::major).collect();
    for entry in asked() {
        assert!(!entry.proof.is_empty(), "{}: no proof.toml", entry.id);
        assert!(!entry.observed.is_empty(), "{}: no observed.json", entry.id);
        let recorded = recorded(entry);
        assert_eq!(recorded.faults(entry), Vec::<String>::new(), "{}", entry.id);
        assert_eq!(recorded.proven(), all, "{}", entry.id);
    }
}

#[test]
fn a_record_of_other_files_is_stale() {
    for entry in asked() {
        let changed = Entry {
            good: entry.bad,
            ..copy(entry)
        };
        let faults = recorded(entry).faults(&changed);
        assert!(faults[0].contains("--record"), "{faults:?}");
    }
}

#[test]
fn a_record_that_says_otherwise_is_seen() {
    let entry = asked()
        .find(|entry| entry.id == "fk-without-not-valid")
        .expect("the rule is there");
    for (was, is) in [
        ("ShareRowExclusiveLock", "ShareLock"),
        ("\"work\": \"scan\"", "\"work\": \"none\""),
        ("\"orders\": []", "\"orders\": [\"select\"]"),
    ] {
        assert!(entry.observed.contains(was), "{was}");
        let text = entry.observed.replace(was, is);
        let other = Recorded::parse(&text).expect("it can still be read");
        assert_ne!(other.faults(entry), Vec::<String>::new(), "{is}");
    }
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
