//! Each kind of operation: what it runs, and how the state moves on.
//!
//! Source: `database_forwards` of the classes in `django/db/migrations/operations` and `django/contrib/postgres/operations.py`.

use super::alter_field::Change;
use super::editor::Editor;
use super::names::quote;
use crate::django::facts::Generated;
use crate::django::fields::Field;
use crate::django::operation::{Operation, OperationKind, SqlText};
use crate::django::state::{Model, ModelKey, State, name_of, order_field};
use crate::django::value::Value;
use crate::source::Span;
use std::sync::Arc;

impl Editor<'_, '_> {
    /// Runs an operation, and moves the state past it.
    pub(super) fn operation(&mut self, app: &str, operation: &Operation, state: &mut State) {
        self.span = operation.span;
        match &operation.kind {
            OperationKind::SeparateDatabaseAndState {
                database_operations,
                ..
            } => {
                let mut aside = state.clone();
                for inner in database_operations {
                    self.operation(app, inner, &mut aside);
                }
                state.apply(app, operation, self.facts);
            }
            OperationKind::RunSql { sql, .. } => {
                for text in sql {
                    self.run_sql(text);
                }
                state.apply(app, operation, self.facts);
            }
            OperationKind::RunPython(code) => self.run_python(code, state),
            OperationKind::Opaque(opaque, _) => {
                self.missing(operation.span, opaque.reason.clone());
            }
            _ => {
                let before = state.clone();
                state.apply(app, operation, self.facts);
                self.forwards(app, &operation.kind, &before, state);
            }
        }
    }

    pub(super) fn forwards(
        &mut self,
        app: &str,
        kind: &OperationKind,
        before: &State,
        after: &State,
    ) {
        match kind {
            OperationKind::CreateModel {
                name,
                fields,
                options,
                bases,
            } => {
                self.note_unknown(
                    fields
                        .iter()
                        .map(|(_, value)| value)
                        .chain(options.iter().map(|(_, value)| value))
                        .chain(bases),
                );
                if let Some(model) = self.table_of(after, app, name) {
                    self.create_model(&model, after);
                }
            }
            OperationKind::DeleteModel { name } => {
                if let Some(model) = self.table_of(before, app, name) {
                    self.delete_model(&model, before);
                }
            }
            OperationKind::RenameModel { old_name, new_name } => {
                self.rename_model(app, old_name, new_name, before, after);
            }
            OperationKind::AddField {
                model_name,
                name,
                field,
                ..
            } => {
                let Some(model) = self.table_of(after, app, model_name) else {
                    return;
                };
                // With its default, even where the state forgets it.
                let field = Field::read(name, field, &model.key, self.facts);
                self.add_field(&model, &field, after);
            }
            OperationKind::RemoveField { model_name, name } => {
                let Some(model) = self.table_of(before, app, model_name) else {
                    return;
                };
                match model.field(name) {
                    Some(field) => self.remove_field(&model, field, before),
                    None => self.missing(self.span, format!("{model_name} has no field {name}")),
                }
            }
            OperationKind::AlterField {
                model_name,
                name,
                field,
                ..
            } => {
                let Some(model) = self.table_of(after, app, model_name) else {
                    return;
                };
                let old = before
                    .get(&model.key)
                    .and_then(|model| model.field(name))
                    .cloned();
                let Some(old) = old else {
                    self.missing(self.span, format!("{model_name} has no field {name}"));
                    return;
                };
                let new = Field::read(name, field, &model.key, self.facts);
                self.change(&model, &old, &new, before, after);
            }
            OperationKind::RenameField {
                model_name,
                old_name,
                new_name,
            } => {
                let Some(model) = self.table_of(after, app, model_name) else {
                    return;
                };
                let old = before
                    .get(&model.key)
                    .and_then(|model| model.field(old_name))
                    .cloned();
                match (old, model.field(new_name)) {
                    (Some(old), Some(new)) => self.change(&model, &old, new, before, after),
                    _ => self.missing(self.span, format!("{model_name} has no field {old_name}")),
                }
            }
            _ => self.options(app, kind, before, after),
        }
    }

    fn options(&mut self, app: &str, kind: &OperationKind, before: &State, after: &State) {
        match kind {
            OperationKind::AlterModelTable { name, .. } => {
                self.alter_table(app, name, before, after);
            }
            OperationKind::AlterModelTableComment { name, .. } => {
                let Some(model) = self.table_of(after, app, name) else {
                    return;
                };
                let table = model.table();
                self.comment_on_table(&table, model.options.comment.as_deref());
            }
            OperationKind::AlterTogether { name, which, .. } => {
                self.alter_together(app, name, *which, before, after);
            }
            OperationKind::AlterOrderWithRespectTo { name, .. } => {
                self.alter_order(app, name, before, after);
            }
            OperationKind::AddIndex {
                model_name,
                index,
                concurrently,
            } => {
                let Some(model) = self.table_of(after, app, model_name) else {
                    return;
                };
                if let Some(ddl) = self.index(&model, index, *concurrently, after) {
                    self.run(&ddl);
                }
            }
            OperationKind::RemoveIndex {
                model_name,
                name,
                concurrently,
            } => {
                let Some(model) = self.table_of(before, app, model_name) else {
                    return;
                };
                if *concurrently {
                    self.catalogue.drop_index(name);
                    self.execute(format!("DROP INDEX CONCURRENTLY IF EXISTS {}", quote(name)));
                } else {
                    self.drop_index(&model.table(), name);
                }
            }
            OperationKind::RenameIndex {
                model_name,
                new_name,
                old_name,
                old_fields,
            } => {
                let Some(model) = self.table_of(before, app, model_name) else {
                    return;
                };
                let old = match (old_name, old_fields) {
                    (Some(name), _) => Some(name.clone()),
                    (None, Some(fields)) => {
                        let columns = self.columns(&model, fields, before);
                        let table = model.table();
                        let mut known = self.catalogue.on(&table, &columns);
                        if known.any(|known| known.name == *new_name) {
                            return;
                        }
                        drop(known);
                        self.index_on(&model, fields, before)
                    }
                    (None, None) => None,
                };
                match old {
                    Some(old) if old != *new_name => {
                        self.execute(format!(
                            "ALTER INDEX {} RENAME TO {}",
                            quote(&old),
                            quote(new_name)
                        ));
                        self.catalogue.rename_index(&old, new_name);
                    }
                    Some(_) => {}
                    None => self.missing(
                        self.span,
                        "the index that is renamed is not known".to_owned(),
                    ),
                }
            }
            _ => self.constraints(app, kind, before, after),
        }
    }

    /// Constraints, extensions and collations.
    fn constraints(&mut self, app: &str, kind: &OperationKind, before: &State, after: &State) {
        match kind {
            OperationKind::AddConstraint {
                model_name,
                constraint,
                not_valid,
            } => {
                let Some(model) = self.table_of(after, app, model_name) else {
                    return;
                };
                self.add_constraint(&model, constraint, *not_valid, after);
            }
            OperationKind::RemoveConstraint { model_name, name } => {
                let Some(model) = self.table_of(before, app, model_name) else {
                    return;
                };
                let constraints = model.options.constraints.iter();
                let known = constraints
                    .clone()
                    .find(|known| name_of(known) == Some(name));
                self.remove_constraint(&model, name, known);
            }
            OperationKind::ValidateConstraint { model_name, name } => {
                let Some(model) = self.table_of(after, app, model_name) else {
                    return;
                };
                let table = model.table();
                self.execute(format!(
                    "ALTER TABLE {} VALIDATE CONSTRAINT {}",
                    quote(&table),
                    quote(name)
                ));
            }
            // Django looks first whether it is there.
            OperationKind::CreateExtension { name } if self.catalogue.add_extension(name) => {
                self.execute(format!("CREATE EXTENSION IF NOT EXISTS {}", quote(name)));
            }
            OperationKind::CreateCollation {
                name,
                locale,
                provider,
                deterministic,
            } => {
                let mut options = vec![format!("locale={}", quote(locale))];
                if provider != "libc" {
                    options.push(format!("provider={}", quote(provider)));
                }
                if !deterministic {
                    options.push("deterministic=false".to_owned());
                }
                self.catalogue.add_collation(name, *deterministic);
                self.execute(format!(
                    "CREATE COLLATION {} ({})",
                    quote(name),
                    options.join(", ")
                ));
            }
            OperationKind::RemoveCollation { name, .. } => {
                self.catalogue.drop_collation(name);
                self.execute(format!("DROP COLLATION {}", quote(name)));
            }
            OperationKind::AddTrigger {
                model_name,
                name,
                statements,
                uninstall,
            } => {
                let model = ModelKey::new(app, model_name).to_string();
                self.catalogue.add_trigger(model, name, uninstall);
                for statement in statements {
                    self.execute(statement.clone());
                }
            }
            OperationKind::RemoveTrigger { model_name, name } => {
                let model = ModelKey::new(app, model_name).to_string();
                match self.catalogue.drop_trigger(model, name) {
                    Some(uninstall) => self.execute(uninstall),
                    None => self.missing(self.span, format!("the trigger {name} is not known")),
                }
            }
            _ => {}
        }
    }

    /// The model, where Django keeps its table.
    pub(super) fn table_of(&mut self, state: &State, app: &str, name: &str) -> Option<Arc<Model>> {
        let key = ModelKey::new(app, name);
        match state.get(&key) {
            Some(model) => state.can_migrate(model, self.facts).then(|| model.clone()),
            None => {
                self.missing(self.span, format!("the model {key} is not known"));
                None
            }
        }
    }

    pub(super) fn change(
        &mut self,
        model: &Model,
        old: &Field,
        new: &Field,
        before: &State,
        after: &State,
    ) {
        self.alter_field(&Change {
            model,
            old,
            new,
            before,
            after,
        });
    }

    fn alter_order(&mut self, app: &str, name: &str, before: &State, after: &State) {
        let Some(new) = self.table_of(after, app, name) else {
            return;
        };
        let Some(old) = before.get(&new.key) else {
            return;
        };
        match (
            &old.options.order_with_respect_to,
            &new.options.order_with_respect_to,
        ) {
            (None, Some(_)) => {
                let mut field = order_field();
                field.arguments.push(("default".to_owned(), Value::Int(0)));
                self.add_field(&new, &field, after);
            }
            (Some(_), None) => self.remove_field(old, &order_field(), before),
            _ => {}
        }
    }

    /// SQL that was written by hand: it is run as it is, and what it does to names is followed.
    pub(super) fn run_sql(&mut self, sql: &SqlText) {
        let text = &sql.text.text;
        let whole = Span::new(0, text.len());
        for statement in crate::sql::parse(text, &[whole], &[]).statements {
            self.catalogue.follow(&statement.action);
        }
        self.push(Generated::Written(sql.clone()));
    }

    /// Notes what was not known of values that an operation is made of.
    fn note_unknown<'v>(&mut self, values: impl Iterator<Item = &'v Value>) {
        for value in values {
            if let Value::Unknown(opaque) = value {
                self.unknown(opaque.span, opaque.reason.clone());
            }
        }
    }
}
