//! For migrations of Django's: its own operations, where it has them.

use super::{Advice, Case, sql};
use crate::finding::{Built, ForeignKey, NotValid, Remedy};
use crate::ir::Action;

fn makes_unique(case: &Case<'_>) -> bool {
    matches!(&case.statement.action, Action::CreateIndex(create) if create.unique)
}

/// What Django says in words of its own; `None` where it is what all do.
pub(super) fn advise(case: &Case<'_>, remedy: &Remedy) -> Option<Advice> {
    let help = match remedy {
        // An Index is never unique: a UniqueConstraint with a condition or an expression makes it, and has no operation of that kind.
        Remedy::IndexConcurrently(Built::Created) if makes_unique(case) => {
            return Some(Advice {
                help: "RunSQL with CREATE UNIQUE INDEX CONCURRENTLY, and the AddConstraint in its state_operations, alone in a migration with atomic = False".into(),
                ..sql::advise(case, remedy)
            });
        }
        Remedy::IndexConcurrently(Built::Created) => {
            "AddIndexConcurrently (in django.contrib.postgres.operations), alone in a migration with atomic = False; db_index=False on the field where that makes it"
        }
        Remedy::DropIndexConcurrently => {
            "RemoveIndexConcurrently (in django.contrib.postgres.operations), alone in a migration with atomic = False"
        }
        // The CHECK of a field's own, as PositiveIntegerField has one.
        Remedy::NotValid(NotValid::Check(None)) => {
            "IntegerField for PositiveIntegerField, which has no check; the check as a CheckConstraint by AddConstraintNotValid (in django.contrib.postgres.operations), ValidateConstraint in a later migration"
        }
        Remedy::NotValid(NotValid::Check(Some(_))) => {
            "AddConstraintNotValid (in django.contrib.postgres.operations), ValidateConstraint in a later migration"
        }
        Remedy::NotValid(NotValid::ForeignKey(ForeignKey::Added(_) | ForeignKey::Any)) => {
            let help = "db_constraint=False on the field for now; add it NOT VALID by RunSQL, validate it in a later migration";
            return Some(Advice {
                help: help.into(),
                ..sql::advise(case, remedy)
            });
        }
        Remedy::Batches { delete: true, .. } => {
            "delete in batches, in a RunPython of a migration with atomic = False, so that each commits"
        }
        Remedy::Batches { delete: false, .. } => {
            "write in batches, in a RunPython of a migration with atomic = False, so that each commits"
        }
        Remedy::CommitBatches { in_code: false } => {
            "write in batches, and set atomic = False on the migration, so that each commits by itself"
        }
        Remedy::OutsideTransaction { .. } => {
            "set atomic = False on the migration, and put nothing else into it"
        }
        Remedy::KeepDefault => {
            "give the field a db_default (Django 5.0), or null=True until the release that writes it is everywhere"
        }
        _ => return None,
    };
    Some(Advice::words(help))
}
