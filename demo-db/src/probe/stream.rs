//! Probes that go on and on beside a migration, as an application would: each on a connection of its own, each answer stamped.

use super::kind::Kind;
use super::plan::Probe;
use crate::canceller::Canceller;
use crate::error::Error;
use crate::interrupt;
use crate::scratch::Scratch;
use crate::session::Session;
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, Scope, ScopedJoinHandle};
use std::time::{Duration, Instant};

/// How often each probe asks, where the answer does not take longer.
const PACE: Duration = Duration::from_millis(20);
/// How often it is looked up who waits for whom.
const LOOK: Duration = Duration::from_millis(10);

/// One request and its answer, in seconds since the stream began.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    pub start: f64,
    pub end: f64,
    /// It was seen to wait for the migrating session.
    pub waited: bool,
}

/// All that one probe lived through.
#[derive(Debug, Clone, PartialEq)]
pub struct Lane {
    pub relation: u32,
    pub kind: Kind,
    pub label: String,
    pub samples: Vec<Sample>,
    /// SQLSTATEs of requests that the server refused, and how often.
    pub refused: BTreeMap<String, usize>,
}

/// Probes under way.
pub struct Stream<'scope> {
    probers: Vec<ScopedJoinHandle<'scope, Result<Lane, Error>>>,
    watcher: ScopedJoinHandle<'scope, Result<Sightings, Error>>,
    pids: Vec<i32>,
    stop: &'scope AtomicBool,
    cancellers: Vec<Canceller>,
}

/// When each session was seen waiting for the migrating one.
type Sightings = BTreeMap<i32, Vec<f64>>;

impl<'scope> Stream<'scope> {
    /// Starts the probes; they end when `stop` is set. Times count from `zero`.
    pub fn start<'env>(
        scope: &'scope Scope<'scope, 'env>,
        scratch: &Scratch,
        probes: &[Probe],
        migrating: i32,
        zero: Instant,
        stop: &'scope AtomicBool,
    ) -> Result<Self, Error> {
        let mut sessions = Vec::new();
        for _ in probes {
            let mut session = scratch.connect("mig-lint probe")?;
            // Where a probe and the migration wait for each other, the probe is the one to notice and to give way.
            match session.run("SET deadlock_timeout = '100ms'") {
                Ok(()) | Err(Error::Sql(_)) => sessions.push(session),
                Err(other) => return Err(other),
            }
        }
        let mut watching = scratch.connect("mig-lint watch")?;
        let pids: Vec<i32> = sessions.iter().map(Session::pid).collect();
        let cancellers = sessions.iter().map(Session::canceller).collect();
        let watched = pids.clone();
        let watcher = scope.spawn(move || watch(&mut watching, &watched, migrating, zero, stop));
        let probers = sessions
            .into_iter()
            .zip(probes.iter().cloned())
            .map(|(mut session, probe)| scope.spawn(move || ask(&mut session, &probe, zero, stop)))
            .collect();
        Ok(Self {
            probers,
            watcher,
            pids,
            stop,
            cancellers,
        })
    }

    /// Ends the probes and gives what each lived through.
    pub fn finish(self) -> Result<Vec<Lane>, Error> {
        self.stop.store(true, Ordering::Relaxed);
        let sightings = joined(self.watcher)?;
        let mut lanes = Vec::new();
        for ((prober, pid), canceller) in
            self.probers.into_iter().zip(self.pids).zip(self.cancellers)
        {
            while !prober.is_finished() && interrupt::asked() {
                let _ = canceller.cancel();
                thread::sleep(PACE);
            }
            let mut lane = joined(prober)?;
            for at in sightings.get(&pid).into_iter().flatten() {
                let during = |sample: &&mut Sample| sample.start <= *at && *at <= sample.end;
                if let Some(sample) = lane.samples.iter_mut().find(during) {
                    sample.waited = true;
                }
            }
            lanes.push(lane);
        }
        Ok(lanes)
    }
}

fn joined<T>(thread: ScopedJoinHandle<'_, Result<T, Error>>) -> Result<T, Error> {
    match thread.join() {
        Ok(result) => result,
        Err(panic) => std::panic::resume_unwind(panic),
    }
}

fn ask(
    session: &mut Session,
    probe: &Probe,
    zero: Instant,
    stop: &AtomicBool,
) -> Result<Lane, Error> {
    let mut lane = Lane {
        relation: probe.relation,
        kind: probe.kind,
        label: probe.label.clone(),
        samples: Vec::new(),
        refused: BTreeMap::new(),
    };
    while !stop.load(Ordering::Relaxed) {
        interrupt::check()?;
        let start = zero.elapsed().as_secs_f64();
        session.run("BEGIN")?;
        let result = probe.run(session);
        session.run("ROLLBACK")?;
        let end = zero.elapsed().as_secs_f64();
        match result {
            Ok(()) => {}
            Err(Error::Sql(error)) => *lane.refused.entry(error.sqlstate).or_default() += 1,
            Err(other) => return Err(other),
        }
        lane.samples.push(Sample {
            start,
            end,
            waited: false,
        });
        let spent = Duration::from_secs_f64(end - start);
        thread::sleep(PACE.saturating_sub(spent));
    }
    Ok(lane)
}

fn watch(
    session: &mut Session,
    pids: &[i32],
    migrating: i32,
    zero: Instant,
    stop: &AtomicBool,
) -> Result<Sightings, Error> {
    let list: Vec<String> = pids.iter().map(ToString::to_string).collect();
    let sql = format!(
        "SELECT pid FROM unnest('{{{}}}'::int[]) pid WHERE {migrating} = ANY (pg_catalog.pg_blocking_pids(pid))",
        list.join(",")
    );
    let mut seen = Sightings::new();
    while !stop.load(Ordering::Relaxed) {
        interrupt::check()?;
        let at = zero.elapsed().as_secs_f64();
        for row in session.rows(&sql)? {
            let pid = row.first().and_then(Option::as_deref);
            if let Some(pid) = pid.and_then(|pid| pid.parse().ok()) {
                seen.entry(pid).or_default().push(at);
            }
        }
        thread::sleep(LOOK);
    }
    Ok(seen)
}
