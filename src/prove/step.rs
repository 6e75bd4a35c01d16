//! What each statement did, put together from all ways in which its case was run.

use super::case::{Case, Migration, Statement};
use super::compare::{mismatch, observation};
use super::count::{Counted, LARGE, SMALL, TwoSizes};
use super::hold::Held;
use super::meanwhile::Met;
use super::queue::Queued;
use super::report::{Prediction, RelationLock, StepReport, Trouble};
use super::runner::Failed;
use super::timeline::{Part, Ride};
use crate::estimate::Seconds;
use crate::ir::RelationKind;
use crate::postgres::Access;
use std::collections::{BTreeMap, BTreeSet};

/// All that was seen of a case.
pub(super) struct Seen<'a> {
    pub(super) small: Vec<Counted>,
    pub(super) large: Vec<Counted>,
    pub(super) held: Vec<Held>,
    pub(super) queued: Vec<Queued>,
    pub(super) met: Vec<Met>,
    pub(super) rides: &'a [Ride],
    pub(super) predicted: &'a [Option<Seconds>],
}

impl Seen<'_> {
    /// The statement at this place among all that are observed.
    pub(super) fn step(
        &self,
        case: &Case,
        migration: &Migration,
        statement: &Statement,
        at: usize,
        rule: &str,
    ) -> StepReport {
        let held = &self.held[at];
        let counted = self
            .small
            .get(at)
            .zip(self.large.get(at))
            .map(|(small, large)| TwoSizes {
                small,
                large,
                more: LARGE - SMALL,
            });
        let observed = observation(held, counted, migration.is_wrapped());
        let difference = if held.failed.is_none() && held.doubt.is_none() {
            mismatch(statement, &observed, counted.is_some())
        } else {
            None
        };
        let trouble = |sql: &str, failed: &Failed| {
            let (sqlstate, message) = failed.words();
            Trouble {
                sql: sql.to_owned(),
                sqlstate,
                message,
            }
        };
        let broke = held
            .broke
            .iter()
            .map(|(old, failed)| trouble(&case.old_code[*old], failed));
        let met = self.met.get(at).cloned().unwrap_or_default();
        let disturbed = met.broke.iter().map(|(sql, failed)| trouble(sql, failed));
        let all: BTreeSet<Access> = held.waits.values().flatten().copied().collect();
        let large = self.large.get(at);
        let queued = self.queued.get(at);
        StepReport {
            migration: migration.name.clone(),
            path: migration.path.clone(),
            line: statement.line,
            sql: statement.sql.clone(),
            seconds: self.part(at).map_or(0.0, |(_, part)| part.end - part.start),
            seconds_predicted: self.predicted.get(at).copied().flatten(),
            locks: locks(held),
            rewrites: large
                .map(|large| large.new_files.iter().cloned().collect())
                .unwrap_or_default(),
            waited: self.waited(at, held),
            waited_for_migration: all.into_iter().collect(),
            prediction: if difference.is_none() {
                Prediction::Match
            } else {
                Prediction::Mismatch
            },
            mismatch: difference,
            waits: observed.waits.unwrap_or_default(),
            queues: queued
                .map(|queued| lists(&queued.waits))
                .unwrap_or_default(),
            gave_up: queued.is_some_and(|queued| queued.gave_up),
            unclear: [
                &held.unclear[..],
                held.doubt.as_slice(),
                &met.unclear,
                &not_probed(statement, held),
            ]
            .concat(),
            effects: observed.effects,
            sampled: held.sampled,
            unprobed: held.unprobed,
            flagged: statement.flags.iter().any(|flag| flag.rule == rule),
            sqlstate: statement.sqlstate(rule),
            fixed: observed.fixed.clone(),
            grows: counted.is_some_and(|counted| counted.grows()),
            error: held
                .failed
                .as_ref()
                .or(met.failed.as_ref())
                .map(|failed| trouble(&statement.sql, failed)),
            broke: broke.chain(disturbed).collect(),
            shown: if case.meanwhile.is_empty() {
                held.shown.clone()
            } else {
                met.shown.clone()
            },
            wal_bytes: large.map_or(0, |large| large.wal_bytes),
        }
    }

    fn part(&self, at: usize) -> Option<(&Ride, Part)> {
        self.rides.iter().find_map(|ride| {
            let part = ride.statements.iter().find(|part| part.step == at)?;
            Some((ride, *part))
        })
    }

    /// The longest that each probe waited for the migration while this statement ran; the last one of a migration has its commit, too.
    fn waited(&self, at: usize, held: &Held) -> BTreeMap<String, BTreeMap<Access, f64>> {
        let mut waited: BTreeMap<String, BTreeMap<Access, f64>> = held
            .waits
            .keys()
            .map(|table| (table.clone(), BTreeMap::new()))
            .collect();
        let Some((ride, part)) = self.part(at) else {
            return waited;
        };
        let last = ride.statements.last().is_some_and(|last| last.step == at);
        let end = if last { ride.end } else { part.end };
        for lane in &ride.lanes {
            let during = lane.samples.iter().filter(|sample| sample.waited);
            let longest = during
                .map(|sample| sample.end.min(end) - sample.start.max(part.start))
                .fold(0.0, f64::max);
            waited
                .entry(lane.relation.clone())
                .or_default()
                .insert(lane.access, longest);
        }
        waited
    }
}

/// The tables at which somebody is said to wait, and where nobody was tried.
fn not_probed(statement: &Statement, held: &Held) -> Vec<String> {
    if held.unprobed || held.failed.is_some() {
        return Vec::new();
    }
    let said = statement.prediction.waits.iter();
    let said = said.filter(|(name, kinds)| {
        let is_table = held.kinds.get(*name) == Some(&RelationKind::Table);
        is_table && !kinds.is_empty() && !held.waits.contains_key(*name)
    });
    said.map(|(name, _)| format!("nobody was tried on {name}"))
        .collect()
}

fn lists(sets: &BTreeMap<String, BTreeSet<Access>>) -> BTreeMap<String, Vec<Access>> {
    let lists = sets
        .iter()
        .map(|(name, kinds)| (name.clone(), kinds.iter().copied().collect()));
    lists.collect()
}

fn locks(held: &Held) -> Vec<RelationLock> {
    held.locks
        .iter()
        .filter(|(relation, lock)| !held.is_minor(relation, **lock))
        .map(|(relation, lock)| RelationLock {
            relation: relation.clone(),
            lock: *lock,
        })
        .collect()
}
