//! Tables and columns that migrations take out of the state and leave in the database: code does not use them any more.

use crate::django::facts::ProjectFacts;
use crate::django::operation::{Operation, OperationKind};
use crate::django::state::{ModelKey, State};
use crate::ir::Unused;
use std::collections::BTreeSet;

/// What is in the database and not in the state.
#[derive(Debug, Default)]
pub(super) struct GivenUp(BTreeSet<Unused>);

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
            self.0.extend(unused(app, inner, &state, facts));
            state.apply(app, inner, facts);
        }
    }

    /// What is still given up in this state: a table may belong to another model by now.
    pub(super) fn settle(&mut self, state: &State) -> Vec<Unused> {
        let models = state.models();
        self.0.retain(|unused| {
            let mut owners = models.iter().filter(|model| model.table() == unused.table);
            !owners.any(|model| {
                let named = unused.column.as_ref();
                named
                    .is_none_or(|column| model.fields.iter().any(|field| field.column() == *column))
            })
        });
        self.0.iter().cloned().collect()
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
