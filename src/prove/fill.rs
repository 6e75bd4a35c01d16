//! Puts rows into the tables that are still empty.

use super::case::TableRows;
use mig_lint_demo_db::notices::Notices;
use mig_lint_demo_db::observe::Relation;
use mig_lint_demo_db::{Error, Session, observe, seed};
use std::collections::{BTreeMap, BTreeSet};

/// The same rows in every run.
const SEED: u64 = 14;

/// How many rows tables are to hold.
#[derive(Clone, Copy)]
pub(super) struct Sizes<'a> {
    pub(super) tables: &'a BTreeMap<String, TableRows>,
    /// Where `tables` does not say.
    pub(super) rows: u64,
    /// `tables` may say more than `rows`.
    pub(super) at_scale: bool,
    /// The only tables that are filled; all, where it is left out.
    pub(super) wanted: Option<&'a BTreeSet<u32>>,
}

/// What became of the tables that were empty.
#[derive(Debug, Default)]
pub(super) struct Filled {
    /// The rows of each; none of one that could not be filled.
    pub(super) rows: BTreeMap<String, u64>,
    /// Why a table could not be.
    pub(super) refused: BTreeMap<String, String>,
}

/// Fills each table that holds no rows yet with as many as it is to hold, or as its keys have room for.
pub(super) fn fill(
    session: &mut Session,
    sizes: Sizes<'_>,
    notices: &dyn Notices,
) -> Result<Filled, Error> {
    let mut names = BTreeMap::new();
    let mut wanted = Vec::new();
    for table in empty(session)? {
        if sizes
            .wanted
            .is_some_and(|wanted| !wanted.contains(&table.oid))
        {
            continue;
        }
        let mut spec = sizes
            .tables
            .get(&table.display())
            .cloned()
            .unwrap_or_default();
        // A migration that is observed may add some later.
        let there = columns(session, &table)?;
        spec.columns.retain(|name, _| there.contains(name));
        names.insert(table.quoted(), table.display());
        wanted.push(seed::Rows {
            table: table.quoted(),
            rows: match spec.rows {
                Some(fixed) if sizes.at_scale => fixed,
                Some(fixed) => fixed.min(sizes.rows),
                None => sizes.rows,
            },
            columns: spec.columns,
        });
    }
    let mut filled = Filled::default();
    for (rows, result) in seed::fill(session, &wanted, SEED, notices)? {
        let name = names.get(&rows.table).unwrap_or(&rows.table).clone();
        match result {
            Ok(loaded) => {
                filled.rows.insert(name, loaded.rows);
            }
            Err(error) => {
                filled.rows.insert(name.clone(), 0);
                filled.refused.insert(name, error.to_string());
            }
        }
    }
    for view in observe::relations(session)?
        .iter()
        .filter(|relation| relation.kind == 'm')
    {
        // One whose query fails on rows that were made up stays as it is.
        match session.run(&format!("REFRESH MATERIALIZED VIEW {}", view.quoted())) {
            Ok(()) | Err(Error::Sql(_)) => {}
            Err(other) => return Err(other),
        }
    }
    Ok(filled)
}

/// The columns that a table has by now.
fn columns(session: &mut Session, table: &Relation) -> Result<Vec<String>, Error> {
    let name = table.quoted().replace('\'', "''");
    let sql = format!(
        "SELECT attname FROM pg_attribute WHERE attrelid = '{name}'::regclass AND attnum > 0 AND NOT attisdropped"
    );
    Ok(session
        .rows(&sql)?
        .into_iter()
        .flatten()
        .flatten()
        .collect())
}

/// Tables without a row; of a partitioned table only the root.
fn empty(session: &mut Session) -> Result<Vec<Relation>, Error> {
    let mut empty = Vec::new();
    for table in observe::relations(session)? {
        if matches!(table.kind, 'r' | 'p') && !table.partition {
            let sql = format!("SELECT 1 FROM {} LIMIT 1", table.quoted());
            if session.rows(&sql)?.is_empty() {
                empty.push(table);
            }
        }
    }
    Ok(empty)
}
