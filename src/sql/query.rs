//! Queries and the statements that write rows, as far as locks depend on them: relations that are read, written and locked, functions that are called.

mod passes;
mod scan;

pub(super) use passes::passes;

use super::cursor::Cursor;
use super::expr::expression;
use super::token::TokenKind;
use crate::ir::{DmlKind, Expr, ExprNode, Name, RowLock, SequenceUse};

/// What a statement on rows does, and to what.
#[derive(Default)]
pub(super) struct Usage<'a> {
    /// What the statement itself is, whatever its WITH clauses do; `None` where no such statement was found.
    pub(super) kind: Option<DmlKind>,
    /// The relation that the statement itself writes to.
    pub(super) target: Option<Name>,
    /// Relations that are read, each once, in order; common table expressions and functions are none.
    pub(super) reads: Vec<Name>,
    /// What statements in WITH write to.
    pub(super) writes: Vec<(DmlKind, Name)>,
    /// `SELECT ... INTO`: the table that is made, and whether it is temporary.
    pub(super) into: Option<(Name, bool)>,
    /// Relations that are written with ONLY.
    pub(super) only: Vec<Name>,
    /// What relations are called, where that is not their name.
    pub(super) aliases: Vec<(String, Name)>,
    /// What MERGE does to rows.
    pub(super) merges: Vec<DmlKind>,
    pub(super) merges_unmatched: bool,
    /// LIMIT or FETCH FIRST stands in the statement itself.
    pub(super) limited: bool,
    /// ORDER BY or GROUP BY stands in the statement itself.
    pub(super) ordered: bool,
    pub(super) row_lock: Option<RowLock>,
    /// The relations behind `FOR UPDATE OF`.
    pub(super) row_lock_of: Vec<String>,
    /// Columns that the statement sets, and whether ON CONFLICT does.
    pub(super) sets: Vec<String>,
    pub(super) updates_on_conflict: bool,
    pub(super) columns: Vec<String>,
    /// The rows of INSERT ... VALUES.
    pub(super) rows: Vec<Vec<Expr>>,
    pub(super) default_values: bool,
    pub(super) calls: Vec<Name>,
    pub(super) sequences: Vec<SequenceUse>,
    /// What stands behind WHERE in UPDATE, DELETE or a SELECT of one relation.
    pub(super) predicate: Option<Cursor<'a>>,
    /// What no such statement lacks was found: SET in UPDATE, USING in MERGE, rows in INSERT.
    pub(super) complete: bool,
    /// The number of rows that come out depends on a relation or on a function.
    pub(super) rows_from_tables: bool,
}

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
        Some((implied_name(&value.node)?, value))
    });
    named.collect::<Option<_>>().unwrap_or_default()
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
