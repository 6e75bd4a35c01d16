//! A scratch database: everything happens in it, and it is dropped at the end.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::Error;
use crate::session::{Session, first};
use crate::target::Target;

/// How the names of all scratch databases begin; eight hexadecimal digits follow.
const PREFIX: &str = "mig_lint_scratch_";

/// First key of the advisory lock that a living run holds for its scratch database ("migl"); the second is the number in its name.
const LOCK: i32 = 0x6d69_676c;

/// The comment on databases that stay on purpose.
const KEPT: &str = "kept by mig-lint --keep";

/// The connection that creates and drops databases, and holds the locks by which other runs see that we live.
///
/// It does nothing else, so that the server notices at once when we are killed and lets go of the locks.
pub(crate) struct Keeper {
    target: Target,
    session: Mutex<Session>,
    living: Mutex<BTreeSet<u32>>,
}

impl Keeper {
    pub(crate) fn new(target: Target, session: Session) -> Arc<Keeper> {
        Arc::new(Keeper {
            target,
            session: Mutex::new(session),
            living: Mutex::default(),
        })
    }

    /// A new database with an unmistakable name.
    pub(crate) fn scratch(self: &Arc<Self>) -> Result<Scratch, Error> {
        // The same on every server: its template1 may hold anything, and its collation decides how indexes sort.
        self.create("template0 ENCODING 'UTF8' LC_COLLATE 'C' LC_CTYPE 'C'")
    }

    /// A new database that is as `model` is; nobody may be connected to that.
    pub(crate) fn scratch_like(self: &Arc<Self>, model: &Scratch) -> Result<Scratch, Error> {
        self.create(&model.name)
    }

    fn create(self: &Arc<Self>, template: &str) -> Result<Scratch, Error> {
        let number: u32 = rand::random();
        let name = name(number);
        let mut session = self.session();
        session.run(&format!(
            "SELECT pg_advisory_lock({LOCK}, {})",
            number.cast_signed()
        ))?;
        self.living().insert(number);
        session.run(&format!("CREATE DATABASE {name} TEMPLATE {template}"))?;
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
        if session.client().is_closed() {
            *session = self.target.connect_to_tidy()?;
        }
        self.drop_database(&mut session, &name(number))?;
        session.run(&format!(
            "SELECT pg_advisory_unlock({LOCK}, {})",
            number.cast_signed()
        ))
    }

    fn drop_database(&self, session: &mut Session, name: &str) -> Result<(), Error> {
        let drop = format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)");
        let Err(error) = session.run(&drop) else {
            return Ok(());
        };
        // What FORCE does not end: prepared transactions and replication slots.
        if error.sqlstate() != Some("55006") {
            return Err(error);
        }
        self.release(session, name)?;
        session.run(&drop)
    }

    fn release(&self, session: &mut Session, name: &str) -> Result<(), Error> {
        session.run(&format!(
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = '{name}' AND NOT active"
        ))?;
        let prepared = session.rows(&format!(
            "SELECT quote_literal(gid) FROM pg_prepared_xacts WHERE database = '{name}'"
        ))?;
        // They can only be ended in their own database.
        let mut inside = self.target.connect_to_tidy_in(name)?;
        for gid in prepared.into_iter().flatten().flatten() {
            inside.run(&format!("ROLLBACK PREPARED {gid}"))?;
        }
        Ok(())
    }

    /// Drops all that is still there; what cannot be dropped is left to the next run.
    pub(crate) fn drop_all(&self) {
        let numbers: Vec<u32> = self.living().iter().copied().collect();
        for number in numbers {
            let _ = self.drop_one(number);
        }
    }

    /// Leaves a scratch database where it is, and tells the next runs to do so too.
    pub(crate) fn keep(&self, number: u32) -> Result<(), Error> {
        self.living().remove(&number);
        let name = name(number);
        self.session()
            .run(&format!("COMMENT ON DATABASE {name} IS '{KEPT}'"))
    }

    /// Drops the databases of runs that do not live any more; returns their names.
    pub(crate) fn sweep(&self) -> Result<Vec<String>, Error> {
        let mut session = self.session();
        let rows = session.rows(&format!(
            "SELECT datname FROM pg_database WHERE datname ~ '^{PREFIX}[0-9a-f]{{8}}$' \
             AND shobj_description(oid, 'pg_database') IS DISTINCT FROM '{KEPT}' ORDER BY datname"
        ))?;
        let mut dropped = Vec::new();
        for name in rows.into_iter().flatten().flatten() {
            let Ok(number) = u32::from_str_radix(&name[PREFIX.len()..], 16) else {
                continue;
            };
            // Advisory locks belong to one database, but pg_locks shows those of all: a run may have come in by another one.
            let held = session.rows(&format!(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' \
                 AND classid::bigint = {LOCK} AND objid::bigint = {number} AND objsubid = 2"
            ))?;
            // Another role's database is left to that role's runs.
            if first(&held) == Some("0") && self.drop_database(&mut session, &name).is_ok() {
                dropped.push(name);
            }
        }
        Ok(dropped)
    }

    /// Drops what a scratch database that is gone has made for the whole server: roles and databases. For a server that is ours alone.
    ///
    /// What a living scratch database still needs stays, and the roles in `kept`.
    pub(crate) fn forget_shared(&self, kept: &[String]) -> Result<(), Error> {
        let mut session = self.session();
        // Objects of the system have smaller numbers: FirstNormalObjectId in src/include/access/transam.h.
        let rows = session.rows(&format!(
            "SELECT format('DROP DATABASE %I', datname) FROM pg_database \
             WHERE oid >= 16384 AND datname !~ '^{PREFIX}[0-9a-f]{{8}}$' \
             UNION ALL SELECT format('DROP ROLE %I', rolname) FROM pg_roles WHERE oid >= 16384 AND rolname <> ALL (ARRAY[{}]::name[])",
            kept.iter().map(|name| format!("'{}'", name.replace('\'', "''"))).collect::<Vec<_>>().join(", ")
        ))?;
        for drop in rows.into_iter().flatten().flatten() {
            match session.run(&drop) {
                Err(error) if error.sqlstate().is_none() => return Err(error),
                _ => (),
            }
        }
        Ok(())
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
        self.keeper.target.connect(&self.name, application_name)
    }

    /// Leaves the database on the server for somebody to look into; later runs leave it too.
    pub fn keep(self) -> Result<(), Error> {
        self.keeper.keep(self.number)
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        // What cannot be dropped now, the next run finds.
        let _ = self.keeper.drop_one(self.number);
    }
}
