//! Families of actions, by which a rule says what concerns it.

use super::{Action, DmlKind};

/// What kinds of statements have in common, coarser than [`Action::kind`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// ALTER TABLE and its relatives, ALTER ... ALL IN TABLESPACE.
    AlterTable,
    /// CREATE of a table, view, materialized view or sequence.
    CreateRelation,
    CreateIndex,
    Drop,
    Truncate,
    LockTable,
    /// REINDEX, REFRESH, CLUSTER, VACUUM and ANALYZE.
    Maintenance,
    /// CREATE and ALTER of what hangs on a relation: triggers, rules, policies, statistics.
    Attached,
    Comment,
    Grant,
    /// DROP OWNED and REASSIGN OWNED.
    Owned,
    /// CREATE and ALTER of enums, composite types and domains.
    Type,
    /// CREATE and ALTER of what belongs to no relation.
    Object,
    Routine,
    Publication,
    /// SELECT, INSERT, UPDATE, DELETE, MERGE and COPY, prepared ones too.
    Rows,
    /// DO and CALL.
    Code,
    Transaction,
    /// SET and RESET.
    Set,
    Utility,
    Unknown,
}

impl Family {
    /// How many there are.
    pub const COUNT: usize = Self::Unknown as usize + 1;
}

impl Action {
    /// The family that it belongs to.
    #[must_use]
    pub const fn family(&self) -> Family {
        match self {
            Self::AlterTable(_) | Self::MoveAll { .. } => Family::AlterTable,
            Self::CreateTable(_)
            | Self::CreateTableAs(_)
            | Self::CreateView(_)
            | Self::CreateSequence { .. } => Family::CreateRelation,
            Self::CreateIndex(_) => Family::CreateIndex,
            Self::Drop(_) => Family::Drop,
            Self::Truncate { .. } => Family::Truncate,
            Self::LockTable { .. } => Family::LockTable,
            Self::Reindex { .. }
            | Self::Refresh { .. }
            | Self::Cluster { .. }
            | Self::Vacuum { .. }
            | Self::Analyze { .. } => Family::Maintenance,
            Self::CreateOn { .. } | Self::AlterOn { .. } => Family::Attached,
            Self::Comment { .. } => Family::Comment,
            Self::Grant { .. } => Family::Grant,
            Self::Owned { .. } => Family::Owned,
            Self::CreateComposite { .. }
            | Self::AlterComposite { .. }
            | Self::CreateEnum { .. }
            | Self::AlterEnumAddValue { .. }
            | Self::AlterEnumRenameValue { .. }
            | Self::CreateDomain { .. }
            | Self::AlterDomain { .. } => Family::Type,
            Self::CreateObject(_) | Self::RenameObject(_) => Family::Object,
            Self::CreateRoutine(_) => Family::Routine,
            Self::Publication(_) => Family::Publication,
            Self::Dml(_) | Self::Copy { .. } | Self::Prepare { .. } | Self::Execute { .. } => {
                Family::Rows
            }
            Self::Do { .. } | Self::Call { .. } => Family::Code,
            Self::Transaction(_) => Family::Transaction,
            Self::Set(_) => Family::Set,
            Self::Utility(_) => Family::Utility,
            Self::Unknown => Family::Unknown,
        }
    }

    /// Whether the database is another one afterwards, for others too: not so settings, queries and locks.
    #[must_use]
    pub fn leaves_something(&self) -> bool {
        match self {
            Self::Dml(dml) => dml.kind != DmlKind::Select || !dml.writes.is_empty(),
            Self::Copy { from, .. } => *from,
            Self::Prepare { .. }
            | Self::Transaction(_)
            | Self::Set(_)
            | Self::Utility(_)
            | Self::LockTable { .. } => false,
            _ => true,
        }
    }
}
