//! Runs a case in all ways: counts it at two sizes, holds its statements, rides it, and puts together what each of them did.

use super::build::{Bench, BuildError};
use super::case::Case;
use super::count::{Counted, LARGE, SMALL, count, worked_on};
use super::elsewhere::Elsewhere;
use super::ground::Ground;
use super::hold::hold;
use super::meanwhile::meanwhile;
use super::options::{DEFAULT_ROWS, Options, ProofError};
use super::queue::queue;
use super::report::{CaseReport, StepReport, Verdict};
use super::ride::{Ridden, ride};
use super::runner::Failed;
use super::standin::instead;
use super::step::Seen;
use std::collections::BTreeMap;

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
pub(super) fn observe(
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
    let bench = &Bench {
        ground: ground.as_ref(),
        ..*bench
    };
    // Whoever waits in vain for one statement need not do so five times.
    let stuck = matches!(trouble, Some(Failed::TimedOut(_)));
    let large = if stuck {
        Vec::new()
    } else {
        count(bench, &case, LARGE).map_err(failed)?.0
    };
    case.worked_on = worked_on(&small, &large);
    let case = &case;
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
    let all = statements.collect::<Vec<_>>();
    let steps: Vec<StepReport> = all
        .iter()
        .zip(0..seen.held.len())
        .map(|((migration, statement), at)| seen.step(case, migration, statement, at, name))
        .collect();
    Ok(CaseReport {
        case: case.name.clone(),
        verdict: Verdict::Inconclusive,
        reason: String::new(),
        unreached: all.len() - steps.len(),
        steps,
        rides: ridden.rides,
        tables: ridden.filled,
    })
}
