//! How operations change the state.

use super::{Model, ModelKey, Options, State, name_of};
use crate::django::facts::ProjectFacts;
use crate::django::fields::{Field, model_named};
use crate::django::operation::{Operation, OperationKind, Together};
use crate::django::value::{Call, Value};
use crate::source::Span;
use std::sync::Arc;

/// A field or an option, by its name.
type Named = (String, Value);

impl State {
    /// The state after an operation of `app`.
    pub fn apply(&mut self, app: &str, operation: &Operation, facts: &ProjectFacts<'_>) {
        match &operation.kind {
            OperationKind::CreateModel {
                name,
                fields,
                options,
                bases,
            } => self.create(app, operation.span, (name, fields, options, bases), facts),
            OperationKind::DeleteModel { name } => {
                self.models.remove(&ModelKey::new(app, name));
            }
            OperationKind::RenameModel { old_name, new_name } => {
                self.rename_model(&ModelKey::new(app, old_name), app, new_name);
            }
            OperationKind::AddField {
                model_name,
                name,
                field,
                preserve_default,
            }
            | OperationKind::AlterField {
                model_name,
                name,
                field,
                preserve_default,
            } => {
                let key = ModelKey::new(app, model_name);
                let mut field = Field::read(name, field, &key, facts);
                if !preserve_default {
                    field.arguments.retain(|(name, _)| name != "default");
                }
                self.put_field(&key, field);
            }
            OperationKind::RemoveField { model_name, name } => {
                if let Some(model) = self.edit(&ModelKey::new(app, model_name)) {
                    model.fields.retain(|field| field.name != *name);
                }
            }
            OperationKind::RenameField {
                model_name,
                old_name,
                new_name,
            } => self.rename_field(&ModelKey::new(app, model_name), old_name, new_name),
            OperationKind::RunSql {
                state_operations, ..
            }
            | OperationKind::SeparateDatabaseAndState {
                state_operations, ..
            } => {
                for operation in state_operations {
                    self.apply(app, operation, facts);
                }
            }
            other => self.apply_option(app, other),
        }
    }

    fn apply_option(&mut self, app: &str, kind: &OperationKind) {
        let name = match kind {
            OperationKind::AlterModelTable { name, .. }
            | OperationKind::AlterModelTableComment { name, .. }
            | OperationKind::AlterTogether { name, .. }
            | OperationKind::AlterOrderWithRespectTo { name, .. }
            | OperationKind::AlterModelOptions { name, .. } => name,
            OperationKind::AddIndex { model_name, .. }
            | OperationKind::RemoveIndex { model_name, .. }
            | OperationKind::RenameIndex { model_name, .. }
            | OperationKind::AddConstraint { model_name, .. }
            | OperationKind::RemoveConstraint { model_name, .. }
            | OperationKind::AlterConstraint { model_name, .. } => model_name,
            _ => return,
        };
        let Some(model) = self.edit(&ModelKey::new(app, name)) else {
            return;
        };
        let named = |wanted: &str| {
            let wanted = wanted.to_owned();
            move |value: &Value| name_of(value) == Some(wanted.as_str())
        };
        let options = &mut model.options;
        match kind {
            OperationKind::AlterModelTable { table, .. } => options.db_table.clone_from(table),
            OperationKind::AlterModelTableComment { table_comment, .. } => {
                options.comment.clone_from(table_comment);
            }
            OperationKind::AlterTogether { which, sets, .. } => match which {
                Together::Unique => options.unique_together.clone_from(sets),
                Together::Index => options.index_together.clone_from(sets),
            },
            OperationKind::AlterOrderWithRespectTo { field, .. } => {
                options.order_with_respect_to.clone_from(field);
                model.keep_order_field();
            }
            OperationKind::AlterModelOptions { options: given, .. } => {
                // What it does not name is gone. Source: `AlterModelOptions.ALTER_OPTION_KEYS`.
                options.managed = true;
                options.default_related_name = None;
                options.set(given);
            }
            OperationKind::AddIndex { index, .. } => options.indexes.push(index.clone()),
            OperationKind::RemoveIndex { name, .. } => {
                let gone = named(name);
                options.indexes.retain(|index| !gone(index));
            }
            OperationKind::RenameIndex {
                new_name,
                old_name,
                old_fields,
                ..
            } => {
                if let Some(fields) = old_fields {
                    options.index_together.retain(|set| set != fields);
                    options.indexes.push(index_on(fields, new_name));
                }
                if let Some(old_name) = old_name {
                    rename(&mut options.indexes, old_name, new_name);
                }
            }
            OperationKind::AddConstraint { constraint, .. } => {
                options.constraints.push(constraint.clone());
            }
            OperationKind::RemoveConstraint { name, .. } => {
                let gone = named(name);
                options.constraints.retain(|constraint| !gone(constraint));
            }
            OperationKind::AlterConstraint {
                name, constraint, ..
            } => {
                let old = named(name);
                for known in options.constraints.iter_mut().filter(|known| old(known)) {
                    known.clone_from(constraint);
                }
            }
            _ => {}
        }
    }

    fn create(
        &mut self,
        app: &str,
        span: Span,
        (name, fields, given, bases): (&str, &[Named], &[Named], &[Value]),
        facts: &ProjectFacts<'_>,
    ) {
        let key = ModelKey::new(app, name);
        let mut options = Options::default();
        options.set(given);
        let mut model = Model {
            fields: fields
                .iter()
                .filter(|(name, _)| !name.is_empty())
                .map(|(name, value)| Arc::new(Field::read(name, value, &key, facts)))
                .collect(),
            parents: Vec::new(),
            key,
            name: name.to_owned(),
            options,
            birth: 0,
        };
        for base in bases {
            match base {
                Value::Str(_) => {
                    if let Some((parent, _)) = model_named(base, &model.key) {
                        model.parents.push(parent);
                    }
                }
                Value::Name(_) => {
                    if let Some((parent, _)) = model_named(base, &model.key)
                        && self.get(&parent).is_some()
                    {
                        model.parents.push(parent);
                    }
                }
                _ => {}
            }
        }
        let composite = |field: &Arc<Field>| field.path.ends_with(".CompositePrimaryKey");
        if model.primary_key().is_none()
            && !model.options.proxy
            && model.parents.is_empty()
            && !model.fields.iter().any(composite)
        {
            model.fields.insert(
                0,
                key_field(&facts.default_auto_field, span, &model.key, facts).into(),
            );
        }
        // Source: `Field.__lt__` compares creation counters, which are negative for what Django makes by itself.
        model.fields.sort_by_key(|field| !field.auto_created);
        model.keep_order_field();
        self.put(model);
    }

    fn put_field(&mut self, key: &ModelKey, field: Field) {
        if let Some(model) = self.edit(key) {
            match model
                .fields
                .iter_mut()
                .find(|known| known.name == field.name)
            {
                Some(known) => *known = field.into(),
                None => model.fields.push(field.into()),
            }
        }
    }
}

impl Options {
    fn set(&mut self, given: &[(String, Value)]) {
        for (name, value) in given {
            let text = || value.as_str().map(str::to_owned);
            let items = || value.items().unwrap_or_default().to_vec();
            match name.as_str() {
                "db_table" => self.db_table = text(),
                "db_table_comment" => self.comment = text(),
                "unique_together" => self.unique_together = sets(value),
                "index_together" => self.index_together = sets(value),
                "indexes" => self.indexes = items(),
                "constraints" => self.constraints = items(),
                "managed" => self.managed = value.truth().unwrap_or(true),
                "proxy" => self.proxy = value.truth().unwrap_or(false),
                "swappable" => self.swappable = text(),
                "order_with_respect_to" => self.order_with_respect_to = text(),
                "default_related_name" => self.default_related_name = text(),
                _ => {}
            }
        }
    }
}

impl Model {
    /// The `_order` field is there as long as `order_with_respect_to` is.
    fn keep_order_field(&mut self) {
        let there = self.field("_order").is_some();
        match (&self.options.order_with_respect_to, there) {
            (Some(_), false) => self.fields.push(order_field().into()),
            (None, true) => self.fields.retain(|field| field.name != "_order"),
            _ => {}
        }
    }
}

/// The field that keeps the order of `order_with_respect_to`.
#[must_use]
pub(in crate::django) fn order_field() -> Field {
    use crate::django::fields::Kind;
    let path = "django.db.models.fields.proxy.OrderWrt";
    Field {
        name: "_order".to_owned(),
        path: path.to_owned(),
        kind: Kind::of(path),
        arguments: Vec::new(),
        fixed_type: None,
        opaque: None,
        relation: None,
        auto_created: false,
        span: Span::default(),
    }
}

pub(super) fn key_field(
    class: &str,
    span: Span,
    owner: &ModelKey,
    facts: &ProjectFacts<'_>,
) -> Field {
    let primary = vec![("primary_key".to_owned(), Value::Bool(true))];
    Field::read("id", &call(class, primary, span), owner, facts)
}

pub(super) fn call(callee: &str, kwargs: Vec<(String, Value)>, span: Span) -> Value {
    Value::Call(Box::new(Call {
        receiver: None,
        callee: callee.to_owned(),
        args: Vec::new(),
        kwargs,
        span,
    }))
}

/// An index as AddIndex would have made it.
fn index_on(fields: &[String], name: &str) -> Value {
    let fields = fields.iter().map(|field| Value::Str(field.clone().into()));
    let kwargs = vec![
        ("fields".to_owned(), Value::List(fields.collect())),
        ("name".to_owned(), Value::Str(name.to_owned().into())),
    ];
    call("django.db.models.Index", kwargs, Span::default())
}

fn rename(indexes: &mut [Value], old: &str, new: &str) {
    for index in indexes {
        if name_of(index) != Some(old) {
            continue;
        }
        if let Value::Call(call) = index {
            for (name, value) in &mut call.kwargs {
                if name == "name" {
                    *value = Value::Str(new.to_owned().into());
                }
            }
        }
    }
}

/// Sets of names; one set may stand for itself.
fn sets(value: &Value) -> Vec<Vec<String>> {
    let Some(items) = value.items() else {
        return Vec::new();
    };
    let strings = |items: &[Value]| -> Option<Vec<String>> {
        let texts = items.iter().map(|item| item.as_str().map(str::to_owned));
        texts.collect()
    };
    if let Some(single) = strings(items).filter(|single| !single.is_empty()) {
        return vec![single];
    }
    let sets = items.iter().filter_map(|item| strings(item.items()?));
    sets.collect()
}
