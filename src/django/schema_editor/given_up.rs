//! Tables and columns that migrations take out of the state and leave in the database: code does not use them any more.

use crate::django::facts::ProjectFacts;
use crate::django::operation::{Operation, OperationKind};
use crate::django::state::{ModelKey, State};
use crate::ir::Unused;
use crate::source::Span;
use std::collections::BTreeSet;

/// What is in the database and not in the state.
#[derive(Debug, Default)]
pub(super) struct GivenUp {
    all: BTreeSet<Unused>,
    /// What the migration at hand has given up, and where.
    now: Vec<(Unused, Span)>,
}

impl GivenUp {
    /// An operation of `app`, with the state before it.
    pub(super) fn note(
        &mut self,
        app: &str,
        operation: &Operation,
        before: &State,
        facts: &ProjectFacts<'_>,
    ) {
        let (OperationKind::SeparateDatabaseAndState {
            state_operations, ..
        }
        | OperationKind::RunSql {
            state_operations, ..
        }) = &operation.kind
        else {
            return;
        };
        let mut state = before.clone();
        for inner in state_operations {
            if let Some(unused) = unused(app, inner, &state, facts) {
                self.now.push((unused.clone(), inner.span));
                self.all.insert(unused);
            }
            state.apply(app, inner, facts);
        }
    }

    /// What is still given up in this state, all of it and by the last migration: a table may belong to another model by now.
    pub(super) fn settle(&mut self, state: &State) -> (Vec<Unused>, Vec<(Unused, Span)>) {
        let models = state.models();
        self.all.retain(|unused| {
            let mut owners = models.iter().filter(|model| model.table() == unused.table);
            !owners.any(|model| {
                let named = unused.column.as_ref();
                named
                    .is_none_or(|column| model.fields.iter().any(|field| field.column() == *column))
            })
        });
        let mut now = std::mem::take(&mut self.now);
        now.retain(|(unused, _)| self.all.contains(unused));
        now.dedup();
        (self.all.iter().cloned().collect(), now)
    }
}

fn unused(
    app: &str,
    operation: &Operation,
    before: &State,
    facts: &ProjectFacts<'_>,
) -> Option<Unused> {
    match &operation.kind {
        OperationKind::DeleteModel { name } => {
            let model = before.get(&ModelKey::new(app, name))?;
            Some(Unused {
                table: model.table(),
                column: None,
            })
        }
        OperationKind::RemoveField { model_name, name } => {
            let model = before.get(&ModelKey::new(app, model_name))?;
            let field = model.field(name)?;
            Some(match before.through(model, field, facts) {
                Some(through) => Unused {
                    table: through.table(),
                    column: None,
                },
                None => Unused {
                    table: model.table(),
                    column: Some(field.column()),
                },
            })
        }
        _ => None,
    }
}
