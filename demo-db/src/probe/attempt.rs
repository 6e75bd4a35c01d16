//! One probe against a migration that is held: served, or found waiting for it.

use super::kind::INDEX_PREFIX;
use super::plan::Probe;
use crate::error::Error;
use crate::interrupt;
use crate::observe::blockers;
use crate::session::Session;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How long to leave a probe alone before asking whom it waits for.
const GLANCE: Duration = Duration::from_millis(2);
/// How long to wait for a cancelled probe before it is cancelled again.
const AGAIN: Duration = Duration::from_millis(50);
/// How often to try anew where a cancel meant for the probe before has come late.
const TRIES: usize = 5;

/// `query_canceled` and `in_failed_sql_transaction`: not the answer to this probe.
const STRAY: [&str; 2] = ["57014", "25P02"];

/// What became of a probe.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    Served,
    /// The server said no, with this SQLSTATE: it did not wait.
    Refused(String),
    /// `pg_blocking_pids` named the migrating session.
    Waited,
    /// Neither within the patience given: it waited for these other sessions.
    Unclear(Vec<i32>),
}

/// Tries a probe in its own session `prober`, while the session `migrating` keeps its locks. A probe that waits is cancelled as soon as `observer` has
/// seen for whom.
pub fn attempt(
    prober: &mut Session,
    observer: &mut Session,
    probe: &Probe,
    migrating: i32,
    patience: Duration,
) -> Result<Outcome, Error> {
    let mut outcome = Outcome::Unclear(Vec::new());
    for _ in 0..TRIES {
        outcome = once(prober, observer, probe, migrating, patience)?;
        let stray = matches!(&outcome, Outcome::Refused(state) if STRAY.contains(&state.as_str()));
        if !stray {
            return Ok(outcome);
        }
    }
    Ok(match outcome {
        Outcome::Refused(_) => Outcome::Unclear(Vec::new()),
        other => other,
    })
}

fn once(
    prober: &mut Session,
    observer: &mut Session,
    probe: &Probe,
    migrating: i32,
    patience: Duration,
) -> Result<Outcome, Error> {
    let pid = prober.pid();
    thread::scope(|scope| {
        let (done, answer) = channel();
        scope.spawn(move || {
            // Nobody listens any more only where the run has failed already.
            let _ = done.send(run(prober, probe));
        });
        let start = Instant::now();
        let mut found: Option<Outcome> = None;
        loop {
            let pause = if found.is_some() { AGAIN } else { GLANCE };
            match answer.recv_timeout(pause) {
                // It waited and was cancelled, or it was served after all.
                Ok(result) => {
                    let own = outcome(result)?;
                    return Ok(found.unwrap_or(own));
                }
                Err(RecvTimeoutError::Disconnected) => return Ok(Outcome::Unclear(Vec::new())),
                Err(RecvTimeoutError::Timeout) => {}
            }
            if found.is_none() {
                let waits_for = blockers(observer, pid)?;
                if waits_for.contains(&migrating) {
                    found = Some(Outcome::Waited);
                } else if start.elapsed() > patience * slowness(&waits_for) || interrupt::asked() {
                    found = Some(Outcome::Unclear(waits_for));
                }
            }
            if found.is_some() {
                observer.run(&format!("SELECT pg_catalog.pg_cancel_backend({pid})"))?;
            }
        }
    })
}

/// How many times as long as usual a probe may take: who waits for nobody is merely slow, as everything is on a busy machine.
fn slowness(waits_for: &[i32]) -> u32 {
    if waits_for.is_empty() { 12 } else { 1 }
}

fn run(prober: &mut Session, probe: &Probe) -> Result<(), Error> {
    if !probe.kind.in_transaction() {
        // What an earlier attempt has built is still there while the migrating transaction is open.
        static ATTEMPT: AtomicU32 = AtomicU32::new(0);
        let attempt = ATTEMPT.fetch_add(1, Ordering::Relaxed);
        let own = format!("{INDEX_PREFIX}{attempt}_");
        return prober.run(&probe.sql.replacen(INDEX_PREFIX, &own, 1));
    }
    prober.run("BEGIN")?;
    let result = probe.run(prober);
    // A cancel may hit the ROLLBACK too.
    for _ in 0..TRIES {
        match prober.run("ROLLBACK") {
            Err(Error::Sql(error)) if STRAY.contains(&error.sqlstate.as_str()) => {}
            other => return other.and(result),
        }
    }
    result
}

fn outcome(result: Result<(), Error>) -> Result<Outcome, Error> {
    match result {
        Ok(()) => Ok(Outcome::Served),
        Err(Error::Sql(error)) => Ok(Outcome::Refused(error.sqlstate)),
        Err(other) => Err(other),
    }
}
