//! Puts rows into the tables that are still empty.

use super::case::TableRows;
use mig_lint_demo_db::notices::Notices;
use mig_lint_demo_db::{Error, Session, observe, seed};
use std::collections::BTreeMap;

/// The same rows in every run.
const SEED: u64 = 14;

/// Fills each table that holds no rows yet with `rows` of them, or with as many as `tables` says where `at_scale`. Gives the rows of each table filled.
pub(super) fn fill(
    session: &mut Session,
    tables: &BTreeMap<String, TableRows>,
    rows: u64,
    at_scale: bool,
    notices: &dyn Notices,
) -> Result<BTreeMap<String, u64>, Error> {
    let all = observe::relations(session)?;
    let mut wanted = Vec::new();
    let mut filled = BTreeMap::new();
    for table in &all {
        if !matches!(table.kind, 'r' | 'p') || table.partition {
            continue;
        }
        let some = session.rows(&format!("SELECT 1 FROM {} LIMIT 1", table.quoted()))?;
        if !some.is_empty() {
            continue;
        }
        let name = table.display();
        let spec = tables.get(&name).cloned().unwrap_or_default();
        let rows = spec.rows.filter(|_| at_scale).unwrap_or(rows);
        filled.insert(name, rows);
        wanted.push(seed::Rows {
            table: table.quoted(),
            rows,
            columns: spec.columns,
        });
    }
    seed::fill(session, &wanted, SEED, notices)?;
    for view in all.iter().filter(|relation| relation.kind == 'm') {
        session.run(&format!("REFRESH MATERIALIZED VIEW {}", view.quoted()))?;
    }
    Ok(filled)
}
