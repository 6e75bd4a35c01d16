//! Options of ALTER SEQUENCE (`SeqOptElem` in PostgreSQL's `gram.y`).

use crate::ir::{AlterAction, Name, SequenceOptions};
use crate::sql::cursor::Cursor;
use crate::sql::token::TokenKind;
use crate::sql::types::data_type;

/// Takes one option after another.
pub(super) fn options(cursor: &mut Cursor) -> Option<AlterAction> {
    let mut options = SequenceOptions::default();
    while !cursor.is_empty() {
        option(cursor, &mut options)?;
    }
    Some(AlterAction::SequenceOptions(options))
}

/// The table and its column behind OWNED BY; `None` for OWNED BY NONE, and for every other option.
pub(in crate::sql) fn owner(mut cursor: Cursor) -> Option<(Name, String)> {
    cursor.expect("owned by")?;
    let mut parts = Vec::new();
    loop {
        parts.push(cursor.identifier()?);
        if !cursor.eat_symbol(b'.') {
            break;
        }
    }
    let column = parts.pop()?;
    let name = parts.pop()?;
    let schema = parts.pop();
    Some((Name { schema, name }, column))
}

/// Takes one option, and notes it.
pub(super) fn option(cursor: &mut Cursor, options: &mut SequenceOptions) -> Option<()> {
    const FLAGS: &[&str] = &["no cycle", "cycle", "no maxvalue", "no minvalue"];
    const NUMBERS: &[&str] = &[
        "cache",
        "increment by",
        "increment",
        "maxvalue",
        "minvalue",
        "start with",
        "start",
    ];
    if cursor.eat_any(FLAGS).is_some() {
        Some(())
    } else if cursor.eat("as") {
        options.ty = Some(data_type(cursor)?);
        Some(())
    } else if cursor.at("owned by") {
        options.owned_by = owner(*cursor);
        cursor.expect("owned by")?;
        cursor.identifier()?;
        while cursor.eat_symbol(b'.') {
            cursor.identifier()?;
        }
        Some(())
    } else if cursor.eat_any(NUMBERS).is_some() {
        number(cursor)
    } else {
        cursor.expect("restart")?;
        options.restarts = true;
        if cursor.eat("with") {
            return number(cursor);
        }
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
