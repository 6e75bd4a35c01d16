//! The ride: the migrations run through at scale with their own transaction boundaries, while probes go on as an application would.

use super::batch::Batch;
use super::build::{Bench, BuildError, Stage};
use super::case::{Case, Migration};
use super::timeline::{Lane, Part, Ride, Sample};
use crate::estimate::{Profile, Seconds};
use crate::postgres::Access;
use crate::sizes::{QUERY, Snapshot};
use mig_lint_demo_db::probe::{self, Kind, Probe, Stream};
use mig_lint_demo_db::{interrupt, observe};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::AtomicBool;
use std::thread;
use std::time::{Duration, Instant};

/// How long the probes are alone before and after a migration.
const QUIET: Duration = Duration::from_millis(60);

/// Probes at a time: each has a connection, and a server takes about a hundred.
const MOST: usize = 60;

/// What a case's migrations were like for others.
pub(super) struct Ridden {
    pub(super) rides: Vec<Ride>,
    pub(super) filled: BTreeMap<String, u64>,
    /// How long each statement is predicted to take, with the tables as large as they were.
    pub(super) predicted: Vec<Option<Seconds>>,
}

/// Runs every observed migration through, until one fails.
pub(super) fn ride(
    bench: &Bench<'_>,
    case: &Case,
    rows: u64,
    profile: Profile,
) -> Result<Ridden, BuildError> {
    let mut stage = Stage::build(bench, case, rows, true)?;
    let (mut rides, mut predicted) = (Vec::new(), Vec::new());
    let mut step = 0;
    for batch in case.batches() {
        interrupt::check()?;
        stage.fill(bench, case)?;
        predicted.extend(reckoned(&mut stage, case, batch, profile)?);
        let probes = probes(&mut stage, case, batch)?;
        let relations = observe::relations(&mut stage.observer)?;
        let tables = relations
            .iter()
            .map(|relation| (relation.oid, relation.display()))
            .collect();
        let (ride, ended) = through(&mut stage, batch, (&probes, &tables), step)?;
        rides.push(ride);
        step += batch.len();
        if !ended && !case.goes_on {
            break;
        }
    }
    let filled = std::mem::take(&mut stage.filled);
    stage.end(bench, case)?;
    Ok(Ridden {
        rides,
        filled,
        predicted,
    })
}

/// How long the statements that run together are predicted to take, with the tables as large as they are now.
fn reckoned(
    stage: &mut Stage,
    case: &Case,
    batch: Batch<'_>,
    profile: Profile,
) -> Result<Vec<Option<Seconds>>, BuildError> {
    let Some(judged) = &case.judged else {
        return Ok(vec![None; batch.len()]);
    };
    stage.observer.run("ANALYZE")?;
    let rows = stage.observer.rows(QUERY)?;
    let sizes = Snapshot::of_rows(&rows, "the proof").map_err(BuildError::Unknown)?;
    let report = judged.measured(sizes, profile);
    let measured = Case::migrations_of(report, 0, judged.code);
    let of = |migration: &Migration| {
        let same = measured.get(migration.judged_as);
        let statements = same.into_iter().flat_map(|one| &one.statements);
        let mut seconds: Vec<Option<Seconds>> =
            statements.map(|one| one.prediction.seconds).collect();
        seconds.resize(migration.statements.len(), None);
        seconds
    };
    Ok(batch.migrations().flat_map(of).collect())
}

/// Everyday probes on the tables that it is predicted to lock, and whose indexes.
fn probes(stage: &mut Stage, case: &Case, batch: Batch<'_>) -> Result<Vec<Probe>, BuildError> {
    let mut names = BTreeSet::new();
    for statement in batch.statements() {
        for effect in &statement.prediction.effects {
            names.insert(effect.table.as_ref().unwrap_or(&effect.relation).clone());
        }
        names.extend(statement.prediction.waits.keys().cloned());
    }
    let touched = |relation: &observe::Relation| names.contains(&relation.display());
    let mut probes = probe::plan(&mut stage.observer, &Kind::EVERYDAY, &touched)?;
    probes.truncate(MOST);
    for own in &case.probes {
        let same =
            |probe: &Probe| probe.label == own.relation && Access::from(probe.kind) == own.kind;
        if let Some(at) = probes.iter().position(same) {
            probes[at].label.clone_from(&own.label);
            probes[at].sql.clone_from(&own.sql);
        }
    }
    Ok(probes)
}

fn through(
    stage: &mut Stage,
    batch: Batch<'_>,
    (probes, tables): (&[Probe], &BTreeMap<u32, String>),
    first: usize,
) -> Result<(Ride, bool), BuildError> {
    let stop = AtomicBool::new(false);
    let zero = Instant::now();
    let now = || zero.elapsed().as_secs_f64();
    let pid = stage.runner.session.pid();
    thread::scope(|scope| {
        let stream = Stream::start(scope, &stage.scratch, probes, pid, zero, &stop)?;
        thread::sleep(QUIET);
        let start = now();
        let mut statements = Vec::new();
        let run = || -> Result<bool, BuildError> {
            stage.runner.begin(batch.first)?;
            for (at, statement) in batch.statements().enumerate() {
                let start = now();
                let ran = stage.runner.run(statement)?.is_ok();
                statements.push(Part {
                    step: first + at,
                    start,
                    end: now(),
                    failed: !ran,
                });
                if !ran {
                    stage.runner.abandon()?;
                    return Ok(false);
                }
            }
            Ok(stage.runner.end()?.is_ok())
        };
        let mut run = run;
        let result = run();
        let end = now();
        if result.is_err() {
            // Whatever it holds must go, or the probes would wait for it for ever.
            let _ = stage.runner.abandon();
        }
        thread::sleep(QUIET);
        let lanes = stream.finish()?;
        let ended = result?;
        let mut ride = Ride {
            migration: batch.name(),
            start,
            end,
            statements,
            lanes: lanes.into_iter().map(|one| lane(one, tables)).collect(),
            seconds: now(),
        };
        ride.begin_with_requests();
        Ok((ride, ended))
    })
}

fn lane(lane: probe::Lane, tables: &BTreeMap<u32, String>) -> Lane {
    let sample = |sample: probe::Sample| Sample {
        start: sample.start,
        end: sample.end,
        waited: sample.waited,
    };
    Lane {
        relation: tables.get(&lane.relation).cloned().unwrap_or_default(),
        label: lane.label,
        access: Access::from(lane.kind),
        samples: lane.samples.into_iter().map(sample).collect(),
    }
}
