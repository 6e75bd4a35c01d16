//! Runs migrations as their runner would, statement by statement, with a limit on how long one may take.

use super::case::{Migration, Statement};
use super::code::closed;
use mig_lint_demo_db::{Error, Scratch, Session, SqlError};
use std::collections::BTreeMap;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// The migrating session.
pub(super) struct Runner {
    pub(super) session: Session,
    /// A statement that takes longer is cancelled.
    timeout: Duration,
    /// The runner has opened a transaction.
    wrapped: bool,
    /// The migration itself has.
    begun: bool,
    /// Whoever looks on has, for a single statement.
    held: bool,
    /// What completes the migration.
    afterwards: String,
    /// How many rows code makes where it makes many.
    pub(super) rows: u64,
    /// Why the statement that ran last has not shown what it does: what code does was refused with values that are made up, now or before it in its transaction.
    pub(super) doubt: Option<String>,
    /// Code has run in this transaction.
    made_up: bool,
}

/// Why a statement did not run to its end.
#[derive(Clone, Debug, thiserror::Error)]
pub(super) enum Failed {
    #[error("{0}")]
    Refused(SqlError),
    #[error("not done after {} s, so it was cancelled; --timeout gives it more", .0.as_secs())]
    TimedOut(Duration),
}

impl Runner {
    pub(super) fn new(
        scratch: &Scratch,
        parameters: &BTreeMap<String, String>,
        timeout: Duration,
    ) -> Result<Self, Error> {
        let mut session = scratch.connect("mig-lint migration")?;
        // Predictions take a time zone that nobody has set for one that is not UTC.
        session.run("SET timezone = 'Europe/Berlin'; SET client_min_messages = error")?;
        for (name, value) in parameters {
            session.run(&format!("SET {name} = '{}'", value.replace('\'', "''")))?;
        }
        Ok(Self {
            session,
            timeout,
            wrapped: false,
            begun: false,
            held: false,
            afterwards: String::new(),
            rows: 0,
            doubt: None,
            made_up: false,
        })
    }

    /// Whether locks are kept beyond the statement.
    pub(super) fn in_transaction(&self) -> bool {
        self.wrapped || self.begun
    }

    /// Opens the transaction that the migration's runner would.
    pub(super) fn begin(&mut self, migration: &Migration) -> Result<(), Error> {
        self.begun = false;
        self.made_up = false;
        self.doubt = None;
        self.afterwards.clone_from(&migration.afterwards);
        self.wrapped = migration.is_wrapped();
        if self.wrapped {
            self.session.run("BEGIN")?;
        }
        Ok(())
    }

    /// Whether `lock_timeout` is set: it does not wait for a lock for ever.
    pub(super) fn gives_up(&mut self) -> Result<bool, Error> {
        let rows = self.session.rows("SHOW lock_timeout")?;
        Ok(rows.iter().flatten().flatten().any(|value| value != "0"))
    }

    /// Opens a transaction for a single statement, so that it can be held.
    pub(super) fn hold(&mut self) -> Result<(), Error> {
        self.held = true;
        self.made_up = false;
        self.doubt = None;
        self.session.run("BEGIN")
    }

    /// Ends that transaction; what is deferred to its end may fail.
    pub(super) fn let_go(&mut self, commits: bool) -> Result<Result<(), Failed>, Error> {
        self.held = false;
        let ended = self.sql(if commits { "COMMIT" } else { "ROLLBACK" })?;
        Ok(self.pardoned(ended))
    }

    /// What is put off to the end of a transaction, and is refused there, may come of values that are made up.
    fn pardoned(&mut self, ended: Result<(), Failed>) -> Result<(), Failed> {
        match ended {
            Err(Failed::Refused(error)) if self.made_up && error.sqlstate.starts_with("23") => {
                self.doubt = Some(refused(&error));
                Ok(())
            }
            other => other,
        }
    }

    /// Runs one statement; what the server says against it is a result, not an error.
    pub(super) fn run(&mut self, statement: &Statement) -> Result<Result<(), Failed>, Error> {
        if !(self.in_transaction() || self.held) {
            self.doubt = None;
        }
        if statement.code {
            return self.code(&statement.sql);
        }
        let result = self.sql(&statement.sql)?;
        if result.is_ok() {
            match statement.kind.as_str() {
                "begin" => self.begun = true,
                "commit" | "rollback" | "prepare-transaction" => {
                    self.begun = false;
                    self.wrapped = false;
                }
                _ => {}
            }
        }
        Ok(result)
    }

    /// Runs what code does. The values are made up, so what the server says against them is no fault of the migration, and it goes on.
    fn code(&mut self, sql: &str) -> Result<Result<(), Failed>, Error> {
        let inside = self.in_transaction() || self.held;
        self.made_up = true;
        if inside {
            self.session.run("SAVEPOINT mig_lint_code")?;
        }
        let result = match closed(&mut self.session, sql, self.rows) {
            Ok(sql) => self.sql(&sql)?,
            Err(Error::Sql(error)) => Err(Failed::Refused(error)),
            Err(other) => return Err(other),
        };
        if inside {
            let back = if result.is_err() {
                "ROLLBACK TO SAVEPOINT mig_lint_code; "
            } else {
                ""
            };
            self.session
                .run(&format!("{back}RELEASE SAVEPOINT mig_lint_code"))?;
        }
        match result {
            Err(Failed::Refused(error)) => {
                self.doubt = Some(refused(&error));
                Ok(Ok(()))
            }
            other => Ok(other),
        }
    }

    fn sql(&mut self, sql: &str) -> Result<Result<(), Failed>, Error> {
        let canceller = self.session.canceller();
        let timeout = self.timeout;
        let (ended, result) = thread::scope(|scope| {
            let (done, waiting) = channel::<()>();
            let guard = scope.spawn(move || {
                let timed_out = waiting.recv_timeout(timeout) == Err(RecvTimeoutError::Timeout);
                if timed_out {
                    // A statement that has just ended by itself is not there to be cancelled.
                    let _ = canceller.cancel();
                }
                timed_out
            });
            let result = self.session.run(sql);
            drop(done);
            (guard.join().unwrap_or(false), result)
        });
        match result {
            Ok(()) => Ok(Ok(())),
            Err(Error::Sql(_)) if ended => Ok(Err(Failed::TimedOut(timeout))),
            Err(Error::Sql(error)) => Ok(Err(Failed::Refused(error))),
            Err(other) => Err(other),
        }
    }

    /// Commits what the runner has opened, and completes the migration. What only the migration has opened ends with its session, and is gone.
    pub(super) fn end(&mut self) -> Result<Result<(), Failed>, Error> {
        let ended = match (self.wrapped, self.begun) {
            (true, _) => {
                let ended = self.sql("COMMIT")?;
                self.pardoned(ended)
            }
            (false, true) => self.sql("ROLLBACK")?,
            (false, false) => Ok(()),
        };
        self.wrapped = false;
        self.begun = false;
        let afterwards = std::mem::take(&mut self.afterwards);
        if ended.is_err() || afterwards.is_empty() {
            return Ok(ended);
        }
        self.sql(&afterwards)
    }

    /// Gives up what is open.
    pub(super) fn abandon(&mut self) -> Result<(), Error> {
        self.wrapped = false;
        self.begun = false;
        self.held = false;
        self.session.run("ROLLBACK")
    }
}

fn refused(error: &SqlError) -> String {
    format!("what code does was run with values that are made up, and refused: {error}")
}

impl Failed {
    /// The SQLSTATE, and what a person should read.
    pub(super) fn words(&self) -> (String, String) {
        match self {
            Self::Refused(error) => (error.sqlstate.clone(), error.message.clone()),
            Self::TimedOut(_) => ("57014".to_owned(), self.to_string()),
        }
    }
}
