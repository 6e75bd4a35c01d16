//! What takes a statement of ours back.

use crate::ir::{Action, AlterAction, AlterTable, Transaction};
use crate::rule::{quote, quote_name};
use crate::source::Span;
use crate::sql;

/// How a statement is taken back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reverse {
    By(String),
    /// It leaves nothing that would have to be taken back, or what that is goes with something else.
    Nothing,
}

impl Reverse {
    /// Nothing where nobody could tell what was there before.
    pub(super) fn of(statement: &str) -> Option<Self> {
        let parsed = sql::parse(statement, &[Span::new(0, statement.len())], &[]);
        let [one] = parsed.statements.as_slice() else {
            return None;
        };
        match &one.action {
            Action::CreateIndex(create) => {
                let name = quote(create.name.as_ref()?);
                let how = if create.concurrently {
                    "CONCURRENTLY "
                } else {
                    ""
                };
                Some(Self::By(format!("DROP INDEX {how}IF EXISTS {name};")))
            }
            Action::AlterTable(alter) => of_alter(alter),
            // The column that owns it takes it along.
            Action::CreateSequence {
                owned_by: Some(_), ..
            }
            | Action::Dml(_)
            | Action::Do { .. }
            | Action::Transaction(Transaction::SetConstraints { .. }) => Some(Self::Nothing),
            _ => None,
        }
    }
}

fn of_alter(alter: &AlterTable) -> Option<Reverse> {
    let [command] = alter.commands.as_slice() else {
        return None;
    };
    let back = match &command.action {
        AlterAction::AddColumn { column, .. } => format!("DROP COLUMN {}", quote(&column.name)),
        AlterAction::AddConstraint(added) => {
            // One that is there only until something else is may be gone by then.
            format!("DROP CONSTRAINT IF EXISTS {}", quote(added.name.as_ref()?))
        }
        AlterAction::SetNotNull { column } => {
            format!("ALTER COLUMN {} DROP NOT NULL", quote(column))
        }
        AlterAction::DropNotNull { column } => {
            format!("ALTER COLUMN {} SET NOT NULL", quote(column))
        }
        AlterAction::SetDefault { column, .. } => {
            format!("ALTER COLUMN {} DROP DEFAULT", quote(column))
        }
        AlterAction::ValidateConstraint { .. } => return Some(Reverse::Nothing),
        _ => return None,
    };
    let table = quote_name(&alter.name);
    Some(Reverse::By(format!("ALTER TABLE {table} {back};")))
}
