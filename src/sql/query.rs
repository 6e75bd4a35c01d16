//! Queries and the statements that write rows, as far as locks depend on them: relations that are read, written and locked, functions that are called.

mod named;
mod passes;
mod scan;
mod usage;

pub(super) use named::named;
pub(super) use passes::passes;
pub(super) use usage::Usage;

use super::cursor::Cursor;
use super::expr::expression;
use super::token::TokenKind;
use crate::ir::{Expr, ExprNode, Name};

/// Reads everything that is left.
pub(super) fn usage(query: Cursor) -> Usage {
    scan::scan(query)
}

/// The relations that a query reads, with those that its WITH clauses write to.
pub(super) fn reads(query: Cursor) -> Vec<Name> {
    let mut usage = scan::scan(query);
    for (_, name) in usage.writes {
        if !usage.reads.contains(&name) {
            usage.reads.push(name);
        }
    }
    usage.reads
}

/// Every word of a query that may be a column or a function, folded; `*` where all columns are meant.
pub(super) fn mentions(mut query: Cursor) -> Vec<String> {
    let mut found = Vec::new();
    let mut lists = true;
    while let Some(token) = query.peek() {
        let mut ahead = query;
        let word = match ahead.label() {
            Some(word) => Some(word),
            None if lists && ahead.eat_operator("*") => Some("*".to_owned()),
            None => None,
        };
        lists = matches!(token.kind, TokenKind::Symbol(b',' | b'.')) || query.at("select");
        if let Some(word) = word.filter(|word| !found.contains(word)) {
            found.push(word);
        }
        query.next();
    }
    found
}

/// What `SELECT list FROM ...` gives, each column with its name; nothing where the list cannot be read so.
pub(super) fn columns(mut query: Cursor) -> Vec<(String, Expr)> {
    if !query.eat("select") {
        return Vec::new();
    }
    let list = query.until(|ahead| ahead.at("from"));
    let named = list.commas().map(|part| {
        let expr = |end: &Cursor| expression(part.before(end));
        let mut ahead = part;
        ahead.until(|ahead| ahead.at("as"));
        let value = expr(&ahead);
        if ahead.eat("as") {
            return Some((ahead.label()?, value));
        }
        if part.at_symbol(b'*') || part.text() == "*" {
            return Some(("*".to_owned(), value));
        }
        let named = (!ends_with_name(part)).then(|| implied_name(&value.node));
        Some((named.flatten()?, value))
    });
    named.collect::<Option<_>>().unwrap_or_default()
}

/// Whether a word stands at the end that may be a name without AS, as in `b y`.
fn ends_with_name(part: Cursor) -> bool {
    let [.., before, last] = part.tokens() else {
        return false;
    };
    let is_name = matches!(last.kind, TokenKind::Word | TokenKind::Quoted);
    is_name && !matches!(before.kind, TokenKind::Operator | TokenKind::Symbol(b'.'))
}

/// What a column is called that has no name of its own (`FigureColname` in `parse_target.c`).
fn implied_name(node: &ExprNode) -> Option<String> {
    match node {
        ExprNode::Column(column) => Some(column.name.clone()),
        ExprNode::Call { function, .. } => Some(function.name.clone()),
        ExprNode::Cast { expr, .. } | ExprNode::Collate { expr, .. } => implied_name(expr),
        _ => None,
    }
}

/// Takes `WITH DATA` or `WITH NO DATA` from the end of a query; true for the latter.
pub(super) fn eat_with_data(query: &mut Cursor) -> bool {
    let tokens = query.tokens();
    for (words, length) in [("with no data", 3), ("with data", 2)] {
        let start = tokens.len().saturating_sub(length);
        let end = Cursor::new(query.source(), &tokens[start..]);
        if end.at(words) {
            *query = Cursor::new(query.source(), &tokens[..start]);
            return length == 3;
        }
    }
    false
}
