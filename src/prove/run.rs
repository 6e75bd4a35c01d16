//! The road of a proof: count at two sizes, hold, ride, compare, judge.

use super::build::{Bench, BuildError};
use super::case::Case;
use super::count::{Counted, LARGE, SMALL, count};
use super::definition::{Definition, DefinitionError};
use super::elsewhere::Elsewhere;
use super::fixture::Fixture;
use super::found;
use super::ground::Ground;
use super::harm;
use super::hold::hold;
use super::meanwhile::meanwhile;
use super::queue::queue;
use super::report::{CaseReport, ClaimReport, Outcome, OutcomeKind, Proof, Verdict};
use super::ride::{Ridden, ride};
use super::runner::Failed;
use super::standin::instead;
use super::step::Seen;
use super::{path, rule};
use crate::config::Settings;
use crate::estimate::Profile;
use crate::postgres::Version;
use crate::rule::Entry;
use crate::source::Span;
use crate::sql;
use mig_lint_demo_db::{Error, Notices, Server};
use std::collections::BTreeMap;
use std::time::Duration;

/// What is to be proven.
#[derive(Debug)]
pub enum Subject<'a> {
    Rule(&'a Entry),
    /// A demo project, the risky and the safe way, under the name that was asked for.
    Fixture(String, Vec<Fixture>),
    /// The migrations that these settings name; their version gives way to the server's.
    Path(Box<Settings>),
}

/// Rows in each large table of the ride, where nobody says more.
pub const DEFAULT_ROWS: u64 = 200_000;

/// How proofs are made.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// Rows in each large table of the ride; else as many as a demo project tells of, or `DEFAULT_ROWS`.
    pub rows: Option<u64>,
    /// How long one statement may take.
    pub timeout: Duration,
    /// Run at scale, beside what decides the verdict.
    pub ride: bool,
    /// Leave the databases of the ride as they are at its end.
    pub keep: bool,
    /// SQL that is run before somebody's own migrations.
    pub setup: &'a str,
    /// How fast the server works; somebody's own migrations have a config that says so.
    pub profile: Profile,
}

/// Why there is no proof.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    #[error(transparent)]
    Server(#[from] Error),
    #[error("{name}: {error}")]
    Definition {
        name: String,
        error: DefinitionError,
    },
    #[error("{name}: {why}")]
    Build { name: String, why: String },
    #[error(
        "{place}: {kind} changes the whole server, and this one is not a private one: leave --database-url out, and one is started for the proof"
    )]
    Shared { place: String, kind: String },
    #[error("PostgreSQL {0} is newer than what can be predicted: the newest is {newest}", newest = Version::NEWEST)]
    TooNew(u16),
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
        (report.verdict, report.reason) = found::verdict(&own, &report.steps);
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

/// How many roles the examples of a rule may need, and how many stand-ins somebody's observed migrations.
const STAND_INS: usize = 200;

/// Counts at the smaller size; of a case that is written for a proof, roles that it names and does not make are made before, where the server is ours.
fn count_with_roles(
    bench: &Bench<'_>,
    case: &mut Case,
) -> Result<(Vec<Counted>, Option<Failed>), BuildError> {
    for _ in 0..STAND_INS {
        let counted = count(bench, case, SMALL);
        let (Ok((_, Some(failed))) | Err(BuildError::Refused { failed, .. })) = &counted else {
            return counted;
        };
        let made = instead(&Elsewhere::default(), failed, "")
            .into_iter()
            .next();
        let made = made.filter(|it| it.is_shared() && !case.setup.contains(&it.sql));
        match made {
            Some(made) if bench.server.is_private() => {
                bench.notices.say(&made.said);
                case.setup.push_str(&made.sql);
            }
            _ => return counted,
        }
    }
    count(bench, case, SMALL)
}

/// Counts somebody's own migrations at the smaller size, with stand-ins for what they name and nobody makes.
fn count_on(
    bench: &Bench<'_>,
    case: &Case,
    ground: &mut Ground,
) -> Result<(Vec<Counted>, Option<Failed>), BuildError> {
    for _ in 0..STAND_INS {
        let on = Bench {
            ground: Some(&*ground),
            ..*bench
        };
        let (counted, failed) = count(&on, case, SMALL)?;
        let Some(failed) = failed else {
            return Ok((counted, None));
        };
        let mut statements = case.observed().flat_map(|migration| &migration.statements);
        let kind = statements
            .nth(counted.len())
            .map_or("", |it| it.kind.as_str());
        if !ground.mend(bench, &failed, kind)? {
            return Ok((counted, Some(failed)));
        }
    }
    let on = Bench {
        ground: Some(&*ground),
        ..*bench
    };
    count(&on, case, SMALL)
}

/// Runs a case in all ways, and puts together what each statement did.
fn observe(
    bench: &Bench<'_>,
    case: &Case,
    name: &str,
    options: &Options<'_>,
) -> Result<CaseReport, ProofError> {
    let failed = |error: BuildError| match error {
        BuildError::Server(error) => ProofError::Server(error),
        other => ProofError::Build {
            name: if case.name == name {
                name.to_owned()
            } else {
                format!("{name}, {}", case.name)
            },
            why: other.to_string(),
        },
    };
    let mut case = case.clone();
    let mut ground = match &case.elsewhere {
        Some(_) => Some(Ground::lay(bench, &case).map_err(failed)?),
        None => None,
    };
    let counted = match &mut ground {
        Some(ground) => count_on(bench, &case, ground),
        None => count_with_roles(bench, &mut case),
    };
    let (small, trouble) = counted.map_err(failed)?;
    let case = &case;
    let bench = &Bench {
        ground: ground.as_ref(),
        ..*bench
    };
    // Whoever waits in vain for one statement need not do so five times.
    let stuck = matches!(trouble, Some(Failed::TimedOut(_)));
    let large = if stuck {
        Vec::new()
    } else {
        count(bench, case, LARGE).map_err(failed)?.0
    };
    let held = hold(bench, case, SMALL).map_err(failed)?;
    let queued = match case.behind {
        Some(behind) if !stuck => queue(bench, case, SMALL, behind).map_err(failed)?,
        _ => Vec::new(),
    };
    let met = if stuck {
        Vec::new()
    } else {
        meanwhile(bench, case, SMALL).map_err(failed)?
    };
    let ridden = if options.ride && !stuck {
        let rows = options.rows.unwrap_or(DEFAULT_ROWS);
        ride(bench, case, rows, options.profile).map_err(failed)?
    } else {
        Ridden {
            rides: Vec::new(),
            filled: BTreeMap::new(),
            predicted: Vec::new(),
        }
    };
    let seen = Seen {
        small,
        large,
        held,
        queued,
        met,
        rides: &ridden.rides,
        predicted: &ridden.predicted,
    };
    let statements = case.observed().flat_map(|migration| {
        migration
            .statements
            .iter()
            .map(move |statement| (migration, statement))
    });
    let steps = statements
        .zip(0..seen.held.len())
        .map(|((migration, statement), at)| seen.step(case, migration, statement, at, name))
        .collect();
    Ok(CaseReport {
        case: case.name.clone(),
        verdict: Verdict::Inconclusive,
        reason: String::new(),
        steps,
        rides: ridden.rides,
        tables: ridden.filled,
    })
}
