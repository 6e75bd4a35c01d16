//! The server's words, made ours. An unknown word is an error: it must not pass for harmless.

use crate::ir::RelationKind;
use crate::postgres::{Access, LockMode};
use mig_lint_demo_db::probe::Kind;

/// A lock mode as `pg_locks.mode` writes it.
pub(super) fn lock_mode(word: &str) -> Result<LockMode, String> {
    let known = LockMode::ALL.into_iter().find(|mode| {
        let name = serde_json::to_value(mode).ok();
        name.as_ref().and_then(serde_json::Value::as_str) == Some(word)
    });
    known.ok_or_else(|| format!("the server holds a lock of a mode that is not known: {word}"))
}

/// A relation's kind by `pg_class.relkind`.
pub(super) const fn relation_kind(letter: char) -> RelationKind {
    match letter {
        'i' | 'I' => RelationKind::Index,
        'v' => RelationKind::View,
        'm' => RelationKind::MaterializedView,
        'S' => RelationKind::Sequence,
        'f' => RelationKind::ForeignTable,
        _ => RelationKind::Table,
    }
}

/// What a probe does.
impl From<Kind> for Access {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Select => Self::Select,
            Kind::SelectForUpdate => Self::SelectForUpdate,
            Kind::Insert => Self::Insert,
            Kind::Update => Self::Update,
            Kind::Delete => Self::Delete,
            Kind::Vacuum => Self::Vacuum,
            Kind::CreateIndexConcurrently => Self::CreateIndexConcurrently,
        }
    }
}
