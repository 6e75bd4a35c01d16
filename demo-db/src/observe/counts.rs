//! The server's own counters: rows read and written per relation, WAL bytes.

use super::rows::{field, map, number};
use crate::error::Error;
use crate::session::Session;
use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, Instant};

/// How long counters are waited for on PostgreSQL 14.
const LATEST: Duration = Duration::from_secs(10);

/// What was done to one relation, in rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Read, by scans of the table or of the index.
    pub read: i64,
    pub inserted: i64,
    pub updated: i64,
    pub deleted: i64,
}

impl Counts {
    /// Rows inserted, updated and deleted.
    #[must_use]
    pub fn written(&self) -> i64 {
        self.inserted + self.updated + self.deleted
    }

    /// What came on top of `before`.
    #[must_use]
    pub fn since(&self, before: &Self) -> Self {
        Self {
            read: self.read - before.read,
            inserted: self.inserted - before.inserted,
            updated: self.updated - before.updated,
            deleted: self.deleted - before.deleted,
        }
    }
}

/// Per relation, what `session` has done in the transaction that is open (and may have done before, not reported yet: compare two readings).
/// Parallel workers count for themselves, so they must be switched off.
pub fn of_this_transaction(session: &mut Session) -> Result<BTreeMap<u32, Counts>, Error> {
    counts(session, "xact_")
}

/// Per relation, what all sessions together have reported.
pub fn of_all_transactions(observer: &mut Session) -> Result<BTreeMap<u32, Counts>, Error> {
    counts(observer, "")
}

fn counts(session: &mut Session, which: &str) -> Result<BTreeMap<u32, Counts>, Error> {
    let function = |name: &str| format!("pg_catalog.pg_stat_get_{which}tuples_{name}(c.oid)");
    let sql = format!(
        "SELECT c.oid, {}, {}, {}, {} FROM pg_catalog.pg_class c
         JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
         WHERE c.relkind IN ('r', 'm', 'i') AND n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema'",
        function("returned"),
        function("inserted"),
        function("updated"),
        function("deleted"),
    );
    let rows = map(session, &sql, |row| {
        let counts = Counts {
            read: field(row, 1),
            inserted: field(row, 2),
            updated: field(row, 3),
            deleted: field(row, 4),
        };
        (field(row, 0), counts)
    })?;
    Ok(rows.into_iter().collect())
}

/// Makes `session`, which is in no transaction, report what it has counted, so that `reader` sees it.
pub fn flush(session: &mut Session, reader: &mut Session, major: u16) -> Result<(), Error> {
    if major >= 15 {
        return session.run("SELECT pg_catalog.pg_stat_force_next_flush()");
    }
    // A backend of PostgreSQL 14 reports every 500 ms at most, to a collector process (src/backend/postmaster/pgstat.c): what it has counted has
    // arrived when a scan that it does now has.
    let mark = "pg_catalog.pg_foreign_table";
    let arrived = format!("SELECT pg_catalog.pg_stat_get_numscans('{mark}'::pg_catalog.regclass)");
    let before = number(&reader.rows(&arrived)?);
    let mut now = before;
    let start = Instant::now();
    while now == before && start.elapsed() < LATEST {
        session.run(&format!("SELECT count(*) FROM {mark}"))?;
        thread::sleep(Duration::from_millis(300));
        now = number(&reader.rows(&arrived)?);
    }
    thread::sleep(Duration::from_millis(50));
    Ok(())
}

/// The write-ahead log's length so far, in bytes.
pub fn wal_bytes(session: &mut Session) -> Result<i64, Error> {
    let sql = "SELECT (pg_catalog.pg_current_wal_insert_lsn() - '0/0')::bigint";
    Ok(number(&session.rows(sql)?))
}
