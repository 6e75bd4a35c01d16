//! The road of a proof: cases made of what is named, observed, judged.

use super::build::Bench;
use super::case::Case;
use super::definition::Definition;
use super::fixture::Fixture;
use super::found;
use super::harm;
use super::observe::observe;
use super::options::{DEFAULT_ROWS, Options, ProofError};
use super::report::{CaseReport, ClaimReport, Outcome, OutcomeKind, Proof, Verdict};
use super::{path, rule};
use crate::config::Settings;
use crate::postgres::Version;
use crate::rule::Entry;
use crate::source::Span;
use crate::sql;
use mig_lint_demo_db::{Notices, Server};

/// What is to be proven.
#[derive(Debug)]
pub enum Subject<'a> {
    Rule(&'a Entry),
    /// A demo project, the risky and the safe way, under the name that was asked for.
    Fixture(String, Vec<Fixture>),
    /// The migrations that these settings name; their version gives way to the server's.
    Path(Box<Settings>),
}

/// Proves each subject on the server; `done` is told each outcome as it comes.
pub fn prove(
    server: &Server,
    subjects: &[Subject<'_>],
    options: &Options<'_>,
    notices: &dyn Notices,
    mut done: impl FnMut(&Outcome),
) -> Result<Proof, ProofError> {
    let major = server.version().major;
    let version = u8::try_from(major).ok().and_then(Version::new);
    let version = version.ok_or(ProofError::TooNew(major))?;
    let mut results = Vec::new();
    let bench = Bench {
        server,
        notices,
        timeout: options.timeout,
        keep: options.keep,
        ground: None,
    };
    for subject in subjects {
        let outcome = match subject {
            Subject::Rule(entry) => prove_rule(&bench, entry, version, options)?,
            Subject::Fixture(name, both) => prove_fixture(&bench, name, both, version, options)?,
            Subject::Path(settings) => prove_path(&bench, settings, version, options)?,
        };
        done(&outcome);
        results.push(outcome);
    }
    Ok(Proof {
        schema_version: 1,
        server_version: server.version().text.clone(),
        private: server.is_private(),
        rows: options.rows.unwrap_or(DEFAULT_ROWS),
        results,
    })
}

fn prove_rule(
    bench: &Bench<'_>,
    entry: &Entry,
    version: Version,
    options: &Options<'_>,
) -> Result<Outcome, ProofError> {
    let definition = Definition::parse(entry.proof).map_err(|error| ProofError::Definition {
        name: entry.id.to_owned(),
        error,
    })?;
    let mut cases = Vec::new();
    for example in entry.examples() {
        let case = rule::case(entry, example, &definition, version).map_err(|error| {
            ProofError::Build {
                name: format!("{}, {}", entry.id, example.file),
                why: error.to_string(),
            }
        })?;
        if let Some(place) = beyond(bench, &case) {
            cases.push(CaseReport::not_run(&case.name, place.to_string()));
            continue;
        }
        let mut report = observe(bench, &case, entry.id, options)?;
        let judge = if example.is_bad() {
            harm::of_bad
        } else {
            harm::of_good
        };
        (report.verdict, report.reason) = judge(&definition.harm, &report.steps);
        cases.push(report);
    }
    let claims = definition
        .claims
        .iter()
        .map(|claim| claim.judge(&cases))
        .collect();
    Ok(outcome(entry.id, OutcomeKind::Rule, cases, claims))
}

fn prove_fixture(
    bench: &Bench<'_>,
    name: &str,
    both: &[Fixture],
    version: Version,
    options: &Options<'_>,
) -> Result<Outcome, ProofError> {
    let mut cases = Vec::new();
    let mut claims = Vec::new();
    for fixture in both {
        let prepared = fixture.prepare(version).map_err(|why| ProofError::Build {
            name: fixture.name.to_owned(),
            why,
        })?;
        if let Some(place) = beyond(bench, &prepared.case) {
            cases.push(CaseReport::not_run(&prepared.case.name, place.to_string()));
            continue;
        }
        let options = Options {
            rows: options.rows.or(Some(prepared.rows)),
            ..*options
        };
        let mut report = observe(bench, &prepared.case, fixture.name, &options)?;
        (report.verdict, report.reason) = prepared.judge(&report);
        cases.push(report);
        claims.extend(prepared.claims);
    }
    let claims = claims.iter().map(|claim| claim.judge(&cases)).collect();
    Ok(outcome(name, OutcomeKind::Fixture, cases, claims))
}

fn prove_path(
    bench: &Bench<'_>,
    settings: &Settings,
    version: Version,
    options: &Options<'_>,
) -> Result<Outcome, ProofError> {
    let names: Vec<String> = settings
        .paths
        .iter()
        .map(|path| path.display().to_string())
        .collect();
    let name = names.join(", ");
    let settings = settings.with_version(version);
    let options = &Options {
        profile: settings.sizes.profile,
        ..*options
    };
    let cases_of_path = path::cases(&settings);
    if let Some(kind) = reaches_out(options.setup).filter(|_| !bench.server.is_private()) {
        let place = "--setup".to_owned();
        return Err(ProofError::Shared { place, kind });
    }
    if let Some(error) = cases_of_path.iter().find_map(|case| beyond(bench, case)) {
        return Err(error);
    }
    let (mut cases, mut findings) = (Vec::new(), Vec::new());
    for mut case in cases_of_path {
        case.setup.push_str(options.setup);
        let mut report = observe(bench, &case, &name, options)?;
        let own = found::findings(&case, &report.steps);
        (report.verdict, report.reason) = found::verdict(&case, &own, &report.steps);
        findings.extend(own);
        cases.push(report);
    }
    let mut outcome = outcome(&name, OutcomeKind::Path, cases, Vec::new());
    outcome.findings = findings;
    Ok(outcome)
}

/// Why a case may not be run: it would change more of a server that is not ours than the scratch database.
fn beyond(bench: &Bench<'_>, case: &Case) -> Option<ProofError> {
    if bench.server.is_private() {
        return None;
    }
    let (place, kind) = case.beyond_database()?;
    let kind = kind.to_owned();
    Some(ProofError::Shared { place, kind })
}

/// The kind of the first statement of a text that changes more than its database.
fn reaches_out(text: &str) -> Option<String> {
    let parsed = sql::parse(text, &[Span::new(0, text.len())], &[]);
    let mut statements = parsed.statements.iter();
    let out = statements.find(|statement| statement.action.reaches_beyond_database());
    out.map(|statement| statement.action.kind().to_owned())
}

/// The worst of the cases decides.
fn outcome(
    name: &str,
    kind: OutcomeKind,
    cases: Vec<CaseReport>,
    claims: Vec<ClaimReport>,
) -> Outcome {
    let verdict = cases
        .iter()
        .map(|case| case.verdict)
        .max()
        .unwrap_or(Verdict::Inconclusive);
    let reasons: Vec<String> = cases
        .iter()
        .filter(|case| case.verdict == verdict)
        .map(|case| format!("{}: {}", case.case, case.reason))
        .collect();
    Outcome {
        name: name.to_owned(),
        kind,
        verdict,
        reason: reasons.join("; "),
        cases,
        findings: Vec::new(),
        claims,
    }
}
