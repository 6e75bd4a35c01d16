//! What can be seen of a session at work: its locks, who waits for whom, which files changed, how many rows it touched.

mod counts;
mod locks;
mod relations;

pub use counts::{Counts, flush, of_all_transactions, of_this_transaction, wal_bytes};
pub use locks::{Lock, blockers, held};
pub(crate) use relations::quote;
pub use relations::{Relation, relations};

use crate::error::Error;
use crate::session::Session;

/// The first field of the first row, as a number; 0 where there is none.
fn number(rows: &[Vec<Option<String>>]) -> i64 {
    crate::session::first(rows)
        .and_then(|text| text.parse().ok())
        .unwrap_or_default()
}

/// A field as a number; 0 for NULL.
fn field<T: std::str::FromStr + Default>(row: &[Option<String>], at: usize) -> T {
    let text = row.get(at).and_then(Option::as_deref);
    text.and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// A field as text; empty for NULL.
fn text(row: &[Option<String>], at: usize) -> String {
    row.get(at).cloned().flatten().unwrap_or_default()
}

/// The rows of a query, each made into a value.
fn map<T>(
    session: &mut Session,
    sql: &str,
    make: impl Fn(&[Option<String>]) -> T,
) -> Result<Vec<T>, Error> {
    let rows = session.rows(sql)?;
    Ok(rows.iter().map(|row| make(row)).collect())
}
