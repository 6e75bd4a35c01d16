//! The queue: each statement comes while another transaction is open, waits for it, and others queue up behind.

use super::batch::Batch;
use super::build::{Bench, BuildError, Stage};
use super::case::{Behind, Case, Statement};
use super::hold::{Held, is_control, tables, try_probes};
use super::runner::Failed;
use crate::postgres::Access;
use mig_lint_demo_db::observe;
use mig_lint_demo_db::probe::{self, Kind};
use mig_lint_demo_db::{Error, Session, interrupt};
use std::collections::{BTreeMap, BTreeSet};
use std::thread;
use std::time::{Duration, Instant};

/// How often it is looked up whether the statement waits.
const GLANCE: Duration = Duration::from_millis(2);

/// How long the open transaction lasts for a statement that is said to give up.
const PATIENCE: Duration = Duration::from_secs(5);

/// Who queued up behind one statement.
#[derive(Debug, Default)]
pub(super) struct Queued {
    /// Per table, the kinds that waited for the migrating session while that waited itself.
    pub(super) waits: BTreeMap<String, BTreeSet<Access>>,
    /// It gave up its place in the queue by `lock_timeout`.
    pub(super) gave_up: bool,
}

/// Who queued up behind every statement of the observed migrations; shorter where one failed.
pub(super) fn queue(
    bench: &Bench<'_>,
    case: &Case,
    rows: u64,
    behind: Behind,
) -> Result<Vec<Queued>, BuildError> {
    let mut queue = Queue {
        stage: Stage::build(bench, case, rows, false)?,
        behind,
    };
    let mut all = Vec::new();
    for batch in case.batches() {
        queue.stage.fill(bench, case)?;
        let first = all.len();
        if !queue.batch(batch, &mut all)? && !case.goes_on {
            break;
        }
        all.resize_with(first + batch.len(), Queued::default);
    }
    Ok(all)
}

struct Queue {
    stage: Stage,
    behind: Behind,
}

impl Queue {
    /// Runs what runs together, each statement behind an open transaction; what gives up is run again with nobody in its way.
    fn batch(&mut self, batch: Batch<'_>, all: &mut Vec<Queued>) -> Result<bool, BuildError> {
        let first = all.len();
        self.stage.runner.begin(batch.first)?;
        for statement in batch.statements() {
            interrupt::check()?;
            let mut queued = Queued::default();
            let result = if is_control(&statement.kind) {
                self.stage.runner.run(statement)?
            } else {
                self.statement(statement, &mut queued)?
            };
            queued.gave_up =
                matches!(&result, Err(Failed::Refused(error)) if error.sqlstate == "55P03");
            let gave_up = queued.gave_up;
            all.push(queued);
            if gave_up {
                self.stage.runner.abandon()?;
                let ended = self.undisturbed(batch)?;
                all.resize_with(first + batch.len(), Queued::default);
                return Ok(ended);
            }
            if result.is_err() {
                self.stage.runner.abandon()?;
                return Ok(false);
            }
        }
        Ok(self.stage.runner.end()?.is_ok())
    }

    fn undisturbed(&mut self, batch: Batch<'_>) -> Result<bool, BuildError> {
        self.stage.runner.begin(batch.first)?;
        for statement in batch.statements() {
            if self.stage.runner.run(statement)?.is_err() {
                self.stage.runner.abandon()?;
                return Ok(false);
            }
        }
        Ok(self.stage.runner.end()?.is_ok())
    }

    fn statement(
        &mut self,
        statement: &Statement,
        queued: &mut Queued,
    ) -> Result<Result<(), Failed>, BuildError> {
        let pid = self.stage.runner.session.pid();
        let held = observe::held(&mut self.stage.observer, pid)?;
        let relations: BTreeMap<u32, String> = observe::relations(&mut self.stage.observer)?
            .iter()
            .map(|relation| (relation.oid, relation.display()))
            .collect();
        // What the transaction holds already, others wait for anyway; and the one that is open cannot have it.
        let free = |oid: u32| !held.iter().any(|lock| lock.relation == oid);
        let probes = probe::plan(&mut self.stage.observer, &Kind::EVERYDAY, &|relation| {
            free(relation.oid)
        })?;
        let mut prober = self.stage.scratch.connect("mig-lint probe")?;
        let mut holder = self.open(&free)?;
        let (runner, observer) = (&mut self.stage.runner, &mut self.stage.observer);
        let gives_up = runner.gives_up()?;
        thread::scope(|scope| {
            let running = scope.spawn(|| runner.run(statement));
            let mut open = true;
            while !running.is_finished() {
                if open && observe::blockers(observer, pid)?.contains(&holder.pid()) {
                    let mut seen = Held::default();
                    let probed =
                        try_probes(&mut prober, observer, &probes, pid, &relations, &mut seen);
                    let until = Instant::now() + PATIENCE;
                    while gives_up && !running.is_finished() && Instant::now() < until {
                        thread::sleep(GLANCE);
                    }
                    // Let go first: the migrating session must not be left waiting for us.
                    holder.run("ROLLBACK")?;
                    open = false;
                    probed?;
                    queued.waits = seen.waits;
                }
                thread::sleep(GLANCE);
            }
            match running.join() {
                Ok(result) => Ok(result?),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        })
    }

    /// A session that has read from, or written to, every table, and has not ended its transaction.
    fn open(&mut self, free: &dyn Fn(u32) -> bool) -> Result<Session, Error> {
        let mut holder = self.stage.scratch.connect("mig-lint holder")?;
        holder.run("BEGIN")?;
        for table in tables(&mut self.stage.observer)? {
            if free(table.oid) {
                let mode = match self.behind {
                    Behind::Reader => "ACCESS SHARE",
                    Behind::Writer => "ROW EXCLUSIVE",
                };
                holder.run(&format!("LOCK TABLE {} IN {mode} MODE", table.quoted()))?;
            }
        }
        Ok(holder)
    }
}
