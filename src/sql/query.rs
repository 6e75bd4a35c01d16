//! Queries and the statements that write rows, as far as locks depend on them: relations that are read, written and locked, functions that are called.

mod scan;

use super::cursor::Cursor;
use crate::ir::{DmlKind, Name, RowLock};

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
    pub(super) row_lock: Option<RowLock>,
    /// The relations behind `FOR UPDATE OF`.
    pub(super) row_lock_of: Vec<String>,
    /// Columns that the statement sets, and whether ON CONFLICT does.
    pub(super) sets: Vec<String>,
    pub(super) updates_on_conflict: bool,
    pub(super) calls: Vec<Name>,
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
