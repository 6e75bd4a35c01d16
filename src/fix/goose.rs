//! Goose sends a statement at each semicolon that ends a line, but for what stands between two lines that say so.

use super::lines;
use crate::source::Span;

/// The lines around what is one statement, whatever semicolons are in it.
const BRACKETS: [&str; 2] = ["-- +goose StatementBegin", "-- +goose StatementEnd"];

/// Whether a statement brings those lines along.
pub(super) fn is_bracketed(sql: &str) -> bool {
    sql.starts_with(BRACKETS[0])
}

/// A statement with its semicolon, and those lines around it.
pub(super) fn bracketed(text: &str, statement: Span) -> Span {
    let own = Span::new(statement.start, lines::end(text, statement));
    let before = text[..own.start].trim_end();
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let behind = text[own.end..].trim_start();
    let end = behind.find('\n').unwrap_or(behind.len());
    let is = |line: &str, at: usize| line.trim() == BRACKETS[at];
    if is(&before[line..], 0) && is(&behind[..end], 1) {
        let end = text.len() - behind.len() + behind[..end].trim_end().len();
        Span::new(line, end)
    } else {
        own
    }
}
