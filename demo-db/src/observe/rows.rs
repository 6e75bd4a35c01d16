//! The answers of a query, read field by field.

use crate::error::Error;
use crate::session::{Session, first};

/// The first field of the first row, as a number; 0 where there is none.
pub(super) fn number(rows: &[Vec<Option<String>>]) -> i64 {
    first(rows)
        .and_then(|text| text.parse().ok())
        .unwrap_or_default()
}

/// A field as a number; 0 for NULL.
pub(super) fn field<T: std::str::FromStr + Default>(row: &[Option<String>], at: usize) -> T {
    let text = row.get(at).and_then(Option::as_deref);
    text.and_then(|text| text.parse().ok()).unwrap_or_default()
}

/// A field as text; empty for NULL.
pub(super) fn text(row: &[Option<String>], at: usize) -> String {
    row.get(at).cloned().flatten().unwrap_or_default()
}

/// The rows of a query, each made into a value.
pub(super) fn map<T>(
    session: &mut Session,
    sql: &str,
    make: impl Fn(&[Option<String>]) -> T,
) -> Result<Vec<T>, Error> {
    let rows = session.rows(sql)?;
    Ok(rows.iter().map(|row| make(row)).collect())
}
