//! One probe against a migration that is held: served, or found waiting for it.

use super::plan::Probe;
use crate::error::Error;
use crate::interrupt;
use crate::observe::blockers;
use crate::session::Session;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

/// How long to leave a probe alone before asking whom it waits for.
const GLANCE: Duration = Duration::from_millis(2);

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
            match answer.recv_timeout(GLANCE) {
                // It waited and was cancelled, or it was served after all.
                Ok(result) => return Ok(found.map_or_else(|| outcome(result), Ok)?),
                Err(RecvTimeoutError::Disconnected) => return Ok(Outcome::Unclear(Vec::new())),
                Err(RecvTimeoutError::Timeout) => {}
            }
            if found.is_none() {
                let waits_for = blockers(observer, pid)?;
                if waits_for.contains(&migrating) {
                    found = Some(Outcome::Waited);
                } else if start.elapsed() > patience || interrupt::asked() {
                    found = Some(Outcome::Unclear(waits_for));
                }
            }
            if found.is_some() {
                // Again and again: it may have been between two statements.
                observer.run(&format!("SELECT pg_catalog.pg_cancel_backend({pid})"))?;
            }
        }
    })
}

fn run(prober: &mut Session, probe: &Probe) -> Result<(), Error> {
    if !probe.kind.in_transaction() {
        return prober.run(&probe.sql);
    }
    prober.run("BEGIN")?;
    let result = prober.run(&probe.sql);
    prober.run("ROLLBACK")?;
    result
}

fn outcome(result: Result<(), Error>) -> Result<Outcome, Error> {
    match result {
        Ok(()) => Ok(Outcome::Served),
        Err(Error::Sql(error)) => Ok(Outcome::Refused(error.sqlstate)),
        Err(other) => Err(other),
    }
}

