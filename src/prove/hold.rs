//! The hold: each statement runs, and then its transaction stays open until a probe of each kind has been tried on each table. Who waits is decided by
//! lock conflicts, never by luck.

use super::batch::Batch;
use super::build::{Bench, BuildError, Stage};
use super::case::{Case, Statement};
use super::elsewhere::Elsewhere;
use super::near::near;
use super::questions::{answers, shown};
use super::report::Shown;
use super::runner::Failed;
use super::watch::Watch;
use super::words::{lock_mode, relation_kind};
use crate::ir::RelationKind;
use crate::postgres::{Access, LockMode};
use mig_lint_demo_db::observe::{self, Relation};
use mig_lint_demo_db::probe::{self, Outcome, Probe};
use mig_lint_demo_db::{Error, Session, interrupt};
use std::collections::{BTreeMap, BTreeSet};
use std::thread;
use std::time::Duration;

/// How long a probe may take without being found to wait for the migration.
const PATIENCE: Duration = Duration::from_secs(5);
/// The class of SQLSTATEs of constraints that are violated.
const INTEGRITY: &str = "23";
/// How often the locks of a statement are looked at that cannot be held by its transaction.
const GLANCE: Duration = Duration::from_millis(1);

/// What one statement locked, and who waited for it; relations by the name they had before it.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// The strongest lock on each relation that others can see, at the statement's end.
    pub(super) locks: BTreeMap<String, LockMode>,
    /// The strongest that this statement took, and the transaction did not hold before.
    pub(super) taken: BTreeMap<String, LockMode>,
    pub(super) kinds: BTreeMap<String, RelationKind>,
    /// The table of each index.
    pub(super) tables: BTreeMap<String, String>,
    /// Per table, who waited; every table that was probed has an entry.
    pub(super) waits: BTreeMap<String, BTreeSet<Access>>,
    /// Per table, who was refused by a constraint before all that it would have waited for: it did not wait, and shows nothing.
    pub(super) refused: BTreeMap<String, BTreeSet<Access>>,
    /// Probes of which nobody knows what held them up.
    pub(super) unclear: Vec<String>,
    pub(super) failed: Option<Failed>,
    /// Why it has not shown what it does, where code was refused in its transaction.
    pub(super) doubt: Option<String>,
    /// Statements of the old code that fail since, by their place in the case, with the server's error.
    pub(super) broke: Vec<(usize, Failed)>,
    /// What was asked before and behind the migration.
    pub(super) shown: Vec<Shown>,
    /// The transaction keeps a snapshot between its statements, as it does above READ COMMITTED.
    pub(super) keeps_snapshot: bool,
    /// Locks were sampled from outside while the statement ran: brief ones may be missing.
    pub(super) sampled: bool,
    /// It was over before a probe could be tried.
    pub(super) unprobed: bool,
    /// Partitions that no statement of the history makes: code has, which cannot be read, and nothing is predicted of them.
    pub(super) made_by_code: BTreeSet<String>,
}

/// What every statement of the observed migrations held; shorter where one failed.
pub(super) fn hold(bench: &Bench<'_>, case: &Case, rows: u64) -> Result<Vec<Held>, BuildError> {
    let stage = Stage::build(bench, case, rows, false)?;
    let prober = stage.scratch.connect("mig-lint probe")?;
    let mut holding = Holding {
        watch: Watch::default(),
        elsewhere: case.elsewhere.clone(),
        stage,
        prober,
    };
    holding.prober.run("SET client_min_messages = error")?;
    let mut all = Vec::new();
    for batch in case.batches() {
        holding.stage.fill(bench, case)?;
        holding.watch.near = near(&mut holding.stage.observer, case)?;
        let works = holding.old_code(case)?;
        let before = answers(&mut holding.prober, case, batch.first)?;
        let first = all.len();
        let ended = holding.batch(batch, &mut all)?;
        let fails = holding.old_code(case)?;
        let broke = broken(works, fails);
        let after = answers(&mut holding.prober, case, batch.first)?;
        let shown = shown(before, after);
        for held in &mut all[first..] {
            held.broke.clone_from(&broke);
            held.shown.clone_from(&shown);
        }
        if !ended && !case.goes_on {
            break;
        }
        all.resize_with(first + batch.len(), Held::default);
    }
    Ok(all)
}

impl Held {
    /// A weak lock on an index or a sequence, which comes with every use of its table.
    pub(super) fn is_minor(&self, relation: &str, lock: LockMode) -> bool {
        let kind = self.kinds.get(relation);
        let beside = matches!(kind, Some(RelationKind::Index | RelationKind::Sequence));
        beside && lock < LockMode::ShareUpdateExclusive
    }
}

/// What ran before and fails now, by its place in the case.
fn broken(before: Vec<Option<Failed>>, now: Vec<Option<Failed>>) -> Vec<(usize, Failed)> {
    let pairs = before.into_iter().zip(now).enumerate();
    let newly = pairs.filter(|(_, (before, _))| before.is_none());
    newly
        .filter_map(|(at, (_, now))| Some((at, now?)))
        .collect()
}

struct Holding {
    stage: Stage,
    prober: Session,
    watch: Watch,
    /// What the history makes; nothing, where it is written for a proof.
    elsewhere: Option<Elsewhere>,
}

impl Holding {
    /// For each statement of the old code, the error with which it fails.
    fn old_code(&mut self, case: &Case) -> Result<Vec<Option<Failed>>, Error> {
        let mut results = Vec::new();
        for old in &case.old_code {
            self.prober.run("BEGIN")?;
            let result = self.prober.run(old);
            self.prober.run("ROLLBACK")?;
            results.push(match result {
                Ok(()) => None,
                Err(Error::Sql(error)) => Some(Failed::Refused(error)),
                Err(other) => return Err(other),
            });
        }
        Ok(results)
    }

    /// Runs what runs together; `false` where a statement failed.
    fn batch(&mut self, batch: Batch<'_>, all: &mut Vec<Held>) -> Result<bool, BuildError> {
        self.stage.runner.begin(batch.first)?;
        self.plan()?;
        for statement in batch.statements() {
            interrupt::check()?;
            let inside = self.stage.runner.in_transaction();
            let held = self.statement(statement)?;
            let failed = held.failed.is_some();
            all.push(held);
            if failed {
                self.stage.runner.abandon()?;
                return Ok(false);
            }
            if !inside || !self.stage.runner.in_transaction() {
                self.plan()?;
            }
        }
        let ended = self.stage.runner.end()?;
        if let Some(last) = all.last_mut() {
            last.failed = last.failed.take().or(ended.clone().err());
            last.doubt = last.doubt.take().or(self.stage.runner.doubt.take());
        }
        probe::drop_indexes(&mut self.stage.observer)?;
        Ok(ended.is_ok())
    }

    fn plan(&mut self) -> Result<(), Error> {
        if !self.stage.runner.in_transaction() {
            probe::drop_indexes(&mut self.stage.observer)?;
        }
        self.watch.plan(&mut self.stage.observer)
    }

    fn statement(&mut self, statement: &Statement) -> Result<Held, BuildError> {
        let mut held = Held::default();
        if is_control(&statement.kind) {
            held.failed = self.stage.runner.run(statement)?.err();
            return Ok(held);
        }
        held.unclear = self.stage.without_rows(statement);
        let relations = self.known(&mut held)?;
        let inside = self.stage.runner.in_transaction();
        if !inside && !statement.prediction.can_run_in_transaction {
            held.sampled = true;
            self.held_up(statement, &relations, &mut held)?;
            return Ok(held);
        }
        if !inside {
            self.stage.runner.hold()?;
        }
        let pid = self.stage.runner.session.pid();
        let before = observe::held(&mut self.stage.observer, pid)?;
        held.failed = self.stage.runner.run(statement)?.err();
        if held.failed.is_none() {
            let now = observe::held(&mut self.stage.observer, pid)?;
            record(&mut held.locks, &relations, &now)?;
            let new = now.iter().filter(|lock| !before.contains(lock));
            let new: Vec<observe::Lock> = new.cloned().collect();
            record(&mut held.taken, &relations, &new)?;
            held.keeps_snapshot = observe::keeps_snapshot(&mut self.stage.observer, pid)?;
            let (prober, observer) = (&mut self.prober, &mut self.stage.observer);
            let probes = self.watch.of(statement, &now, observer)?;
            try_probes(prober, observer, &probes, pid, &relations, &mut held)?;
        }
        if !inside {
            let ended = self.stage.runner.let_go(held.failed.is_none())?;
            held.failed = held.failed.take().or(ended.err());
        }
        held.doubt.clone_from(&self.stage.runner.doubt);
        Ok(held)
    }

    /// The relations that others can see, under the names that the migration knows them by.
    fn known(&mut self, held: &mut Held) -> Result<BTreeMap<u32, String>, Error> {
        let visible: BTreeSet<u32> = observe::relations(&mut self.stage.observer)?
            .iter()
            .map(|relation| relation.oid)
            .collect();
        let own = observe::relations(&mut self.stage.runner.session)?;
        let seen = own.iter().filter(|relation| {
            visible.contains(&relation.oid) && !relation.name.starts_with(probe::INDEX_PREFIX)
        });
        let names: BTreeMap<u32, String> = seen
            .clone()
            .map(|relation| (relation.oid, relation.display()))
            .collect();
        for relation in seen {
            let name = relation.display();
            let made = |elsewhere: &Elsewhere| elsewhere.makes(&relation.name);
            if relation.partition && self.elsewhere.as_ref().is_some_and(|it| !made(it)) {
                held.made_by_code.insert(name.clone());
            }
            held.kinds
                .insert(name.clone(), relation_kind(relation.kind));
            if let Some(table) = relation.table.and_then(|table| names.get(&table)) {
                held.tables.insert(name, table.clone());
            }
        }
        Ok(names)
    }

    /// Runs a statement that no transaction can hold while another session has written to its tables and not committed: it waits for that one with
    /// its own locks in place.
    fn held_up(
        &mut self,
        statement: &Statement,
        relations: &BTreeMap<u32, String>,
        held: &mut Held,
    ) -> Result<(), BuildError> {
        let mut holder = self.stage.scratch.connect("mig-lint holder")?;
        holder.run("BEGIN")?;
        for table in self.tables_of(statement)? {
            holder.run(&format!("LOCK TABLE {table} IN ROW EXCLUSIVE MODE"))?;
        }
        let pid = self.stage.runner.session.pid();
        let (runner, observer) = (&mut self.stage.runner, &mut self.stage.observer);
        let (prober, watch) = (&mut self.prober, &self.watch);
        held.unprobed = true;
        let result = thread::scope(|scope| -> Result<_, BuildError> {
            let running = scope.spawn(|| runner.run(statement));
            while !running.is_finished() {
                record(&mut held.locks, relations, &observe::held(observer, pid)?)?;
                let waits_for = observe::blockers(observer, pid)?;
                if held.unprobed && waits_for.contains(&holder.pid()) {
                    held.unprobed = false;
                    // It holds now what it held when it began to wait.
                    let now = observe::held(observer, pid)?;
                    record(&mut held.locks, relations, &now)?;
                    let probes = watch.of(statement, &now, observer)?;
                    let probed = try_probes(prober, observer, &probes, pid, relations, held);
                    // Let go first: the migrating session must not be left waiting for us.
                    holder.run("ROLLBACK")?;
                    probed?;
                }
                thread::sleep(GLANCE);
            }
            match running.join() {
                Ok(result) => Ok(result?),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        });
        held.failed = result?.err();
        held.taken = held.locks.clone();
        Ok(())
    }

    /// The tables that a statement is predicted to lock, or whose indexes it is: where it can be held up.
    fn tables_of(&mut self, statement: &Statement) -> Result<Vec<String>, Error> {
        let effects = &statement.prediction.effects;
        let named = |relation: &Relation| {
            let mut names = effects
                .iter()
                .flat_map(|effect| std::iter::once(&effect.relation).chain(effect.table.as_ref()));
            names.any(|name| *name == relation.name)
        };
        let all = tables(&mut self.stage.observer)?;
        Ok(all
            .iter()
            .filter(|table| named(table))
            .map(Relation::quoted)
            .collect())
    }
}

/// What can be locked by `LOCK TABLE` and holds rows.
pub(super) fn tables(observer: &mut Session) -> Result<Vec<Relation>, Error> {
    let mut all = observe::relations(observer)?;
    all.retain(|relation| matches!(relation.kind, 'r' | 'p'));
    Ok(all)
}

/// Tries each probe while the migrating session keeps its locks.
pub(super) fn try_probes(
    prober: &mut Session,
    observer: &mut Session,
    probes: &[Probe],
    pid: i32,
    relations: &BTreeMap<u32, String>,
    held: &mut Held,
) -> Result<(), Error> {
    for probe in probes {
        interrupt::check()?;
        let Some(name) = relations.get(&probe.relation) else {
            continue;
        };
        let outcome = probe::attempt(prober, observer, probe, pid, PATIENCE)?;
        let waits = held.waits.entry(name.clone()).or_default();
        match outcome {
            Outcome::Waited => {
                waits.insert(Access::from(probe.kind));
            }
            Outcome::Unclear(others) => {
                let what = Access::from(probe.kind).sql_name();
                let text = format!("{what} on {name} waited for sessions {others:?}");
                held.unclear.push(text);
            }
            Outcome::Refused(state) if state.starts_with(INTEGRITY) => {
                let refused = held.refused.entry(name.clone()).or_default();
                refused.insert(Access::from(probe.kind));
            }
            Outcome::Served | Outcome::Refused(_) => {}
        }
    }
    Ok(())
}

/// Keeps the strongest lock on each relation.
fn record(
    strongest: &mut BTreeMap<String, LockMode>,
    relations: &BTreeMap<u32, String>,
    locks: &[observe::Lock],
) -> Result<(), BuildError> {
    for lock in locks {
        let mode = lock_mode(&lock.mode).map_err(BuildError::Unknown)?;
        if let Some(name) = relations.get(&lock.relation) {
            let entry = strongest.entry(name.clone()).or_insert(mode);
            *entry = (*entry).max(mode);
        }
    }
    Ok(())
}

/// Statements that steer transactions and sessions, and lock nothing.
pub(super) fn is_control(kind: &str) -> bool {
    matches!(
        kind,
        "begin"
            | "commit"
            | "rollback"
            | "savepoint"
            | "release-savepoint"
            | "rollback-to-savepoint"
            | "prepare-transaction"
            | "set-transaction"
            | "set-constraints"
            | "set"
            | "reset"
    )
}
