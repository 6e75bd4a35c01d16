//! Builds the database that a case needs, up to its first observed migration.

use super::case::{Case, Statement};
use super::fill::{Sizes, fill};
use super::ground::Ground;
use super::near::near;
use super::runner::{Failed, Runner};
use crate::effects::Work;
use mig_lint_demo_db::{Error, Notices, Scratch, Server, Session};
use std::collections::BTreeMap;
use std::time::Duration;

/// What every run of a case needs.
#[derive(Clone, Copy)]
pub(super) struct Bench<'a> {
    pub(super) server: &'a Server,
    pub(super) notices: &'a dyn Notices,
    /// How long one statement may take.
    pub(super) timeout: Duration,
    /// Leave the database of each ride on the server.
    pub(super) keep: bool,
    /// What was made beforehand of the migrations that only prepare; else each run makes it anew.
    pub(super) ground: Option<&'a Ground>,
}

/// A database in which a case is run once.
pub(super) struct Stage {
    pub(super) scratch: Scratch,
    /// Looks on, and prepares what the migrations meet.
    pub(super) observer: Session,
    pub(super) runner: Runner,
    /// Rows in each table that was filled.
    pub(super) filled: BTreeMap<String, u64>,
    /// Tables that could not be filled, and why.
    pub(super) empty: BTreeMap<String, String>,
    rows: u64,
    at_scale: bool,
}

/// What goes wrong before anything can be observed.
#[derive(Debug, thiserror::Error)]
pub(super) enum BuildError {
    #[error(transparent)]
    Server(#[from] Error),
    #[error("{what} fails: {failed}")]
    Refused { what: String, failed: Failed },
    /// The server said something that is not understood.
    #[error("{0}")]
    Unknown(String),
}

impl Stage {
    /// A database with the set-up, the migrations that are not observed, and as many rows in each table as are asked for.
    pub(super) fn build(
        bench: &Bench<'_>,
        case: &Case,
        rows: u64,
        at_scale: bool,
    ) -> Result<Self, BuildError> {
        let scratch = match bench.ground {
            Some(ground) => ground.copy(bench.server)?,
            None => bench.server.scratch()?,
        };
        let mut observer = observing(bench, &scratch)?;
        let mut runner = Runner::new(&scratch, &case.parameters, bench.timeout)?;
        runner.rows = rows;
        if bench.ground.is_none() {
            set_up(&mut observer, case)?;
            for migration in case.preparing() {
                runner.begin(migration)?;
                for statement in &migration.statements {
                    ran(&migration.name, runner.run(statement)?)?;
                }
                ran(&migration.name, runner.end()?)?;
            }
        }
        let mut stage = Self {
            scratch,
            observer,
            runner,
            filled: BTreeMap::new(),
            empty: BTreeMap::new(),
            rows,
            at_scale,
        };
        stage.fill(bench, case)?;
        Ok(stage)
    }

    /// Ends the sessions; the database goes, or stays for somebody to look into.
    pub(super) fn end(self, bench: &Bench<'_>, case: &Case) -> Result<(), Error> {
        drop((self.observer, self.runner));
        if !bench.keep {
            return Ok(());
        }
        let name = self.scratch.name().to_owned();
        self.scratch.keep()?;
        bench.notices.say(&format!(
            "kept: {name} ({}, as it was after its run at scale)",
            case.name
        ));
        Ok(())
    }

    /// The tables on whose rows a statement works, and that could not be filled: what it does to them is not seen.
    pub(super) fn without_rows(&self, statement: &Statement) -> Vec<String> {
        let works = |name: &str| {
            let mut effects = statement.prediction.effects.iter();
            effects.any(|effect| {
                let table = effect.table.as_ref().unwrap_or(&effect.relation);
                effect.work > Work::None && name.rsplit('.').next() == table.rsplit('.').next()
            })
        };
        let empty = self.empty.iter().filter(|(name, _)| works(name));
        empty
            .map(|(name, why)| format!("{name} could not be filled with rows: {why}"))
            .collect()
    }

    /// Fills what is still empty, of what the case needs.
    pub(super) fn fill(&mut self, bench: &Bench<'_>, case: &Case) -> Result<(), BuildError> {
        if self.runner.in_transaction() {
            return Ok(());
        }
        let near = near(&mut self.observer, case)?;
        let sizes = Sizes {
            tables: &case.tables,
            rows: self.rows,
            at_scale: self.at_scale,
            near: near.as_ref(),
            // What was filled before may be full.
            tops_up: near.is_some() && self.filled.is_empty(),
        };
        let result = fill(&mut self.observer, sizes, bench.notices);
        let filled = match result {
            Err(error @ Error::Sql(_)) => return refused("filling the tables", Err(error)),
            other => other?,
        };
        self.filled.extend(filled.rows);
        self.empty.extend(filled.refused);
        Ok(())
    }
}

/// A session that looks on.
pub(super) fn observing(bench: &Bench<'_>, scratch: &Scratch) -> Result<Session, Error> {
    let mut observer = scratch.connect("mig-lint observer")?;
    // Whoever looks on must never wait for what is looked at.
    let patience = bench.timeout.as_millis();
    observer.run(&format!(
        "SET client_min_messages = error; SET lock_timeout = {patience}"
    ))?;
    Ok(observer)
}

/// Runs what a case needs before all migrations.
pub(super) fn set_up(observer: &mut Session, case: &Case) -> Result<(), BuildError> {
    if case.setup.trim().is_empty() {
        return Ok(());
    }
    refused("the set-up", observer.run(&case.setup))
}

fn refused(what: &str, result: Result<(), Error>) -> Result<(), BuildError> {
    match result {
        Err(Error::Sql(error)) => Err(BuildError::Refused {
            what: what.to_owned(),
            failed: Failed::Refused(error),
        }),
        other => Ok(other?),
    }
}

fn ran(migration: &str, result: Result<(), Failed>) -> Result<(), BuildError> {
    result.map_err(|failed| BuildError::Refused {
        what: format!("migration {migration}, which only prepares,"),
        failed,
    })
}
