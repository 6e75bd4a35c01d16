//! Rows written or deleted in batches, each of which commits.

use super::Case;
use crate::finding::Block;
use crate::ir::{Action, Origin};
use crate::rule::{quote, quote_name};
use crate::source::Span;
use crate::sql;

/// How many rows are written at a time: done in less time than anybody minds to wait for one of them.
const ROWS: usize = 1_000;

/// The names of the variables that hold the first key of a batch and its last.
const FIRST: &str = "first_in_batch";
const LAST: &str = "last_in_batch";

/// Goes through a table in the order of its key; `statement` says what is done to the rows for which the condition holds that it gets.
///
/// It has to run outside a transaction, for PostgreSQL takes COMMIT in code only there: documentation, "PL/pgSQL Transaction Management".
pub(super) fn block(table: &str, key: &str, statement: impl Fn(&str) -> String) -> Block {
    let done = statement(&format!("{key} BETWEEN {FIRST} AND {LAST}"));
    let quotes = if done.contains("$$") {
        "$batches$"
    } else {
        "$$"
    };
    Block::outside(format!(
        "DO {quotes}
DECLARE
    {FIRST} {table}.{key}%TYPE;
    {LAST} {table}.{key}%TYPE;
BEGIN
    SELECT {key} INTO {FIRST} FROM {table} ORDER BY {key} LIMIT 1;
    WHILE {FIRST} IS NOT NULL LOOP
        SELECT {key} INTO {LAST} FROM (
            SELECT {key} FROM {table} WHERE {key} >= {FIRST} ORDER BY {key} LIMIT {ROWS}
        ) AS batch ORDER BY {key} DESC LIMIT 1;
        {done};
        COMMIT;
        SELECT {key} INTO {FIRST} FROM {table} WHERE {key} > {LAST} ORDER BY {key} LIMIT 1;
    END LOOP;
END {quotes};"
    ))
}

/// The UPDATE or DELETE of a statement, cut by its target's key.
pub(super) fn of_statement(case: &Case<'_>, key: &str) -> Vec<Block> {
    let Action::Dml(dml) = &case.statement.action else {
        return Vec::new();
    };
    let Some(target) = &dml.target else {
        return Vec::new();
    };
    let printed = case.printed();
    if printed.parted_at("RETURNING").is_some() || dml.only.contains(target) {
        return Vec::new();
    }
    let (table, column) = (quote_name(target), quote(key));
    let mut aliases = dml.aliases.iter().filter(|(_, name)| name == target);
    let qualified = match aliases.next() {
        Some((alias, _)) => format!("{}.", quote(alias)),
        None if dml.reads.is_empty() => String::new(),
        None => format!("{}.", quote(&target.name)),
    };
    vec![block(&table, &column, |batch| {
        match printed.parted_at("WHERE") {
            Some((before, condition)) => {
                format!("{before} WHERE ({condition}) AND {qualified}{batch}")
            }
            None => format!("{printed} WHERE {qualified}{batch}"),
        }
    })]
}

/// A loop that writes piece after piece, with COMMIT at the end of each turn.
pub(super) fn committed(case: &Case<'_>) -> Vec<Block> {
    // The finding is about what stands in the loop.
    let mut statements = case.migration.statements.iter();
    let whole = statements.find(|it| it.span.contains(case.statement.span));
    let Some((whole, Action::Do { code, .. })) = whole.map(|it| (it, &it.action)) else {
        return Vec::new();
    };
    let (Origin::File, Some(body)) = (&whole.origin, code.body) else {
        return Vec::new();
    };
    let text = case.migration.file.text();
    let tokens = sql::token_spans(text, body);
    let word = |span: Span| text.get(span.start..span.end).unwrap_or_default();
    let is = |span: Span, other: &str| word(span).eq_ignore_ascii_case(other);
    let ends = tokens
        .windows(2)
        .filter(|two| is(two[0], "END") && is(two[1], "LOOP"));
    let ends: Vec<Span> = ends.map(|two| two[0]).collect();
    // Nothing commits in a block that catches errors.
    let catches = tokens.iter().any(|span| is(*span, "EXCEPTION"));
    let ([end], false) = (&ends[..], catches) else {
        return Vec::new();
    };
    let whole = whole.span;
    let (Some(before), Some(behind)) = (
        text.get(whole.start..end.start),
        text.get(end.start..whole.end),
    ) else {
        return Vec::new();
    };
    let line = before.rfind('\n').map_or(0, |at| at + 1);
    let indent = &before[line..];
    let commit = if indent.trim().is_empty() {
        format!("    COMMIT;\n{indent}")
    } else {
        "COMMIT; ".to_owned()
    };
    vec![Block::outside(format!("{before}{commit}{behind};"))]
}
