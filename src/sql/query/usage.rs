//! What is learnt of a query.

use crate::ir::{DmlKind, Expr, Name, RowLock, SequenceUse};
use crate::sql::cursor::Cursor;

/// What a statement on rows does, and to what.
#[derive(Default)]
pub(in crate::sql) struct Usage<'a> {
    /// What the statement itself is, whatever its WITH clauses do; `None` where no such statement was found.
    pub(in crate::sql) kind: Option<DmlKind>,
    /// The relation that the statement itself writes to.
    pub(in crate::sql) target: Option<Name>,
    /// Relations that are read, each once, in order; common table expressions and functions are none.
    pub(in crate::sql) reads: Vec<Name>,
    /// What statements in WITH write to.
    pub(in crate::sql) writes: Vec<(DmlKind, Name)>,
    /// `SELECT ... INTO`: the table that is made, and whether it is temporary.
    pub(in crate::sql) into: Option<(Name, bool)>,
    /// Relations that are written with ONLY.
    pub(in crate::sql) only: Vec<Name>,
    /// What relations are called, where that is not their name.
    pub(in crate::sql) aliases: Vec<(String, Name)>,
    /// What MERGE does to rows.
    pub(in crate::sql) merges: Vec<DmlKind>,
    pub(in crate::sql) merges_unmatched: bool,
    /// LIMIT or FETCH FIRST stands in the statement itself.
    pub(in crate::sql) limited: bool,
    /// ORDER BY or GROUP BY stands in the statement itself.
    pub(in crate::sql) ordered: bool,
    pub(in crate::sql) row_lock: Option<RowLock>,
    /// The relations behind `FOR UPDATE OF`.
    pub(in crate::sql) row_lock_of: Vec<String>,
    /// Columns that the statement sets, and whether ON CONFLICT does.
    pub(in crate::sql) sets: Vec<String>,
    pub(in crate::sql) assigned: Vec<(String, Expr)>,
    pub(in crate::sql) on_conflict: bool,
    pub(in crate::sql) updates_on_conflict: bool,
    pub(in crate::sql) columns: Vec<String>,
    /// The rows of INSERT ... VALUES.
    pub(in crate::sql) rows: Vec<Vec<Expr>>,
    pub(in crate::sql) default_values: bool,
    pub(in crate::sql) calls: Vec<Name>,
    pub(in crate::sql) sequences: Vec<SequenceUse>,
    /// What stands behind WHERE in UPDATE, DELETE or a SELECT of one relation.
    pub(in crate::sql) predicate: Option<Cursor<'a>>,
    /// What no such statement lacks was found: SET in UPDATE, USING in MERGE, rows in INSERT.
    pub(in crate::sql) complete: bool,
    /// The number of rows that come out depends on a relation or on a function.
    pub(in crate::sql) rows_from_tables: bool,
}
