//! Each kind of operation undone: what it runs on the way back.
//!
//! Source: `database_backwards` of the classes in `django/db/migrations/operations` and `django/contrib/postgres/operations.py`; `Migration.unapply` in
//! `django/db/migrations/migration.py`.

use super::editor::Editor;
use super::names::quote;
use crate::django::facts::ProjectFacts;
use crate::django::migration::DjangoMigration;
use crate::django::operation::{Operation, OperationKind};
use crate::django::state::{State, name_of};
use crate::django::value::Value;

/// Operations with the states before and after each.
type Passed<'o> = Vec<(&'o Operation, State, State)>;

/// Whether Django takes back a migration at all: it asks all operations before it begins.
pub(super) fn is_reversible(migration: &DjangoMigration) -> bool {
    fn all(operations: &[Operation]) -> bool {
        operations.iter().all(|operation| match &operation.kind {
            OperationKind::RunSql { reverse, .. } => reverse.is_some(),
            OperationKind::RunPython(code) => code.reverse.is_some(),
            OperationKind::SeparateDatabaseAndState {
                database_operations,
                ..
            } => all(database_operations),
            _ => true,
        })
    }
    all(&migration.operations)
}

fn passed<'o>(
    operations: &'o [Operation],
    app: &str,
    before: &State,
    facts: &ProjectFacts<'_>,
) -> Passed<'o> {
    let mut state = before.clone();
    let all = operations.iter().map(|operation| {
        let before = state.clone();
        state.apply(app, operation, facts);
        (operation, before, state.clone())
    });
    all.collect()
}

impl Editor<'_, '_> {
    /// Undoes these operations of an app, the last one first; `before` is the state before the first.
    pub(super) fn undo_all(&mut self, app: &str, operations: &[Operation], before: &State) {
        for (operation, before, after) in passed(operations, app, before, self.facts).iter().rev() {
            self.span = operation.span;
            self.undo(app, &operation.kind, after, before);
        }
    }

    fn undo(&mut self, app: &str, kind: &OperationKind, from: &State, to: &State) {
        if let Some(opposite) = opposite(kind, app, to) {
            return self.forwards(app, &opposite, from, to);
        }
        match kind {
            OperationKind::DeleteModel { name } => {
                if let Some(model) = self.table_of(to, app, name) {
                    self.create_model(&model, to);
                }
            }
            OperationKind::RemoveField { model_name, name } => {
                let Some(model) = self.table_of(to, app, model_name) else {
                    return;
                };
                if let Some(field) = model.field(name) {
                    self.add_field(&model, field, to);
                }
            }
            OperationKind::AlterField {
                model_name, name, ..
            } => {
                let Some(model) = self.table_of(to, app, model_name) else {
                    return;
                };
                let old = from.get(&model.key).and_then(|model| model.field(name));
                match (old.cloned(), model.field(name)) {
                    (Some(old), Some(new)) => self.change(&model, &old, new, from, to),
                    _ => self.missing(self.span, format!("{model_name} has no field {name}")),
                }
            }
            OperationKind::CreateExtension { name } => {
                self.execute(format!("DROP EXTENSION IF EXISTS {}", quote(name)));
            }
            OperationKind::RunSql { reverse, .. } => match reverse {
                Some(Ok(texts)) => texts.iter().for_each(|text| self.run_sql(text)),
                Some(Err(opaque)) => self.missing(self.span, opaque.reason.clone()),
                None => {}
            },
            OperationKind::RunPython(code) => {
                if let Some(reverse) = &code.reverse {
                    self.run_python(reverse, from);
                }
            }
            OperationKind::SeparateDatabaseAndState {
                database_operations,
                ..
            } => self.undo_all(app, database_operations, to),
            OperationKind::Opaque(opaque, _) => self.missing(self.span, opaque.reason.clone()),
            OperationKind::RemoveTrigger { name, .. } => {
                self.missing(
                    self.span,
                    format!("what installs the trigger {name} is not known"),
                );
            }
            _ => {}
        }
    }
}

/// The operation that does on the way up what this one does on the way back, where there is one; `to` is the state that is gone back to.
fn opposite(kind: &OperationKind, app: &str, to: &State) -> Option<OperationKind> {
    let of_model =
        |model_name: &str, name: &str, list: fn(&crate::django::state::Options) -> &Vec<Value>| {
            let model = to.get(&crate::django::state::ModelKey::new(app, model_name))?;
            let mut known = list(&model.options).iter();
            known.find(|known| name_of(known) == Some(name)).cloned()
        };
    Some(match kind.clone() {
        OperationKind::CreateModel { name, .. } => OperationKind::DeleteModel { name },
        OperationKind::RenameModel { old_name, new_name } => OperationKind::RenameModel {
            old_name: new_name,
            new_name: old_name,
        },
        OperationKind::AddField {
            model_name, name, ..
        } => OperationKind::RemoveField { model_name, name },
        OperationKind::RenameField {
            model_name,
            old_name,
            new_name,
        } => OperationKind::RenameField {
            model_name,
            old_name: new_name,
            new_name: old_name,
        },
        // These go by the states alone.
        same @ (OperationKind::AlterModelTable { .. }
        | OperationKind::AlterModelTableComment { .. }
        | OperationKind::AlterTogether { .. }
        | OperationKind::AlterOrderWithRespectTo { .. }) => same,
        OperationKind::AddIndex {
            model_name,
            index,
            concurrently,
        } => OperationKind::RemoveIndex {
            model_name,
            name: name_of(&index)?.to_owned(),
            concurrently,
        },
        OperationKind::RemoveIndex {
            model_name,
            name,
            concurrently,
        } => OperationKind::AddIndex {
            index: of_model(&model_name, &name, |options| &options.indexes)?,
            model_name,
            concurrently,
        },
        OperationKind::RenameIndex {
            model_name,
            new_name,
            old_name: Some(old_name),
            ..
        } => OperationKind::RenameIndex {
            model_name,
            new_name: old_name,
            old_name: Some(new_name),
            old_fields: None,
        },
        OperationKind::AddConstraint {
            model_name,
            constraint,
            ..
        } => OperationKind::RemoveConstraint {
            model_name,
            name: name_of(&constraint)?.to_owned(),
        },
        OperationKind::RemoveConstraint { model_name, name } => OperationKind::AddConstraint {
            constraint: of_model(&model_name, &name, |options| &options.constraints)?,
            model_name,
            not_valid: false,
        },
        OperationKind::CreateCollation {
            name,
            locale,
            provider,
            deterministic,
        } => OperationKind::RemoveCollation {
            name,
            locale,
            provider,
            deterministic,
        },
        OperationKind::RemoveCollation {
            name,
            locale,
            provider,
            deterministic,
        } => OperationKind::CreateCollation {
            name,
            locale,
            provider,
            deterministic,
        },
        OperationKind::AddTrigger {
            model_name, name, ..
        } => OperationKind::RemoveTrigger { model_name, name },
        _ => return None,
    })
}
