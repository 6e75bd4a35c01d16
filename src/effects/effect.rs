//! What a statement does to a running system: the one type that the linter predicts and a live server is compared with.

use crate::estimate::Seconds;
use crate::ir::RelationKind;
#[cfg(feature = "cli")]
use crate::postgres::Access;
use crate::postgres::{Accesses, LockMode};
use crate::schema::RelationId;
use crate::sizes::Size;
use crate::source::Place;
use serde::{Deserialize, Serialize};

/// What one statement does to one relation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Effect {
    /// The relation's name before the statement runs, as the catalog stores it.
    pub relation: String,
    /// Its schema, as far as known.
    pub schema: Option<String>,
    /// For an index: the table it belongs to.
    pub table: Option<String>,
    /// The strongest lock that this statement takes on it.
    pub lock: LockMode,
    pub held: Held,
    /// The strongest work that is done to it.
    pub work: Work,
    pub certainty: Certainty,
    /// Who waits for `lock`, and for the rows that are written under it.
    #[cfg_attr(feature = "cli", schemars(with = "Vec<Access>"))]
    pub blocks: Accesses,
    /// A stronger or equal lock that an earlier statement of the same transaction still holds on it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub under: Option<Under>,
    /// What is known of its size, and of how long the work takes.
    #[serde(skip_serializing_if = "is_no_estimate")]
    pub estimate: Option<Estimate>,
    #[serde(skip)]
    pub id: RelationId,
    #[serde(skip, default = "table")]
    pub kind: RelationKind,
    #[serde(skip, default = "earlier")]
    pub age: Age,
    /// What each subcommand contributes.
    #[serde(skip)]
    pub parts: Vec<Part>,
}

/// How large a table is, and how long a statement works on it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Estimate {
    #[serde(flatten)]
    pub size: Size,
    /// `None` where its rows or bytes are not known, or not what else the work consists of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seconds: Option<Seconds>,
}

/// An estimate that rests on no number is none.
#[allow(clippy::ref_option, reason = "serde calls it so")]
fn is_no_estimate(estimate: &Option<Estimate>) -> bool {
    let counted = |size: &Size| size.rows.is_some() || size.bytes.is_some();
    !estimate.as_ref().is_some_and(|it| counted(&it.size))
}

const fn table() -> RelationKind {
    RelationKind::Table
}

const fn earlier() -> Age {
    Age::Earlier
}

impl Effect {
    /// What is known of the table's size.
    #[must_use]
    pub fn size(&self) -> Option<&Size> {
        self.estimate.as_ref().map(|estimate| &estimate.size)
    }

    /// The lock under which the work of this statement is done: its own, or the stronger one that is still held.
    #[must_use]
    pub fn effective_lock(&self) -> LockMode {
        self.under
            .map_or(self.lock, |under| under.lock.max(self.lock))
    }
}

/// What one subcommand of a statement contributes to an effect.
#[derive(Clone, Debug, PartialEq)]
pub struct Part {
    /// Which subcommand of an ALTER TABLE, counted from 0; 0 for every other statement.
    pub command: usize,
    /// The lock that it needs by itself.
    pub lock: LockMode,
    pub work: Work,
    /// Why that work is done.
    pub reason: Reason,
    pub certainty: Certainty,
    /// What was assumed because the history did not tell, as the condition under which the work would not be done:
    /// `code is already varchar(100) or shorter`.
    pub unless: Option<String>,
}

/// Why a relation is worked on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Only the catalog changes.
    Catalog,
    /// Every row is checked for NULL.
    NotNull,
    /// Every row is checked against a CHECK constraint.
    Check,
    /// Every row is looked up in, or looked up by, a foreign key.
    ForeignKey,
    /// A unique, primary key or exclusion constraint builds its index.
    ConstraintIndex,
    /// CREATE INDEX.
    Index,
    /// An index is built anew: REINDEX, or the type of its column changes.
    Reindex,
    /// A column's type changes.
    ColumnType,
    /// A new column needs a value of its own in every row.
    ColumnDefault,
    /// The table moves: CLUSTER, VACUUM FULL, SET TABLESPACE, SET LOGGED, SET ACCESS METHOD.
    Storage,
    /// Rows are compared with a partition's bound.
    PartitionBound,
    /// A materialized view is computed.
    Refresh,
    /// Rows are written.
    Rows,
    /// Rows are written by the batches of a loop that is one transaction.
    Batches,
    /// Rows are read by a query.
    Query,
    /// VACUUM or ANALYZE.
    Maintenance,
}

/// Until when a lock is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Held {
    Statement,
    Transaction,
}

/// What is done to a relation, weakest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Work {
    None,
    Scan,
    RowWrites,
    IndexBuild,
    Rewrite,
}

/// How sure a prediction is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Certainty {
    Known,
    /// True if what the history does not tell is as it usually is.
    Assumed,
    /// Nothing is known; taken as dangerous.
    Unknown,
}

/// A lock that an earlier statement still holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Under {
    pub lock: LockMode,
    #[serde(flatten)]
    pub place: Place,
}

/// When a relation came to be, seen from the statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Age {
    /// Created in this transaction: nobody else can see it.
    ThisTransaction,
    /// Created earlier in this migration.
    ThisMigration,
    /// Created by another migration that is not deployed yet.
    Pending,
    /// It was there before: it may be large, and in use.
    Earlier,
}
