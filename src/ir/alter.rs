//! `ALTER TABLE` and its relatives: every subcommand that PostgreSQL 14 to 18 know.

use super::{ColumnDef, Constraint, ConstraintKind, Deferral, Expr, Name, RelationKind, TypeName};
use crate::source::Span;
use serde::Serialize;

/// `ALTER TABLE`, `ALTER INDEX`, `ALTER VIEW`, `ALTER MATERIALIZED VIEW`, `ALTER SEQUENCE` and `ALTER FOREIGN TABLE`:
/// the relation and what is done to it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AlterTable {
    /// The word that was written; ALTER TABLE works on other relations too.
    pub kind: RelationKind,
    pub name: Name,
    pub only: bool,
    pub if_exists: bool,
    pub commands: Vec<AlterCommand>,
}

impl AlterAction {
    /// What adding a column is for a child of inheritance: keys are no matter of what inherits. `None` where it adds no column.
    #[must_use]
    pub fn without_keys(&self) -> Option<Self> {
        let Self::AddColumn {
            column,
            if_not_exists,
        } = self
        else {
            return None;
        };
        let mut column = column.clone();
        column.constraints.retain(|new| {
            !new.kind.has_index() && !matches!(new.kind, ConstraintKind::ForeignKey { .. })
        });
        Some(Self::AddColumn {
            column,
            if_not_exists: *if_not_exists,
        })
    }
}

/// One subcommand with the place where it stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct AlterCommand {
    pub span: Span,
    pub action: AlterAction,
}

/// What one subcommand does. `RENAME` and `SET SCHEMA` always stand alone in their statement.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum AlterAction {
    AddColumn {
        column: Box<ColumnDef>,
        if_not_exists: bool,
    },
    DropColumn {
        column: String,
        if_exists: bool,
        cascade: bool,
    },
    AlterColumnType {
        column: String,
        ty: TypeName,
        collation: Option<Name>,
        using: Option<Expr>,
    },
    SetDefault {
        column: String,
        default: Expr,
    },
    DropDefault {
        column: String,
    },
    SetNotNull {
        column: String,
    },
    DropNotNull {
        column: String,
    },
    /// SET EXPRESSION AS (PostgreSQL 17).
    SetExpression {
        column: String,
        expr: Expr,
    },
    DropExpression {
        column: String,
        if_exists: bool,
    },
    AddIdentity {
        column: String,
    },
    /// SET GENERATED, SET sequence option, RESTART.
    SetIdentity {
        column: String,
        options: SequenceOptions,
    },
    DropIdentity {
        column: String,
        if_exists: bool,
    },
    SetStatistics {
        column: String,
    },
    SetStorage {
        column: String,
    },
    SetCompression {
        column: String,
    },
    /// `ALTER COLUMN c SET (...)` and `RESET (...)`.
    SetAttributeOptions {
        column: String,
    },
    AddConstraint(Box<Constraint>),
    /// ALTER CONSTRAINT: deferrability, enforcement (18), inheritance (18).
    AlterConstraint {
        name: String,
        /// `Some(true)` for ENFORCED, `Some(false)` for NOT ENFORCED.
        enforced: Option<bool>,
        deferral: Option<Deferral>,
        /// INHERIT.
        inherit: bool,
    },
    ValidateConstraint {
        name: String,
    },
    DropConstraint {
        name: String,
        if_exists: bool,
        cascade: bool,
    },
    Trigger {
        state: TriggerState,
        which: TriggerSet,
    },
    Rule {
        state: TriggerState,
        name: String,
    },
    RowSecurity(RowSecurity),
    ClusterOn {
        index: String,
    },
    SetWithoutCluster,
    SetWithoutOids,
    /// `None` for DEFAULT.
    SetAccessMethod(Option<String>),
    SetTablespace(String),
    SetLogged,
    SetUnlogged,
    SetOptions(Vec<StorageParameter>),
    /// Without values.
    ResetOptions(Vec<StorageParameter>),
    Inherit(Name),
    NoInherit(Name),
    OfType(Name),
    NotOf,
    /// The role as written; `current_user` and its like folded.
    OwnerTo(String),
    ReplicaIdentity(ReplicaIdentity),
    AttachPartition {
        partition: Name,
        /// Absent for ALTER INDEX ... ATTACH PARTITION.
        bound: Option<PartitionBound>,
    },
    DetachPartition {
        partition: Name,
        concurrently: bool,
        finalize: bool,
    },
    /// OPTIONS (...) of a foreign table or one of its columns.
    ForeignOptions,
    /// `DEPENDS ON EXTENSION`.
    DependsOnExtension,
    /// Options of ALTER SEQUENCE.
    SequenceOptions(SequenceOptions),
    RenameTo(String),
    RenameColumn {
        from: String,
        to: String,
    },
    RenameConstraint {
        from: String,
        to: String,
    },
    SetSchema(String),
    /// A subcommand that is not known: the relation is, what happens to it is not.
    Unknown,
}

/// A storage parameter: its folded name, and the value where one is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct StorageParameter {
    pub name: String,
    pub value: Option<String>,
}

impl StorageParameter {
    /// Whether it is a switch that is set to off, as `parse_bool` of PostgreSQL's `bool.c` reads it.
    #[must_use]
    pub fn is_off(&self) -> bool {
        let off = |value: &String| {
            let value = value.to_ascii_lowercase();
            let begins =
                |word: &str, least: usize| value.len() >= least && word.starts_with(&*value);
            value == "0" || begins("false", 1) || begins("no", 1) || begins("off", 2)
        };
        self.value.as_ref().is_some_and(off)
    }
}

/// Options of a sequence, of ALTER SEQUENCE and of identity columns, as far as they matter here.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct SequenceOptions {
    /// OWNED BY: the table and its column.
    pub owned_by: Option<(Name, String)>,
    /// AS.
    pub ty: Option<TypeName>,
    /// RESTART, with or without a number.
    pub restarts: bool,
}

/// Which rows a partition holds.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub enum PartitionBound {
    Default,
    In(Vec<Expr>),
    Range { from: Vec<Expr>, to: Vec<Expr> },
    Hash { modulus: u32, remainder: u32 },
}

/// ENABLE, ENABLE REPLICA, ENABLE ALWAYS or DISABLE.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum TriggerState {
    Enable,
    EnableReplica,
    EnableAlways,
    Disable,
}

/// Which triggers are meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum TriggerSet {
    All,
    User,
    Named(String),
}

/// By what the rows of a table are known to those that it is replicated to.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReplicaIdentity {
    /// Its primary key.
    #[default]
    Default,
    Full,
    Nothing,
    /// USING INDEX.
    Index(String),
}

/// What becomes of row level security.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum RowSecurity {
    Enable,
    Disable,
    Force,
    NoForce,
}
