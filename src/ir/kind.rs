//! The name of each action, as reports and JSON write it.

use super::{Action, DmlKind, Execution, ObjectKind, PublicationChange, RelationKind, Transaction};

impl Action {
    /// A stable label in kebab case: `alter-table`, `create-index`, `insert`.
    #[must_use]
    pub fn kind(&self) -> &str {
        match self {
            Self::AlterTable(alter) => altered(alter.kind),
            Self::CreateTable(create) if create.kind == RelationKind::ForeignTable => {
                "create-foreign-table"
            }
            Self::CreateTable(_) => "create-table",
            Self::CreateTableAs(create) if create.kind == RelationKind::MaterializedView => {
                "create-materialized-view"
            }
            Self::CreateTableAs(_) => "create-table-as",
            Self::CreateView(_) => "create-view",
            Self::CreateIndex(_) => "create-index",
            Self::Drop(drop) => dropped(drop.kind),
            Self::Truncate { .. } => "truncate",
            Self::LockTable { .. } => "lock-table",
            Self::Reindex { .. } => "reindex",
            Self::Refresh { .. } => "refresh-materialized-view",
            Self::Cluster { .. } => "cluster",
            Self::MoveAll { kind, .. } => altered(*kind),
            Self::Vacuum { .. } => "vacuum",
            Self::Analyze { .. } => "analyze",
            Self::CreateOn { kind, .. } => created_on(*kind),
            Self::AlterOn { kind, .. } => altered_on(*kind),
            Self::Comment { .. } => "comment",
            Self::Grant { revoke: false, .. } => "grant",
            Self::Grant { revoke: true, .. } => "revoke",
            Self::Owned { drop: false, .. } => "reassign-owned",
            Self::Owned { drop: true, .. } => "drop-owned",
            Self::CreateSequence { .. } => "create-sequence",
            Self::CreateComposite { .. } => "create-type",
            Self::AlterComposite { .. } | Self::AlterEnumRenameValue { .. } => "alter-type",
            Self::CreateEnum { .. } => "create-enum",
            Self::AlterEnumAddValue { .. } => "alter-enum-add-value",
            Self::CreateDomain { .. } => "create-domain",
            Self::AlterDomain { .. } => "alter-domain",
            Self::CreateObject(object) => &object.label,
            Self::CreateRoutine(routine) if routine.procedure => "create-procedure",
            Self::CreateRoutine(_) => "create-function",
            Self::RenameObject(renamed) => &renamed.label,
            Self::Publication(publication) => match publication.change {
                PublicationChange::Create => "create-publication",
                _ => "alter-publication",
            },
            Self::Dml(dml) if dml.execution == Execution::Planned => "explain",
            Self::Dml(dml) => dml_kind(dml.kind),
            Self::Copy { .. } => "copy",
            Self::Do { .. } => "do",
            Self::Call { .. } => "call",
            Self::Prepare { .. } => "prepare",
            Self::Execute { .. } => "execute",
            Self::Transaction(transaction) => controlled(transaction),
            Self::Set(set) if set.name == "discard" => "discard",
            Self::Set(set) if set.value.is_none() => "reset",
            Self::Set(_) => "set",
            Self::Utility(utility) => &utility.label,
            Self::Unknown => "unknown",
        }
    }
}

fn altered(kind: RelationKind) -> &'static str {
    match kind {
        RelationKind::Table => "alter-table",
        RelationKind::ForeignTable => "alter-foreign-table",
        RelationKind::Index => "alter-index",
        RelationKind::View => "alter-view",
        RelationKind::MaterializedView => "alter-materialized-view",
        RelationKind::Sequence => "alter-sequence",
        RelationKind::CompositeType => "alter-type",
    }
}

fn dropped(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Relation(RelationKind::Table) => "drop-table",
        ObjectKind::Relation(RelationKind::ForeignTable) => "drop-foreign-table",
        ObjectKind::Relation(RelationKind::Index) => "drop-index",
        ObjectKind::Relation(RelationKind::View) => "drop-view",
        ObjectKind::Relation(RelationKind::MaterializedView) => "drop-materialized-view",
        ObjectKind::Relation(RelationKind::Sequence) => "drop-sequence",
        ObjectKind::Trigger => "drop-trigger",
        ObjectKind::Rule => "drop-rule",
        ObjectKind::Policy => "drop-policy",
        ObjectKind::Function => "drop-function",
        ObjectKind::Type | ObjectKind::Relation(RelationKind::CompositeType) => "drop-type",
        ObjectKind::Domain => "drop-domain",
        ObjectKind::Schema => "drop-schema",
        ObjectKind::Extension => "drop-extension",
        ObjectKind::Publication => "drop-publication",
        ObjectKind::Subscription => "drop-subscription",
        ObjectKind::Statistics => "drop-statistics",
        ObjectKind::Database => "drop-database",
        ObjectKind::Tablespace => "drop-tablespace",
        ObjectKind::Role => "drop-role",
        ObjectKind::Column | ObjectKind::Constraint | ObjectKind::Other => "drop-object",
    }
}

fn created_on(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Trigger => "create-trigger",
        ObjectKind::Rule => "create-rule",
        ObjectKind::Policy => "create-policy",
        ObjectKind::Statistics => "create-statistics",
        _ => "create-object",
    }
}

fn altered_on(kind: ObjectKind) -> &'static str {
    match kind {
        ObjectKind::Trigger => "alter-trigger",
        ObjectKind::Rule => "alter-rule",
        ObjectKind::Policy => "alter-policy",
        ObjectKind::Statistics => "alter-statistics",
        _ => "alter-object",
    }
}

fn dml_kind(kind: DmlKind) -> &'static str {
    match kind {
        DmlKind::Select => "select",
        DmlKind::Insert => "insert",
        DmlKind::Update => "update",
        DmlKind::Delete => "delete",
        DmlKind::Merge => "merge",
    }
}

fn controlled(transaction: &Transaction) -> &'static str {
    match transaction {
        Transaction::Begin => "begin",
        Transaction::Commit { .. } => "commit",
        Transaction::Rollback { .. } => "rollback",
        Transaction::Savepoint(_) => "savepoint",
        Transaction::Release(_) => "release-savepoint",
        Transaction::RollbackTo(_) => "rollback-to-savepoint",
        Transaction::TwoPhase | Transaction::EndPrepared => "prepare-transaction",

        Transaction::SetConstraints { .. } => "set-constraints",
        Transaction::Other => "set-transaction",
    }
}
