//! What to do instead, as data; the words, and the text to paste, are those of the front end that the migration belongs to.

use super::NewColumn;
use crate::effects::Mend;
use crate::ir::Name;

/// What a rule advises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Remedy {
    /// Build the index while writes go on.
    IndexConcurrently(Built),
    /// REINDEX while writes go on.
    ReindexConcurrently,
    /// REFRESH while reads go on; `indexed`: the view has the unique index that this takes.
    RefreshConcurrently { indexed: bool },
    /// DROP INDEX while reads and writes go on.
    DropIndexConcurrently,
    /// DETACH PARTITION while reads and writes go on.
    DetachConcurrently,
    /// Build a unique index while writes go on, then make a constraint of it.
    ConstraintUsingIndex(Option<Unique>),
    /// The same on a partitioned table: on the table alone, then on each partition, whose indexes are attached.
    UniqueOnPartitions { name: String, partitions: Vec<Part> },
    /// There is no such way for EXCLUDE: an index that was built before is not taken.
    ExcludeWindow,
    /// Add the constraint without looking at rows, look at them in a later migration.
    NotValid(NotValid),
    /// It was added so: look at the rows in a later migration.
    ValidateLater,
    /// Prove that no row is NULL while others work, then make the column NOT NULL.
    ProveNotNull(Option<NotNull>),
    /// Prove that no row breaks the partition's bound, or, for the default partition, that none belongs to the new one.
    ProveBound { default: bool },
    /// A new column beside the old one, which takes its name in the end; one that is computed is kept right by a trigger.
    NewColumn { computed: bool },
    /// Add the column so that no row is written, give old rows their values afterwards.
    FillLater(Filled),
    /// First the column, without what looks at all rows, and that later; what is to be said of it is `instead`.
    ColumnInParts {
        column: Box<NewColumn>,
        instead: Box<Remedy>,
    },
    /// Do it in batches, each of which commits: in the order of this column, where the table has a key of one column and the statement can be cut so.
    Batches { delete: bool, key: Option<String> },
    /// There are batches: let each of them commit.
    CommitBatches { in_code: bool },
    /// Lock fewer rows at a time.
    LockFewRows,
    /// A migration of its own.
    Alone,
    /// A migration of its own, so that an earlier lock is gone by then.
    AloneWithoutLocks,
    /// A time at which nobody works.
    Window,
    /// Take it out of the code that runs it, and out of any transaction.
    OutsideCode,
    /// Run it outside a transaction; `sure` where it is known that there is one.
    OutsideTransaction { sure: bool },
    /// One migration for each table.
    OneTableEach,
    /// Drop what a try that failed has left, then do it without IF NOT EXISTS.
    DropFirst,
    /// Leave BEGIN, COMMIT and ROLLBACK to the runner.
    LeaveToRunner,
    /// Give up a lock that does not come.
    LockTimeout { in_transaction: bool },
    /// Release code that does without it first.
    DropLater { column: bool },
    /// The same of a column; `required`: as long as it is there, INSERT has to name it.
    DropColumnLater { required: bool },
    /// Leave the name as it is.
    KeepColumnName,
    /// Leave the name as it is, or let a view have it.
    KeepTableName,
    /// A default that every row can have at once.
    ConstantDefault,
    /// Keep a default until all code writes the column.
    KeepDefault,
    /// Give each row a value of its own before the column is unique.
    OwnValues,
    /// Look for what two rows have in common.
    FindDuplicates,
    /// What the server would take instead of what it refuses.
    Refused(Mend),
    /// Let the column have values of its own again, or none, before code leaves it out.
    FreeColumn,
    /// Keep the key until no code leans on it.
    KeepKey,
    /// Leave the name as it is; it is of a type or a schema.
    KeepObjectName,
    /// Leave the label of an enum as it is.
    KeepLabel,
    /// Keep the function, or one that takes what it takes.
    KeepFunction,
    /// Let a view have all the columns that it had.
    KeepViewColumns,
    /// Name what goes, rather than all that is there.
    DropByName,
    /// A type that can be compared.
    ComparableType,
    /// Release code that keeps to the constraint first.
    ReleaseFirst,
    /// Make the policies together with what needs them.
    MakePolicies,
    /// Release code that does without the privilege first.
    RevokeLater,
    /// Another replica identity first.
    ReplicaIdentity,
    /// Let the rows be, or keep a copy of them.
    KeepRows,
    /// Enable the triggers again.
    EnableTriggers,
    /// Keep others from writing while rows are copied, or copy what they write.
    LockBeforeCopy,
    /// A column that can hold all values.
    KeepPrecision,
}

impl Remedy {
    /// The one by which it is worded.
    #[must_use]
    pub fn in_words(&self) -> &Self {
        match self {
            Self::ColumnInParts { instead, .. } => instead,
            other => other,
        }
    }
}

/// An index to build so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Built {
    /// The one that the statement creates.
    Created,
    /// The one that it creates on a partitioned table: one partition at a time.
    OnPartitions {
        /// What the index is called, or will be.
        index: String,
        partitions: Vec<Part>,
    },
    /// One that it needs, for instance on a partition that it attaches.
    Implied,
}

/// A partition, and what its part of an index or a constraint is called where PostgreSQL chooses the name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    pub table: Name,
    pub index: String,
}

/// A constraint that can be added without looking at rows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NotValid {
    /// By an ALTER TABLE ADD CONSTRAINT, or as part of something else.
    Check(Option<Added>),
    /// Of a domain, for which there is no such thing: of its tables.
    DomainCheck,
    ForeignKey(ForeignKey),
}

/// A foreign key to add so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ForeignKey {
    /// It is part of more than an ALTER TABLE ADD CONSTRAINT.
    Any,
    Added(Added),
    /// Each partition takes one, the table does not: how it is added to the table, and what it has for partitions.
    OfPartitions(Added, Vec<Part>),
}

/// A constraint that a subcommand adds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Added {
    /// Which subcommand, counted from 0.
    pub command: usize,
    pub table: Name,
    pub name: String,
    /// Whether the name stands there.
    pub given: bool,
}

/// A UNIQUE or PRIMARY KEY constraint that is added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unique {
    pub added: Added,
    /// Columns of a primary key that may still hold NULL.
    pub nullable: Vec<NotNull>,
}

/// A column that is to be NOT NULL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotNull {
    pub table: Name,
    pub column: String,
    /// PostgreSQL 18: NOT NULL is a constraint, and may be NOT VALID.
    pub is_constraint: bool,
}

/// What would give each row a value at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Filled {
    Default,
    Generated,
    /// The checks of a domain, rather than a value.
    Domain,
}
