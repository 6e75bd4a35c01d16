//! How many rows a query inside an expression gives.

use crate::ir::QueryRows;
use crate::source::Span;
use crate::sql::cursor::Cursor;
use crate::sql::split::Splitter;
use crate::sql::token::TokenKind;
use sqlparser::ast::{Expr, LimitClause, Query};
use std::collections::HashSet;

/// How many rows a query gives, at most.
pub(super) fn of(query: &Query) -> QueryRows {
    match &query.limit_clause {
        Some(LimitClause::LimitOffset {
            limit: Some(Expr::Value(limit)),
            ..
        }) => QueryRows::Limited(limit.to_string().parse().ok()),
        None if query.fetch.is_none() => QueryRows::Many,
        _ => QueryRows::Limited(None),
    }
}

/// Of one that stands for a value: one, unless each row of the query around it has its own.
pub(super) fn of_value(query: &Query) -> QueryRows {
    let text = query.to_string();
    let mut splitter = Splitter::new(&text, Span::new(0, text.len()), &[]);
    let tokens = splitter.next().unwrap_or_default();
    if looks_outside(Cursor::new(&text, tokens)) {
        QueryRows::Many
    } else {
        QueryRows::One
    }
}

/// Whether a query names a table, as in `a.id`, that it does not read itself.
fn looks_outside(query: Cursor) -> bool {
    let tokens = query.tokens();
    let text = |at: usize| {
        let token = tokens.get(at)?;
        Some(query.token_text(*token).to_ascii_lowercase())
    };
    let is = |at: usize, what: &str| text(at).is_some_and(|text| text == what);
    let is_name = |at: &usize| matches!(tokens[*at].kind, TokenKind::Word | TokenKind::Quoted);
    let names = (0..tokens.len()).filter(is_name);
    let (qualifiers, own): (Vec<usize>, Vec<usize>) = names.partition(|at| is(at + 1, "."));
    let own: HashSet<String> = own.into_iter().filter_map(text).collect();
    // A schema stands where a table is named, before another qualifier, or before a function.
    let is_schema = |at: usize| {
        let behind = at.checked_sub(1).and_then(text).unwrap_or_default();
        [".", ",", "from", "join"].contains(&behind.as_str()) || is(at + 3, ".") || is(at + 3, "(")
    };
    let mut qualifiers = qualifiers.into_iter().filter(|at| !is_schema(*at));
    qualifiers.any(|at| text(at).is_some_and(|name| !own.contains(&name)))
}
