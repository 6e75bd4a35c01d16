//! `pg_locks` and `pg_blocking_pids`: what a session holds, and for whom another one waits.

use super::rows::{field, map, text};
use crate::error::Error;
use crate::session::Session;

/// A lock on a relation that a session holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Lock {
    pub relation: u32,
    /// In the server's words: `AccessExclusiveLock`.
    pub mode: String,
}

/// The locks that the session with this process id holds on relations of `observer`'s database.
pub fn held(observer: &mut Session, pid: i32) -> Result<Vec<Lock>, Error> {
    let sql = format!(
        "SELECT relation, mode FROM pg_catalog.pg_locks WHERE pid = {pid} AND granted AND locktype = 'relation'
            AND database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())"
    );
    map(observer, &sql, |row| Lock {
        relation: field(row, 0),
        mode: text(row, 1),
    })
}

/// The sessions that this one waits for: those that hold a lock in its way, and those that queue for one ahead of it.
pub fn blockers(observer: &mut Session, pid: i32) -> Result<Vec<i32>, Error> {
    let sql = format!("SELECT unnest(pg_catalog.pg_blocking_pids({pid}))");
    map(observer, &sql, |row| field(row, 0))
}

/// Whether a session that is doing nothing keeps a snapshot all the same: `pg_stat_activity.backend_xmin`.
pub fn keeps_snapshot(session: &mut Session, pid: i32) -> Result<bool, Error> {
    let sql = format!(
        "SELECT 1 FROM pg_catalog.pg_stat_activity WHERE pid = {pid} AND backend_xmin IS NOT NULL"
    );
    Ok(!session.rows(&sql)?.is_empty())
}
