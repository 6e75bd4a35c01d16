//! Words of a query that are columns for sure.

use crate::sql::cursor::Cursor;
use crate::sql::token::{Token, TokenKind};

/// Words behind which an expression begins.
const BEFORE: &[&str] = &[
    "select", "distinct", "where", "and", "or", "not", "by", "on", "when", "then", "else", "case",
    "between", "like", "ilike", "having",
];

/// Folded words that are columns of some relation, which nothing in the query has for a name of its own; `*` where all columns are meant. Rather none than a wrong
/// one.
pub(in crate::sql) fn named(mut query: Cursor) -> Vec<String> {
    let (mut found, mut given) = (Vec::new(), Vec::new());
    let mut before = Before::Nothing;
    while let Some(token) = query.peek() {
        let mut ahead = query;
        if before.has_list() && query.token_text(token) == "*" {
            found.push("*".to_owned());
        } else if let Some(word) = ahead.label() {
            let is_plain = !ahead.at_symbol(b'(') && !ahead.at_symbol(b'.') && !is_string(&ahead);
            match before {
                // A list of columns behind a name gives names too.
                Before::Name if ahead.at_symbol(b'(') => return Vec::new(),
                // `extract(year FROM ...)`
                Before::Bracket if ahead.at("from") => {}
                _ if before.has_expression() && is_plain => found.push(word),
                _ if before.has_expression() => {}
                _ => given.push(word),
            }
        }
        before = Before::of(&query, token);
        query.next();
    }
    found.retain(|word| !given.contains(word));
    found.sort_unstable();
    found.dedup();
    found
}

/// What stands before a word.
#[derive(Clone, Copy)]
enum Before {
    Nothing,
    /// SELECT and the like, or a comma or dot: an expression follows, or `*`.
    List,
    Bracket,
    /// An operator, or a word that an expression follows.
    Expression,
    /// AS or WITH: a name follows.
    Name,
    Other,
}

impl Before {
    fn of(query: &Cursor, token: Token) -> Self {
        let text = query.token_text(token);
        match token.kind {
            TokenKind::Symbol(b',' | b'.') => Self::List,
            TokenKind::Symbol(b'(' | b'[') => Self::Bracket,
            TokenKind::Operator if text != "::" => Self::Expression,
            TokenKind::Word if query.at("select") || query.at("distinct") => Self::List,
            TokenKind::Word if query.at("as") || query.at("with") => Self::Name,
            TokenKind::Word if BEFORE.iter().any(|word| query.at(word)) => Self::Expression,
            _ => Self::Other,
        }
    }

    const fn has_list(self) -> bool {
        matches!(self, Self::List)
    }

    /// At the start of what is no query an expression stands.
    const fn has_expression(self) -> bool {
        matches!(
            self,
            Self::Nothing | Self::List | Self::Bracket | Self::Expression
        )
    }
}

fn is_string(query: &Cursor) -> bool {
    let next = query.peek();
    next.is_some_and(|token| token.kind == TokenKind::String)
}
