//! What a view hands on to the relations behind it, read from its query.
//!
//! Source: `view_query_is_auto_updatable` in `src/backend/rewrite/rewriteHandler.c`; `CheckSelectLocking` in `src/backend/parser/analyze.c`.

use crate::ir::Passes;
use crate::sql::cursor::{Cursor, depth_after};
use crate::sql::token::TokenKind;

/// Clauses after which a row that comes out is no row of a relation any more.
const FOLDS: &[&str] = &[
    "distinct",
    "group by",
    "having",
    "union",
    "intersect",
    "except",
    "over",
];

/// Functions that make one row of many.
const AGGREGATES: &[&str] = &[
    "array_agg",
    "avg",
    "bit_and",
    "bit_or",
    "bool_and",
    "bool_or",
    "count",
    "every",
    "grouping",
    "json_agg",
    "json_object_agg",
    "jsonb_agg",
    "jsonb_object_agg",
    "max",
    "min",
    "mode",
    "percentile_cont",
    "percentile_disc",
    "stddev",
    "string_agg",
    "sum",
    "variance",
    "xmlagg",
];

/// What a view with this query hands on.
pub(in crate::sql) fn passes(mut query: Cursor) -> Passes {
    let with = query.at("with");
    let values = query.at("values");
    let (mut depth, mut in_list) = (0, true);
    let mut limited = false;
    // One relation by its name stands in FROM.
    let mut single = false;
    while let Some(token) = query.peek() {
        let top = depth == 0;
        if FOLDS.iter().any(|words| top && query.at(words)) || in_list && aggregates(&query) {
            return Passes::Reads;
        }
        limited |= top
            && ["limit", "offset", "fetch"]
                .iter()
                .any(|word| query.at(word));
        if top && query.at("from") {
            in_list = false;
            single = from_one(query);
        }
        depth = depth_after(depth, token);
        query.next();
    }
    if values {
        Passes::Reads
    } else if single && !limited && !with {
        Passes::Writes
    } else {
        Passes::RowLocks
    }
}

fn aggregates(query: &Cursor) -> bool {
    let called = query
        .peek_at(1)
        .is_some_and(|next| next.kind == TokenKind::Symbol(b'('));
    let known = |word: &str| {
        AGGREGATES
            .iter()
            .any(|known| word.eq_ignore_ascii_case(known))
    };
    called && query.word().is_some_and(known)
}

/// Whether FROM, which is next, names one relation and nothing beside it.
fn from_one(mut query: Cursor) -> bool {
    query.next();
    query.eat("only");
    let list = query.until(|ahead| {
        let ends = ["where", "order", "for", "with"];
        ends.iter().any(|word| ahead.at(word))
    });
    let mut parts = list.commas();
    let (first, second) = (parts.next(), parts.next());
    let Some(mut first) = first.filter(|_| second.is_none()) else {
        return false;
    };
    if first.name().is_none() || first.at_symbol(b'(') {
        return false;
    }
    let joined = [
        "join",
        "left",
        "right",
        "full",
        "inner",
        "cross",
        "natural",
        "tablesample",
    ];
    while !first.is_empty() {
        if joined.iter().any(|word| first.at(word)) {
            return false;
        }
        first.next();
    }
    true
}
