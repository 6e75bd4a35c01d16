//! Options of ALTER SEQUENCE (`SeqOptElem` in PostgreSQL's `gram.y`).

use crate::ir::AlterAction;
use crate::sql::cursor::Cursor;
use crate::sql::token::TokenKind;
use crate::sql::types::data_type;

/// Takes one option after another.
pub(super) fn options(cursor: &mut Cursor) -> Option<AlterAction> {
    while !cursor.is_empty() {
        option(cursor)?;
    }
    Some(AlterAction::SequenceOptions)
}

/// Takes one option.
pub(super) fn option(cursor: &mut Cursor) -> Option<()> {
    const FLAGS: &[&str] = &["no cycle", "cycle", "no maxvalue", "no minvalue"];
    const NUMBERS: &[&str] = &[
        "cache",
        "increment by",
        "increment",
        "maxvalue",
        "minvalue",
        "start with",
        "start",
        "restart with",
    ];
    if cursor.eat_any(FLAGS).is_some() {
        Some(())
    } else if cursor.eat("as") {
        data_type(cursor).map(|_| ())
    } else if cursor.eat("owned by") {
        cursor.name().map(|_| ())
    } else if cursor.eat_any(NUMBERS).is_some() {
        number(cursor)
    } else {
        cursor.expect("restart")?;
        number(cursor);
        Some(())
    }
}

/// Takes a number with or without a sign.
pub(super) fn number(cursor: &mut Cursor) -> Option<()> {
    let mut ahead = *cursor;
    if !ahead.eat_operator("-") {
        ahead.eat_operator("+");
    }
    let token = ahead.next()?;
    if !matches!(token.kind, TokenKind::Number | TokenKind::Template) {
        return None;
    }
    *cursor = ahead;
    Some(())
}
