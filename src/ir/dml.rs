//! Statements that read or write rows, as far as locks and waits depend on them.

use super::{ColumnRef, Expr, Name};
use serde::Serialize;
use std::borrow::Cow;
use std::sync::Arc;

/// A statement that reads or writes rows.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Dml {
    pub kind: DmlKind,
    /// The relation written to; absent for SELECT.
    pub target: Option<Name>,
    /// Relations that are only read.
    pub reads: Vec<Name>,
    /// What INSERT, UPDATE, DELETE and MERGE inside WITH write to.
    pub writes: Vec<(DmlKind, Name)>,
    /// Those statements, each by itself.
    pub within: Vec<Dml>,
    /// INSERT of literal rows: how many are written does not depend on any table.
    pub literal_rows: bool,
    /// The column list of INSERT; empty where none is written.
    pub columns: Vec<String>,
    /// The rows of INSERT ... VALUES, where all that they hold is written there.
    pub rows: Vec<Vec<Expr>>,
    /// INSERT ... DEFAULT VALUES.
    pub default_values: bool,
    /// Columns that UPDATE, MERGE and ON CONFLICT DO UPDATE set.
    pub sets: Vec<String>,
    /// What UPDATE and ON CONFLICT DO UPDATE set single columns to.
    pub assigned: Vec<(String, Expr)>,
    /// INSERT ... ON CONFLICT: a row that is there already is not inserted.
    pub on_conflict: bool,
    /// INSERT ... ON CONFLICT DO UPDATE.
    pub updates_on_conflict: bool,
    /// The WHERE clause of UPDATE or DELETE, and of a SELECT without joins or with row locks; for MERGE what stands behind ON.
    pub predicate: Option<Expr>,
    /// Relations that are written with ONLY: their children are left alone.
    pub only: Vec<Name>,
    /// What relations are called in it, where that is not their name.
    pub aliases: Vec<(String, Name)>,
    /// What MERGE does to rows of its target.
    pub merges: Vec<DmlKind>,
    /// WHEN NOT MATCHED BY SOURCE: rows without a partner are reached too.
    pub merges_unmatched: bool,
    /// At most so many rows come out: LIMIT, or FETCH FIRST.
    pub limited: bool,
    /// All rows are read before the first comes out: ORDER BY, GROUP BY.
    pub ordered: bool,
    /// FOR UPDATE and its weaker kinds.
    pub row_lock: Option<RowLock>,
    /// The relations, or what they are called, behind OF; empty: all.
    pub row_lock_of: Vec<String>,
    pub execution: Execution,
    /// The loops of code in which it runs again and again, the outermost first.
    pub repeated: Vec<Repeated>,
    /// One of those loops commits, and gives what stands in it another value each turn: it is done piece by piece.
    pub in_pieces: bool,
    /// Functions that are called by name in it, for `set_config` and the like.
    pub calls: Vec<Name>,
    /// Sequences that `nextval`, `setval` and `currval` name.
    pub sequences: Vec<SequenceUse>,
}

impl Dml {
    /// Whether `called` means this relation: it is its name, or its alias.
    #[must_use]
    pub fn names(&self, called: &str, relation: &Name) -> bool {
        let mut aliases = self.aliases.iter();
        relation.name == called || aliases.any(|(alias, name)| alias == called && name == relation)
    }

    /// Whether a column in WHERE is one of the table of this name. Where several tables are named, that is seen only where it is written.
    #[must_use]
    pub fn is_column_of(&self, column: &ColumnRef, table: &str) -> bool {
        let tables = self.reads.len() + usize::from(self.target.is_some());
        match &column.table {
            None => tables <= 1,
            Some(of) => {
                let mut aliases = self.aliases.iter();
                of == table || aliases.any(|(alias, name)| alias == of && name.name == table)
            }
        }
    }

    /// The same statement, run so far.
    #[must_use]
    pub fn run_as(&self, execution: Execution) -> Cow<'_, Self> {
        if self.execution == execution {
            return Cow::Borrowed(self);
        }
        Cow::Owned(Self {
            execution,
            ..self.clone()
        })
    }

    /// What is done to rows of the target: by ON CONFLICT and MERGE more than one thing.
    #[must_use]
    pub fn kinds(&self) -> Vec<DmlKind> {
        match self.kind {
            DmlKind::Merge => self.merges.clone(),
            DmlKind::Insert if self.updates_on_conflict => vec![DmlKind::Insert, DmlKind::Update],
            kind => vec![kind],
        }
    }
}

/// How a query names a sequence.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum SequenceUse {
    Named(Name),
    /// `pg_get_serial_sequence('table', 'column')`.
    OfColumn(Name, String),
}

/// How far a statement on rows is run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Execution {
    #[default]
    Whole,
    /// EXPLAIN and PREPARE: its relations are locked, none of its rows is touched.
    Planned,
    /// DECLARE: its snapshot stays until the transaction ends, its rows come with FETCH.
    Cursor,
}

/// Kinds of statements on rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum DmlKind {
    Select,
    Insert,
    Update,
    Delete,
    Merge,
}

/// Strength of a row lock taken by SELECT.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum RowLock {
    ForKeyShare,
    ForShare,
    ForNoKeyUpdate,
    ForUpdate,
}

/// How often a statement inside code runs, where it stands in a loop.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum Repeated {
    /// Nobody knows how often.
    Unknown,
    /// Once for each row of a query.
    Rows(Arc<Dml>),
}
