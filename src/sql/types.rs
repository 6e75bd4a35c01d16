//! Data types as `SimpleTypename` in PostgreSQL's `gram.y` writes them, to the names that `pg_type` stores.

use super::cursor::Cursor;
use super::token::TokenKind;
use crate::ir::{Name, TypeName};
use crate::postgres::types::catalog_name;

/// Takes a data type.
pub(super) fn data_type(cursor: &mut Cursor) -> Option<TypeName> {
    cursor.eat("setof");
    let mut ty = element_type(cursor)?;
    if cursor.eat("array") {
        ty.array = true;
    }
    while cursor.at_symbol(b'[') {
        cursor.next();
        cursor.until(|ahead| ahead.at_symbol(b']'));
        cursor.eat_symbol(b']');
        ty.array = true;
    }
    Some(ty)
}

fn element_type(cursor: &mut Cursor) -> Option<TypeName> {
    built_in(cursor).or_else(|| named(cursor))
}

/// The types that have a syntax of their own; `None`, with nothing taken, for all others.
fn built_in(cursor: &mut Cursor) -> Option<TypeName> {
    let word = cursor.word()?.to_ascii_lowercase();
    let after = cursor.peek_at(1).map(|token| token.kind);
    if after == Some(TokenKind::Symbol(b'.')) {
        return None;
    }
    let made = match word.as_str() {
        "double" => {
            cursor.expect("double precision")?;
            with_modifiers("float8", Vec::new())
        }
        "character" | "char" | "nchar" | "national" => character(cursor),
        "bit" => {
            cursor.next();
            let name = if cursor.eat("varying") {
                "varbit"
            } else {
                "bit"
            };
            let modifiers = modifiers(cursor);
            sized(name, "bit", modifiers)
        }
        "float" => {
            cursor.next();
            let digits = modifiers(cursor);
            let short = digits
                .first()
                .and_then(|digits| digits.parse::<u32>().ok())
                .is_some_and(|digits| digits <= 24);
            with_modifiers(if short { "float4" } else { "float8" }, Vec::new())
        }
        "time" | "timestamp" => zoned(cursor, &word),
        "interval" => interval(cursor),
        _ => return None,
    };
    Some(made)
}

fn with_modifiers(name: &str, modifiers: Vec<String>) -> TypeName {
    TypeName {
        modifiers,
        ..TypeName::simple(name)
    }
}

/// `character` and `bit` without a length have the length 1; their varying forms have none.
fn sized(name: &str, fixed: &str, mut modifiers: Vec<String>) -> TypeName {
    if modifiers.is_empty() && name == fixed {
        modifiers.push("1".to_string());
    }
    with_modifiers(name, modifiers)
}

fn character(cursor: &mut Cursor) -> TypeName {
    cursor.eat("national");
    cursor.next();
    let name = if cursor.eat("varying") {
        "varchar"
    } else {
        "bpchar"
    };
    let modifiers = modifiers(cursor);
    sized(name, "bpchar", modifiers)
}

fn zoned(cursor: &mut Cursor, word: &str) -> TypeName {
    cursor.next();
    let modifiers = modifiers(cursor);
    let zone = cursor.eat("with time zone");
    if !zone {
        cursor.eat("without time zone");
    }
    let name = match (word, zone) {
        ("time", false) => "time",
        ("time", true) => "timetz",
        (_, false) => "timestamp",
        (_, true) => "timestamptz",
    };
    with_modifiers(name, modifiers)
}

const INTERVAL_FIELDS: &[&str] = &[
    "year to month",
    "day to hour",
    "day to minute",
    "day to second",
    "hour to minute",
    "hour to second",
    "minute to second",
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "second",
];

fn interval(cursor: &mut Cursor) -> TypeName {
    cursor.next();
    let fields = cursor.eat_any(INTERVAL_FIELDS).map(str::to_string);
    let modifiers = fields.into_iter().chain(modifiers(cursor)).collect();
    with_modifiers("interval", modifiers)
}

/// A type by its name: `numeric(10, 2)`, `public.citext`, `table.column%TYPE`.
fn named(cursor: &mut Cursor) -> Option<TypeName> {
    let quoted = cursor.peek()?.kind != TokenKind::Word;
    let mut name = cursor.name()?;
    if name.schema.as_deref() == Some("pg_catalog") {
        name.schema = None;
    } else if name.schema.is_none() && !quoted {
        name = Name::bare(catalog_name(&name.name));
    }
    if cursor.eat_operator("%") {
        cursor.expect("type")?;
        name.name.push_str("%type");
    }
    let modifiers = modifiers(cursor);
    Some(TypeName {
        name,
        modifiers,
        array: false,
    })
}

/// Takes `(a, b)` behind a type's name, if it is next.
fn modifiers(cursor: &mut Cursor) -> Vec<String> {
    let Some(inner) = cursor.parentheses() else {
        return Vec::new();
    };
    inner.commas().map(|part| part.text().to_string()).collect()
}
