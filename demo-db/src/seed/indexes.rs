//! Indexes that rest while rows are loaded, and are built afterwards.

use super::catalog::{Table, literal};
use crate::{Error, Session};

/// For index builds: enough to sort a few million keys in memory.
const MEMORY: &str = "256MB";

/// Indexes that are not kept up to date until they are built; only within one transaction.
pub(super) struct Suspended(Vec<String>);

impl Suspended {
    /// Lets all valid indexes of the table and its partitions rest, and triggers and foreign keys too; `None` where only a superuser may.
    ///
    /// An index that is not ready takes no entries (src/backend/executor/execIndexing.c), and REINDEX makes it ready again
    /// (src/backend/catalog/index.c, reindex_index). Dropping and creating again would reach further: to foreign keys that point here,
    /// names, comments, replica identity, CLUSTER's mark.
    pub(super) fn new(session: &mut Session, table: &Table) -> Result<Option<Self>, Error> {
        let superuser =
            session.rows("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")?;
        if superuser != [[Some("t".to_owned())]] {
            return Ok(None);
        }
        session.run("SET LOCAL session_replication_role = replica")?;
        let tables: Vec<String> = table
            .nodes
            .iter()
            .map(|node| node.oid.to_string())
            .collect();
        let rows = session.rows(&format!(
            "WITH resting AS (
                UPDATE pg_index i SET indisready = false, indisvalid = false
                FROM pg_class c
                WHERE c.oid = i.indexrelid AND c.relkind = 'i' AND i.indrelid IN ({}) AND i.indisready AND i.indisvalid AND i.indislive
                RETURNING i.indexrelid, i.indrelid
            )
            SELECT format('%I.%I', n.nspname, c.relname)
            FROM resting r
            JOIN pg_class c ON c.oid = r.indexrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            ORDER BY r.indrelid, r.indexrelid",
            tables.join(", ")
        ))?;
        Ok(Some(Self(rows.into_iter().flatten().flatten().collect())))
    }

    /// Builds them; a duplicate in a unique one is an error.
    pub(super) fn build(self, session: &mut Session) -> Result<(), Error> {
        session.run(&format!(
            "SET LOCAL maintenance_work_mem = {}",
            literal(MEMORY)
        ))?;
        for index in self.0 {
            session.run(&format!("REINDEX INDEX {index}"))?;
        }
        Ok(())
    }
}

/// Truncates the table if that changes nothing: rows can then be loaded frozen, as VACUUM would leave them.
pub(super) fn emptied(session: &mut Session, table: &Table, target: &str) -> Result<bool, Error> {
    let leaf = table
        .nodes
        .iter()
        .any(|node| node.name == target && node.strategy.is_none());
    // TRUNCATE refuses a table that foreign keys point at (src/backend/commands/tablecmds.c, heap_truncate_check_FKs).
    if !leaf
        || table.referenced
        || !session
            .rows(&format!("SELECT 1 FROM ONLY {target} LIMIT 1"))?
            .is_empty()
    {
        return Ok(false);
    }
    session.run(&format!("TRUNCATE ONLY {target}"))?;
    Ok(true)
}
