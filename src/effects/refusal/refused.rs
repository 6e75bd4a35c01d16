//! That the server refuses a statement, in its words, and what it would take.

use crate::schema::RelationId;
use rustc_hash::FxHashSet;

/// `object_in_use`: events of deferred constraints wait.
pub const PENDING_EVENTS: &str = "55006";
/// `unsafe_new_enum_value_usage`.
pub const NEW_LABEL: &str = "55P04";

/// A statement, or a subcommand of one, that the server refuses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Which subcommand of an ALTER TABLE, counted from 0; 0 for every other statement.
    pub command: usize,
    pub relation: Option<RelationId>,
    pub sqlstate: &'static str,
    /// The server's own words.
    pub message: String,
    /// Its detail, as it follows the message: in lower case, without a full stop.
    pub detail: Option<String>,
    pub mend: Mend,
    /// What it is that is there already, or is not dropped.
    pub(super) subject: Option<String>,
}

/// What the server would take instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Mend {
    /// It is there already.
    Exists,
    /// It is not there.
    Missing,
    /// It is not there, and this is.
    Meant(&'static str),
    /// Something depends on it.
    Dependents,
    /// An index is that of a constraint of this name.
    DropConstraint(String),
    /// An index is part of the one of this name.
    DropParent(String),
    /// A view reads the column.
    RemakeView,
    /// A view is replaced by one that is not like it.
    DropView,
    /// What reads the column, other than a view.
    RemakeReader,
    /// A column is turned into another type: this is how.
    Using(String),
    /// Another kind of statement is for what it is.
    OtherKind,
    /// An index on a partitioned table, partition by partition.
    IndexByParts,
    /// A NOT VALID foreign key on a partitioned table, partition by partition.
    KeyByParts,
    /// A key of a partitioned table lacks these columns.
    PartitionKey(String),
    /// Another partition is in the way.
    Bound,
    /// The DEFAULT partition is in the way.
    DetachPlainly,
    /// What a foreign key refers to is not unique.
    UniqueFirst,
    /// The columns of a foreign key are of types that do not go together.
    SameType,
    /// There is a primary key.
    OneKey,
    /// The access method does not do it.
    Btree,
    /// Tables refer to one that is truncated: this one among others.
    TruncateTogether(String),
    /// REFRESH CONCURRENTLY of a view without a unique index.
    IndexView,
    /// Events of deferred constraints wait.
    Immediate,
    /// A label was added by the same transaction.
    CommitLabel,
    /// Something of the column must be changed first.
    ColumnFirst(&'static str),
    /// It belongs to the parent.
    OnParent,
    /// Write it without what it does not go together with.
    WriteOtherwise,
}

impl Refusal {
    pub(super) fn new(sqlstate: &'static str, message: String, mend: Mend) -> Self {
        Self {
            command: 0,
            relation: None,
            sqlstate,
            message,
            detail: None,
            mend,
            subject: None,
        }
    }

    pub(super) fn detail(mut self, detail: String) -> Self {
        self.detail = Some(detail);
        self
    }

    pub(super) const fn on(mut self, relation: RelationId) -> Self {
        self.relation = Some(relation);
        self
    }

    pub(super) fn about(mut self, subject: &str) -> Self {
        self.subject = Some(subject.to_owned());
        self
    }

    /// Whether it says that something of this name is there already.
    pub(in crate::effects) fn finds(&self, names: &FxHashSet<String>) -> bool {
        let known = |name: &String| names.contains(name);
        self.mend == Mend::Exists && self.subject.as_ref().is_some_and(known)
    }

    /// What was to go, and stays.
    pub(in crate::effects) fn keeps(&self) -> Option<&str> {
        let goes = matches!(
            self.mend,
            Mend::Dependents | Mend::DropConstraint(_) | Mend::DropParent(_)
        );
        self.subject.as_deref().filter(|_| goes)
    }

    /// Whether all stays as it is: what is made is there already, what is dropped is needed.
    pub(in crate::effects) fn leaves_all(&self) -> bool {
        let emptied = matches!(self.mend, Mend::TruncateTogether(_));
        self.mend == Mend::Exists || emptied || self.keeps().is_some()
    }
}
