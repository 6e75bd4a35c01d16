//! Storage parameters (`reloptions` in PostgreSQL's `gram.y`).

use super::cursor::Cursor;
use crate::ir::StorageParameter;

/// Takes `(name = value, space.name)`.
pub(super) fn parameters(cursor: &mut Cursor) -> Option<Vec<StorageParameter>> {
    cursor.parentheses()?.commas().map(parameter).collect()
}

fn parameter(mut part: Cursor) -> Option<StorageParameter> {
    let mut name = part.label()?;
    if part.eat_symbol(b'.') {
        name = format!("{name}.{}", part.label()?);
    }
    let value = part.eat_operator("=").then(|| part.rest().text());
    let value = value.map(|value| value.trim_matches('\'').to_owned());
    Some(StorageParameter { name, value })
}
