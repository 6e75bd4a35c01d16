//! A scratch database: everything happens in it, and it is dropped at the end.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::connection::Target;
use crate::error::Error;
use crate::session::{Session, first};

/// How the names of all scratch databases begin; eight hexadecimal digits follow.
const PREFIX: &str = "mig_lint_scratch_";

/// First key of the advisory lock that a living run holds for its scratch database ("migl"); the second is the number in its name.
const LOCK: i32 = 0x6d69_676c;

/// The connection that creates and drops databases, and the locks by which other runs see that we live.
pub(crate) struct Keeper {
    target: Target,
    session: Mutex<Session>,
    living: Mutex<BTreeSet<u32>>,
}

impl Keeper {
    /// Drops what killed runs left behind; `session` must stay idle but for this.
    pub(crate) fn new(target: Target, session: Session) -> Arc<Keeper> {
        Arc::new(Keeper {
            target,
            session: Mutex::new(session),
            living: Mutex::default(),
        })
    }

    /// A new database with an unmistakable name.
    pub(crate) fn scratch(self: &Arc<Self>) -> Result<Scratch, Error> {
        let number: u32 = rand::random();
        let name = name(number);
        self.living().insert(number);
        let mut session = self.session();
        session.run(&format!(
            "SELECT pg_advisory_lock({LOCK}, {})",
            number.cast_signed()
        ))?;
        // The same on every server: its template1 may hold anything, and its collation decides how indexes sort.
        session.run(&format!(
            "CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'"
        ))?;
        Ok(Scratch {
            keeper: Arc::clone(self),
            number,
            name,
        })
    }

    /// Drops one of ours, together with whoever is still connected to it.
    fn drop_one(&self, number: u32) -> Result<(), Error> {
        if !self.living().remove(&number) {
            return Ok(());
        }
        let mut session = self.session();
        session.run(&format!(
            "DROP DATABASE IF EXISTS {} WITH (FORCE)",
            name(number)
        ))?;
        session.run(&format!(
            "SELECT pg_advisory_unlock({LOCK}, {})",
            number.cast_signed()
        ))
    }

    /// Drops all that is still there; what cannot be dropped is left to the next run.
    pub(crate) fn drop_all(&self) {
        let numbers: Vec<u32> = self.living().iter().copied().collect();
        for number in numbers {
            let _ = self.drop_one(number);
        }
    }

    /// Forgets them, so that they stay.
    pub(crate) fn keep_all(&self) -> Vec<String> {
        let kept = std::mem::take(&mut *self.living());
        kept.into_iter().map(name).collect()
    }

    /// Drops the databases of runs that do not live any more; returns their names.
    pub(crate) fn sweep(&self) -> Result<Vec<String>, Error> {
        let mut session = self.session();
        let rows = session.rows(&format!(
            "SELECT datname FROM pg_database WHERE datname ~ '^{PREFIX}[0-9a-f]{{8}}$' ORDER BY datname"
        ))?;
        let mut dropped = Vec::new();
        for name in rows.into_iter().flatten().flatten() {
            let Ok(number) = u32::from_str_radix(&name[PREFIX.len()..], 16) else {
                continue;
            };
            // Advisory locks belong to one database, but pg_locks shows those of all: a run may have come in by another one.
            let held = session.rows(&format!(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND classid::bigint = {LOCK} \
                 AND objid::bigint = {number} AND objsubid = 2"
            ))?;
            if first(&held) == Some("0")
                && session
                    .run(&format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
                    .is_ok()
            {
                dropped.push(name);
            }
        }
        Ok(dropped)
    }

    fn session(&self) -> MutexGuard<'_, Session> {
        self.session.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn living(&self) -> MutexGuard<'_, BTreeSet<u32>> {
        self.living.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn name(number: u32) -> String {
    format!("{PREFIX}{number:08x}")
}

/// A database of this run alone; dropped with this value.
pub struct Scratch {
    keeper: Arc<Keeper>,
    number: u32,
    name: String,
}

impl Scratch {
    /// The database's name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// A new connection to this database, shown as `application_name` in `pg_stat_activity`.
    pub fn connect(&self, application_name: &str) -> Result<Session, Error> {
        self.keeper
            .target
            .connect(Some(&self.name), application_name)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be dropped now, the next run finds.
        let _ = self.keeper.drop_one(self.number);
    }
}
