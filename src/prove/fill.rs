//! Puts rows into the tables that are still empty.

use super::case::TableRows;
use super::near::Near;
use mig_lint_demo_db::notices::Notices;
use mig_lint_demo_db::observe::Relation;
use mig_lint_demo_db::{Error, Session, observe, seed};
use std::collections::BTreeMap;

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
    /// The only tables that are filled; all, where it is left out. Those that are merely around get a few.
    pub(super) near: Option<&'a Near>,
    /// Rows are added, too, where there are some and not enough.
    pub(super) tops_up: bool,
}

/// At most so many rows in tables that are not touched.
const AROUND: u64 = 2_000;

impl Sizes<'_> {
    fn wants(&self, table: u32) -> bool {
        let filled = self.near.and_then(|near| near.filled.as_ref());
        filled.is_none_or(|filled| filled.contains(&table))
    }

    /// How many rows a table is to hold.
    fn of(&self, table: u32, told: Option<u64>) -> u64 {
        let is_touched = self.near.is_none_or(|near| near.touched.contains(&table));
        match told {
            Some(fixed) if self.at_scale => fixed,
            Some(fixed) => fixed.min(self.rows),
            None if is_touched || !self.at_scale => self.rows,
            None => self.rows.min(AROUND),
        }
    }
}

/// What became of the tables that were empty.
#[derive(Debug, Default)]
pub(super) struct Filled {
    /// The rows of each; none of one that could not be filled.
    pub(super) rows: BTreeMap<String, u64>,
    /// Why a table could not be.
    pub(super) refused: BTreeMap<String, String>,
}

/// Fills each table that holds no rows yet, or not enough, with as many as it is to hold, or as its keys have room for.
pub(super) fn fill(
    session: &mut Session,
    sizes: Sizes<'_>,
    notices: &dyn Notices,
) -> Result<Filled, Error> {
    let mut names = BTreeMap::new();
    let mut wanted = Vec::new();
    for table in tables(session)? {
        if !sizes.wants(table.oid) {
            continue;
        }
        let mut spec = sizes
            .tables
            .get(&table.display())
            .cloned()
            .unwrap_or_default();
        let rows = sizes.of(table.oid, spec.rows);
        let there = rows_of(session, &table, if sizes.tops_up { rows } else { 1 })?;
        if there > 0 && !(sizes.tops_up && there < rows) {
            continue;
        }
        // A migration that is observed may add some later.
        let columns = columns(session, &table)?;
        spec.columns.retain(|name, _| columns.contains(name));
        names.insert(table.quoted(), (table.display(), there));
        wanted.push(seed::Rows {
            table: table.quoted(),
            rows: rows - there,
            columns: spec.columns,
        });
    }
    let mut filled = Filled::default();
    for (rows, result) in seed::fill(session, &wanted, SEED, notices)? {
        let unnamed = (rows.table.clone(), 0);
        let (name, there) = names.get(&rows.table).unwrap_or(&unnamed).clone();
        match result {
            Ok(loaded) => {
                filled.rows.insert(name, there + loaded.rows);
            }
            // Those that are there are all that its keys have room for, or that can be made.
            Err(_) if there > 0 => {
                filled.rows.insert(name, there);
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

/// Tables that rows can be put into; of a partitioned table only the root.
fn tables(session: &mut Session) -> Result<Vec<Relation>, Error> {
    let mut tables = observe::relations(session)?;
    tables.retain(|table| matches!(table.kind, 'r' | 'p') && !table.partition);
    Ok(tables)
}

/// How many rows a table has, counted up to `most`.
fn rows_of(session: &mut Session, table: &Relation, most: u64) -> Result<u64, Error> {
    let sql = format!(
        "SELECT count(*) FROM (SELECT FROM {} LIMIT {most}) listed",
        table.quoted()
    );
    let rows = session.rows(&sql)?;
    let text = rows.into_iter().flatten().flatten().next();
    Ok(text.and_then(|text| text.parse().ok()).unwrap_or_default())
}
