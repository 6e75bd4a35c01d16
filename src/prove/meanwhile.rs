//! Somebody else meanwhile: the migration runs as it would, and another session does its part before it and between its statements.

use super::batch::Batch;
use super::build::{Bench, BuildError, Stage};
use super::case::{Case, Meanwhile};
use super::questions::{answers, shown};
use super::report::Shown;
use super::runner::Failed;
use mig_lint_demo_db::observe;
use mig_lint_demo_db::{Error, Session, interrupt};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

/// How often it is looked up whether the other session waits for the migrating one.
const GLANCE: Duration = Duration::from_millis(2);

/// What became of one statement of a migration, and of what the other session did around it.
#[derive(Clone, Debug, Default)]
pub(super) struct Met {
    /// Why the migration's statement failed.
    pub(super) failed: Option<Failed>,
    /// What the other session was refused, which was not said before.
    pub(super) broke: Vec<(String, Failed)>,
    /// What was asked before and behind the migration.
    pub(super) shown: Vec<Shown>,
    /// What the other session was to be refused, and was not.
    pub(super) unclear: Vec<String>,
}

/// What every statement of the observed migrations met; nothing where nobody else does anything, shorter where a statement failed.
pub(super) fn meanwhile(bench: &Bench<'_>, case: &Case, rows: u64) -> Result<Vec<Met>, BuildError> {
    let mut all = Vec::new();
    if case.meanwhile.is_empty() {
        return Ok(all);
    }
    let mut stage = Stage::build(bench, case, rows, false)?;
    let mut asking = stage.scratch.connect("mig-lint probe")?;
    for batch in case.batches() {
        stage.fill(bench, case)?;
        let first = all.len();
        let other = stage.scratch.connect("mig-lint other")?;
        let ended = thread::scope(|scope| {
            let (jobs, todo) = channel();
            let (tell, done) = channel();
            let mut company = Company {
                pid: other.pid(),
                jobs,
                done,
                open: 0,
            };
            scope.spawn(move || work(other, &todo, &tell));
            run(&mut stage, &mut asking, case, batch, &mut company, &mut all)
        })?;
        if !ended && !case.goes_on {
            break;
        }
        all.resize_with(first + batch.len(), Met::default);
    }
    Ok(all)
}

/// Runs what runs together, with the other session's part; `false` where a statement failed.
fn run(
    stage: &mut Stage,
    asking: &mut Session,
    case: &Case,
    batch: Batch<'_>,
    company: &mut Company,
    all: &mut Vec<Met>,
) -> Result<bool, BuildError> {
    let own: Vec<&Meanwhile> = case
        .meanwhile
        .iter()
        .filter(|it| it.is_about(batch.first))
        .collect();
    let mut parts = own.iter().filter(|it| it.after.is_some());
    let mut next = parts.next();
    let mut before = Met::default();
    for part in own.iter().filter(|it| it.after.is_none()) {
        company.act(stage, part, &mut before)?;
    }
    let asked = answers(asking, case, batch.first)?;
    let first = all.len();
    let mut ended = true;
    stage.runner.begin(batch.first)?;
    for statement in batch.statements() {
        interrupt::check()?;
        let mut met = std::mem::take(&mut before);
        met.failed = stage.runner.run(statement)?.err();
        ended = met.failed.is_none();
        while let Some(part) = next
            && ended
            && part
                .after
                .as_ref()
                .is_some_and(|after| statement.sql.contains(after))
        {
            company.act(stage, part, &mut met)?;
            next = parts.next();
        }
        all.push(met);
        if !ended {
            stage.runner.abandon()?;
            break;
        }
    }
    if ended {
        let failed = stage.runner.end()?.err();
        ended = failed.is_none();
        if let Some(last) = all.last_mut() {
            last.failed = last.failed.take().or(failed);
        }
    }
    let late = company.leave()?;
    let shown = shown(asked, answers(asking, case, batch.first)?);
    for met in &mut all[first..] {
        met.shown.clone_from(&shown);
    }
    if let Some(last) = all[first..].last_mut() {
        last.broke.extend(late);
    }
    Ok(ended)
}

/// The other session, as the migrating one sees it.
struct Company {
    pid: i32,
    jobs: Sender<String>,
    done: Receiver<(String, Result<(), Error>)>,
    /// How many of its statements nobody has heard the end of.
    open: usize,
}

impl Company {
    /// Has the other session do this; back when it is done, or waits for the migrating session.
    fn act(
        &mut self,
        stage: &mut Stage,
        part: &Meanwhile,
        met: &mut Met,
    ) -> Result<(), BuildError> {
        let mut refused = None;
        for sql in &part.sql {
            // Where it has gone, that is told by what it said last.
            let _ = self.jobs.send(sql.clone());
            self.open += 1;
        }
        while self.open > 0 {
            interrupt::check()?;
            match self.done.recv_timeout(GLANCE) {
                Ok((sql, result)) => {
                    self.open -= 1;
                    refused = failed(result)?.map(|failed| (sql, failed)).or(refused);
                }
                Err(RecvTimeoutError::Timeout) => {
                    let pid = stage.runner.session.pid();
                    if observe::blockers(&mut stage.observer, self.pid)?.contains(&pid) {
                        break;
                    }
                }
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        let expected = part.error.as_deref();
        match refused {
            Some((_, failed)) if Some(&*failed.words().0) == expected => {}
            Some(refused) => met.broke.push(refused),
            None => met.unclear.extend(expected.map(|state| {
                format!("the other session was to be refused with SQLSTATE {state}, and was not")
            })),
        }
        Ok(())
    }

    /// Ends its part: what it waited for is there now.
    fn leave(&mut self) -> Result<Vec<(String, Failed)>, BuildError> {
        let mut late = Vec::new();
        while self.open > 0 {
            interrupt::check()?;
            match self.done.recv_timeout(GLANCE) {
                Ok((sql, result)) => {
                    self.open -= 1;
                    late.extend(failed(result)?.map(|failed| (sql, failed)));
                }
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        Ok(late)
    }
}

/// What the server says against it is a result, not an error.
fn failed(result: Result<(), Error>) -> Result<Option<Failed>, Error> {
    match result {
        Ok(()) => Ok(None),
        Err(Error::Sql(error)) => Ok(Some(Failed::Refused(error))),
        Err(other) => Err(other),
    }
}

/// Does one statement after the other, until nobody has more; the session ends with it, and a transaction that is open.
fn work(mut session: Session, todo: &Receiver<String>, tell: &Sender<(String, Result<(), Error>)>) {
    for sql in todo {
        let result = session.run(&sql);
        if tell.send((sql, result)).is_err() {
            break;
        }
    }
}
