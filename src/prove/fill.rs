//! Puts rows into the tables that are still empty.

use super::case::TableRows;
use mig_lint_demo_db::notices::Notices;
use mig_lint_demo_db::observe::Relation;
use mig_lint_demo_db::{Error, Session, observe, seed};
use std::collections::BTreeMap;

/// The same rows in every run.
const SEED: u64 = 14;

/// Fills each table that holds no rows yet with `rows` of them, or with as many as `tables` says, more than `rows` only where `at_scale`, or with as many as its keys have room
/// for. Gives the rows of each table filled.
pub(super) fn fill(
    session: &mut Session,
    tables: &BTreeMap<String, TableRows>,
    rows: u64,
    at_scale: bool,
    notices: &dyn Notices,
) -> Result<BTreeMap<String, u64>, Error> {
    let mut room: BTreeMap<String, u64> = BTreeMap::new();
    let mut filled = BTreeMap::new();
    loop {
        let mut wanted = Vec::new();
        for table in empty(session)? {
            let mut spec = tables.get(&table.display()).cloned().unwrap_or_default();
            // A migration that is observed may add some later.
            let there = columns(session, &table)?;
            spec.columns.retain(|name, _| there.contains(name));
            let rows = match spec.rows {
                Some(fixed) if at_scale => fixed,
                Some(fixed) => fixed.min(rows),
                None => rows,
            };
            let full_name = format!("{}.{}", table.schema, table.name);
            let rows = room.get(&full_name).map_or(rows, |room| rows.min(*room));
            filled.insert(table.display(), rows);
            wanted.push(seed::Rows {
                table: table.quoted(),
                rows,
                columns: spec.columns,
            });
        }
        match seed::fill(session, &wanted, SEED, notices) {
            Err(Error::Room {
                table, room: most, ..
            }) if most > 0 && room.insert(table.replace('"', ""), most).is_none() => {}
            other => {
                other?;
                break;
            }
        }
    }
    for view in observe::relations(session)?
        .iter()
        .filter(|relation| relation.kind == 'm')
    {
        session.run(&format!("REFRESH MATERIALIZED VIEW {}", view.quoted()))?;
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
