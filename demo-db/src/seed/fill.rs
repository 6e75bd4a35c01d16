//! Several tables, those first that others point at.

use std::collections::BTreeSet;

use serde::Deserialize;

use super::catalog::Table;
use super::load::Loaded;
use super::plan::Plan;
use super::recipe::{Columns, Spec, Values};
use crate::{Error, Notices, Session};

/// The class of SQLSTATEs of values that do not fit (documentation, appendix A).
const DATA_EXCEPTION: &str = "22";

/// Rows wanted in a table.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rows {
    /// As SQL writes it.
    pub table: String,
    pub rows: u64,
    /// What is to differ from what the catalog tells.
    #[serde(default)]
    pub columns: Columns,
}

/// A table, and what came of filling it.
type Filled<'a> = (&'a Rows, Result<Loaded, Error>);

/// Fills tables, those first that others refer to, each by itself: one whose keys have room for fewer rows gets as many as that, and what is wrong with one that stays as it is stands beside it.
pub fn fill<'a>(
    session: &mut Session,
    wanted: &'a [Rows],
    seed: u64,
    notices: &dyn Notices,
) -> Result<Vec<Filled<'a>>, Error> {
    let mut all = Vec::new();
    for rows in ordered(session, wanted)? {
        let mut load = |count, columns: &Columns| -> Result<Loaded, Error> {
            let plan = Plan::of_table(session, &rows.table, count, seed, columns)?;
            plan.load(session, notices)
        };
        let mut result = match load(rows.rows, &rows.columns) {
            Err(Error::Room { room, .. }) if room > 0 => load(room, &rows.columns),
            other => other,
        };
        let refused = result.as_ref().err().and_then(Error::sqlstate);
        if refused.is_some_and(|state| state.starts_with(DATA_EXCEPTION)) {
            // What a generated column is made from does not fit: of nothing, nothing is made.
            let columns = without_sources(&Table::describe(session, &rows.table)?, &rows.columns);
            let plan = Plan::of_table(session, &rows.table, rows.rows, seed, &columns);
            if let Ok(loaded) = plan.and_then(|plan| plan.load(session, notices)) {
                result = Ok(loaded);
            }
        }
        match result {
            Ok(_) | Err(Error::Sql(_) | Error::Seed { .. } | Error::Room { .. }) => {
                all.push((rows, result));
            }
            Err(other) => return Err(other),
        }
    }
    Ok(all)
}

/// What is given, and NULL in each other column that a generated one is made from, where it may be NULL.
fn without_sources(table: &Table, given: &Columns) -> Columns {
    let mut columns = given.clone();
    for name in table.columns.iter().flat_map(|column| &column.sources) {
        if table.column(name).is_some_and(|column| !column.not_null) {
            columns.entry(name.clone()).or_insert_with(|| Spec {
                values: Some(Values::Null),
                ..Spec::default()
            });
        }
    }
    columns
}

/// The tables in the order in which they can be filled.
fn ordered<'a>(session: &mut Session, wanted: &'a [Rows]) -> Result<Vec<&'a Rows>, Error> {
    let mut open = Vec::new();
    for rows in wanted {
        open.push((rows, Table::describe(session, &rows.table)?));
    }
    let mut ordered = Vec::new();
    while !open.is_empty() {
        let names: BTreeSet<String> = open.iter().map(|(_, table)| table.name.clone()).collect();
        let waits = |table: &Table, only_needed: bool| {
            let declared = table.foreign_keys.iter().filter(|key| {
                let needed = key
                    .columns
                    .iter()
                    .all(|name| table.column(name).is_some_and(|column| column.not_null));
                !key.own && (needed || !only_needed)
            });
            let likely = table.likely_keys.iter().filter(|_| !only_needed);
            declared
                .chain(likely)
                .any(|key| names.contains(&key.parent))
        };
        // In a circle, the one that can do with NULLs comes first; where none can, loading says what is missing.
        let next = open
            .iter()
            .position(|(_, table)| !waits(table, false))
            .or_else(|| open.iter().position(|(_, table)| !waits(table, true)));
        ordered.push(open.remove(next.unwrap_or(0)).0);
    }
    Ok(ordered)
}
