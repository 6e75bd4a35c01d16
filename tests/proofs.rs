//! What servers showed is what is predicted, for every rule and supported version; where a server is at hand, it shows it again.

use mig_lint::config::Settings;
use mig_lint::postgres::{Access, Version};
use mig_lint::prove::{Options, Outcome, Recorded, Subject, Verdict, fixtures, prove};
use mig_lint::rule::{Entry, Kind, RULES};
use mig_lint_demo_db::notices::Silent;
use mig_lint_demo_db::{Error, Server, Wanted};
use std::time::Duration;

/// Set it to prove on every supported version, downloading what is not there: `MIG_LINT_PROVE=all`.
const ALL: &str = "MIG_LINT_PROVE";

fn asked() -> impl Iterator<Item = &'static Entry> {
    RULES
        .iter()
        .filter(|entry| !matches!(entry.rule.kind, Kind::Engine))
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

/// The servers to prove on: the newest at hand, or one of each version.
fn servers() -> Vec<Wanted> {
    if std::env::var_os(ALL).is_some_and(|value| value == "all") {
        let each = Version::all().map(|version| Wanted {
            major: Some(version.major().into()),
            ..Wanted::default()
        });
        return each.collect();
    }
    vec![Wanted {
        offline: true,
        ..Wanted::default()
    }]
}

fn proven(server: &Server, entry: &Entry) -> Outcome {
    let options = Options {
        rows: Some(10_000),
        timeout: Duration::from_secs(60),
        ride: false,
    };
    let mut proof =
        prove(server, &[Subject::Rule(entry)], &options, &Silent, |_| {}).expect("a proof");
    proof.results.remove(0)
}

#[test]
#[allow(
    clippy::print_stderr,
    reason = "a proof that was not made must not pass in silence"
)]
fn a_demo_project_is_proven() {
    let server = match Server::open(&Wanted::default(), &Silent) {
        Err(error @ Error::NoServer { .. }) => {
            eprintln!("SKIPPED, nothing was proven: {error}");
            return;
        }
        other => other.expect("a server"),
    };
    let options = Options {
        rows: Some(10_000),
        timeout: Duration::from_secs(60),
        ride: false,
    };
    let subject = Subject::Fixture("proj07".to_owned(), fixtures("proj07"));
    let proof = prove(&server, &[subject], &options, &Silent, |_| {}).expect("a proof");
    let outcome = &proof.results[0];
    let text = format!("{outcome:#?}");
    assert_eq!(outcome.cases.len(), 2, "the risky one and the safe one");
    assert!(outcome.as_expected(), "{text}");
    assert_eq!(outcome.mismatches(), 0, "{text}");
}

/// The negative control is part of it: with good and bad exchanged, neither holds.
#[test]
#[allow(
    clippy::print_stderr,
    reason = "a proof that was not made must not pass in silence"
)]
fn a_server_shows_it_again() {
    for wanted in servers() {
        let server = match Server::open(&wanted, &Silent) {
            Err(error @ Error::NoServer { .. }) => {
                eprintln!("SKIPPED, nothing was proven: {error}");
                return;
            }
            other => other.expect("a server"),
        };
        for entry in asked() {
            let outcome = proven(&server, entry);
            let wrong: Vec<_> = outcome
                .cases
                .iter()
                .flat_map(|case| &case.steps)
                .filter_map(|step| step.mismatch.as_ref())
                .collect();
            assert_eq!(wrong, Vec::<&String>::new(), "{}", entry.id);
            assert_eq!(
                outcome.verdict,
                Verdict::Proven,
                "{}: {}",
                entry.id,
                outcome.reason
            );
            for claim in &outcome.claims {
                assert_eq!(
                    claim.verdict, claim.expected,
                    "{}: {}",
                    claim.text, claim.observed
                );
            }
            let exchanged = Entry {
                bad: entry.good,
                good: entry.bad,
                bad_py: entry.good_py,
                good_py: entry.bad_py,
                ..copy(entry)
            };
            for case in proven(&server, &exchanged).cases {
                let reason = case.reason;
                assert_eq!(case.verdict, Verdict::Refuted, "{}: {reason}", entry.id);
            }
        }
    }
}

/// What came of a history of two files, of which the second is observed.
fn of_path(server: &Server, second: &str) -> Outcome {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text);
    write("0001.sql", "CREATE TABLE t (id int PRIMARY KEY, v int);\n").expect("a file");
    write("0002.sql", second).expect("a file");
    let settings = Settings {
        paths: vec![folder.path().to_owned()],
        ..Settings::default()
    };
    let options = Options {
        rows: Some(2_000),
        timeout: Duration::from_secs(1),
        ride: true,
    };
    let subject = Subject::Path(Box::new(settings));
    let mut proof = prove(server, &[subject], &options, &Silent, |_| {}).expect("a proof");
    proof.results.remove(0)
}

#[test]
#[allow(
    clippy::print_stderr,
    reason = "a proof that was not made must not pass in silence"
)]
fn migrations_that_run_fail_or_never_end() {
    let wanted = Wanted {
        offline: true,
        ..Wanted::default()
    };
    let server = match Server::open(&wanted, &Silent) {
        Err(error @ Error::NoServer { .. }) => {
            eprintln!("SKIPPED, nothing was proven: {error}");
            return;
        }
        other => other.expect("a server"),
    };
    let runs = of_path(&server, "CREATE INDEX t_v ON t (v);\n");
    assert!(runs.as_expected(), "{}", runs.reason);
    let step = &runs.cases[0].steps[0];
    assert!(step.grows);
    assert_eq!(
        step.waits["t"][..3],
        [Access::Insert, Access::Update, Access::Delete]
    );
    assert_eq!(runs.cases[0].rides.len(), 1);

    let fails = of_path(&server, "ALTER TABLE t ADD CHECK (v < 0);\n");
    assert_eq!(fails.verdict, Verdict::Inconclusive);
    assert!(
        fails.reason.contains("0002.sql:1 fails"),
        "{}",
        fails.reason
    );
    assert!(fails.reason.contains("23514"), "{}", fails.reason);

    let never = of_path(&server, "ALTER TABLE t ADD w int;\nSELECT pg_sleep(100);\n");
    assert_eq!(never.verdict, Verdict::Inconclusive);
    assert!(
        never
            .reason
            .contains("0002.sql:2 fails: not done after 1 s"),
        "{}",
        never.reason
    );
}
