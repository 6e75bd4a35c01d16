//! What an operation becomes, for which nobody waits.

use super::module::Operation;
use super::parts::Parts;
use crate::finding::{Built, Finding, NotValid, Remedy};
use crate::fix::apart::PutOff;
use crate::ir::Migration;

/// What an operation becomes.
pub(super) enum Form {
    /// The same under another name, outside a transaction.
    Concurrently(&'static str),
    /// `AddConstraintNotValid`, and `ValidateConstraint` later.
    NotValid,
    /// `SeparateDatabaseAndState`: its SQL otherwise than Django writes it, and `RunSQL` later.
    InParts(Parts),
}

impl Form {
    /// That of an operation that some of these findings are about.
    pub(super) fn of(
        migration: &Migration,
        operation: &Operation<'_>,
        findings: &[&Finding],
    ) -> Option<Self> {
        let about = findings.iter().filter(|it| it.statement == operation.span);
        let about: Vec<&Finding> = about.copied().collect();
        let own = about.iter().find_map(|it| Self::own(operation, it));
        own.or_else(|| Parts::of(migration, operation, &about).map(Self::InParts))
    }

    /// Only where the operation does what the finding is about, and no more: `Index` is no field with an index of its own.
    fn own(operation: &Operation<'_>, finding: &Finding) -> Option<Self> {
        match (operation.class, finding.remedy.as_ref()?) {
            ("AddIndex", Remedy::IndexConcurrently(Built::Created)) => {
                Some(Self::Concurrently("AddIndexConcurrently"))
            }
            ("RemoveIndex", Remedy::DropIndexConcurrently) => {
                Some(Self::Concurrently("RemoveIndexConcurrently"))
            }
            ("AddConstraint", Remedy::NotValid(NotValid::Check(_))) => Some(Self::NotValid),
            _ => None,
        }
    }

    /// What is done later than the operation does it; where it is alone, nothing is that could stay.
    pub(super) fn put_off(
        &self,
        migration: &Migration,
        operation: &Operation<'_>,
        is_alone: bool,
    ) -> Vec<PutOff> {
        match self {
            Self::InParts(parts) => parts.put_off.clone(),
            Self::Concurrently(_) if !is_alone => {
                let own = migration.statements.iter();
                let own = own.filter(|it| it.span == operation.span);
                own.map(PutOff::of).collect()
            }
            _ => Vec::new(),
        }
    }
}
