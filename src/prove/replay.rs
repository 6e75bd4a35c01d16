//! Lays the ground: runs the history before the observed migrations. What it needs and does not make is made; what cannot run here is left out. Both are said.

use super::build::{Bench, BuildError, observing, set_up};
use super::case::{Case, Migration, Statement};
use super::ground::Ground;
use super::runner::{Failed, Runner};
use super::standin::instead;
use mig_lint_demo_db::{Error, Session};
use std::collections::BTreeSet;

/// How many statements that are left out are told of one by one.
const TOLD: usize = 10;

impl Ground {
    /// Runs the set-up, and all migrations before those that are observed.
    pub(super) fn lay(bench: &Bench<'_>, case: &Case) -> Result<Self, BuildError> {
        let scratch = bench.server.scratch()?;
        let mut observer = observing(bench, &scratch)?;
        set_up(&mut observer, case)?;
        let mut runner = Runner::new(&scratch, &case.parameters, bench.timeout)?;
        // What functions do is of no interest before one is called, and what they need may come later.
        runner.session.run("SET check_function_bodies = off")?;
        let mut ground = Self {
            scratch,
            elsewhere: case.elsewhere.clone().unwrap_or_default(),
            roles: Vec::new(),
            left_out: 0,
        };
        for migration in case.preparing() {
            ground.replay(bench, migration, (&mut runner, &mut observer))?;
        }
        if ground.left_out > TOLD {
            let more = ground.left_out - TOLD;
            let text = format!("{more} more statements before it are left out");
            bench.notices.say(&text);
        }
        ground.note_roles(&mut observer)?;
        Ok(ground)
    }

    /// Makes what a statement lacks; `false` where nothing can take its place.
    pub(super) fn mend(
        &mut self,
        bench: &Bench<'_>,
        failed: &Failed,
        kind: &str,
    ) -> Result<bool, Error> {
        let mut observer = observing(bench, &self.scratch)?;
        let mended = self.stand_in(bench, (failed, kind), &mut observer)?;
        self.note_roles(&mut observer)?;
        Ok(mended)
    }

    fn note_roles(&mut self, observer: &mut Session) -> Result<(), Error> {
        let rows = observer.rows("SELECT rolname FROM pg_catalog.pg_roles")?;
        self.roles = rows.into_iter().flatten().flatten().collect();
        Ok(())
    }

    /// Runs one migration; what fails in it is tried again with a stand-in, and left out where there is none.
    fn replay(
        &mut self,
        bench: &Bench<'_>,
        migration: &Migration,
        (runner, observer): (&mut Runner, &mut Session),
    ) -> Result<(), BuildError> {
        let mut out = BTreeSet::new();
        // Those before it are committed.
        let mut next = 0;
        loop {
            runner.begin(migration)?;
            let mut failed = None;
            for (at, statement) in migration.statements.iter().enumerate().skip(next) {
                if out.contains(&at) {
                    continue;
                }
                if let Err(why) = runner.run(statement)? {
                    failed = Some((at, statement, why));
                    break;
                }
                if !runner.in_transaction() {
                    next = at + 1;
                }
            }
            let Some((at, statement, why)) = failed else {
                if let Err(why) = runner.end()? {
                    runner.abandon()?;
                    let text = format!(
                        "{}: left out, since it cannot be committed here: {why}",
                        migration.path
                    );
                    bench.notices.say(&text);
                    self.left_out += 1;
                }
                return Ok(());
            };
            runner.abandon()?;
            if !self.stand_in(bench, (&why, &statement.kind), observer)? {
                self.leave_out(bench, migration, statement, &why);
                out.insert(at);
            }
        }
    }

    fn leave_out(
        &mut self,
        bench: &Bench<'_>,
        migration: &Migration,
        statement: &Statement,
        why: &Failed,
    ) {
        self.left_out += 1;
        self.elsewhere.leave_out(&statement.sql);
        if self.left_out <= TOLD {
            let place = format!("{}:{}", migration.path, statement.line);
            let text = format!("{place}: left out, since it cannot run here: {why}");
            bench.notices.say(&text);
        }
    }

    /// Tries what may take the place of what is lacking, one after the other.
    fn stand_in(
        &mut self,
        bench: &Bench<'_>,
        (failed, kind): (&Failed, &str),
        observer: &mut Session,
    ) -> Result<bool, Error> {
        for made in instead(&self.elsewhere, failed, kind) {
            // A role is the whole server's.
            if made.is_shared() && !bench.server.is_private() {
                continue;
            }
            match observer.run(&made.sql) {
                Ok(()) => {
                    bench.notices.say(&made.said);
                    if let Some(relation) = &made.relation {
                        self.elsewhere.stand_in(relation);
                    }
                    return Ok(true);
                }
                Err(Error::Sql(_)) => {}
                Err(other) => return Err(other),
            }
        }
        Ok(false)
    }
}
