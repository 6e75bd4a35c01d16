//! What the names inside a RunPython function are bound to as it is followed.

use super::body::Body;
use super::things::{Rows, Thing, of_attribute};
use crate::django::operation::ModelName;
use crate::django::syntax::span_of;
use crate::django::value::{Opaque, Value};
use ruff_python_ast::{Expr, ExprAttribute};

/// Stands among Django's models, and is none: it has no table.
const ANONYMOUS: &str = "django.contrib.auth.models.AnonymousUser";

impl<'a> Body<'_, 'a> {
    /// The target of a loop over a thing.
    pub(super) fn bind_item(&mut self, target: &'a Expr, over: Thing, iter: &'a Expr) {
        let item = match over {
            Thing::Rows(model, rows) => Thing::Row(model, rows),
            Thing::Batches(Some(model)) => Thing::Rows(model, Rows::FEW),
            part @ Thing::Part(..) => part,
            _ => Thing::Other,
        };
        // Of `for at, row in enumerate(rows)` the last is the row.
        let last = match target {
            Expr::Tuple(tuple) => tuple.elts.last().unwrap_or(target),
            _ => target,
        };
        self.bind(last, item, iter);
    }

    pub(super) fn bind(&mut self, target: &'a Expr, thing: Thing, value: &'a Expr) {
        match target {
            Expr::Name(name) => {
                let value = if self.is_steady(&name.id) {
                    self.evaluator.value(value)
                } else {
                    Value::Unknown(Opaque {
                        span: span_of(value),
                        reason: format!("{} is changed later on", name.id),
                    })
                };
                self.evaluator.assign(target, value);
                if let Some(names) = self.names.last_mut() {
                    names.insert(name.id.to_string(), thing);
                }
            }
            Expr::Attribute(attribute) => {
                if let Thing::Row(..) | Thing::Part(..) = self.thing(&attribute.value) {
                    self.assigned.push(attribute.attr.to_string());
                }
            }
            // `rows[key] = row`
            Expr::Subscript(item) => self.keep(&item.value, thing),
            Expr::Tuple(tuple) => {
                let values = value
                    .as_tuple_expr()
                    .filter(|values| values.elts.len() == tuple.elts.len());
                if let (None, Thing::Several(_)) = (values, &thing) {
                    return self.bind_thing(target, thing);
                }
                for (at, target) in tuple.elts.iter().enumerate() {
                    // `row, created = rows.get_or_create(...)`
                    match values {
                        Some(values) => {
                            let thing = self.thing(&values.elts[at]);
                            self.bind(target, thing, &values.elts[at]);
                        }
                        None if at == 0 => self.bind(target, thing.clone(), value),
                        None => self.bind(target, Thing::Other, value),
                    }
                }
            }
            _ => {}
        }
    }

    /// Whether a name keeps what it is bound to.
    pub(super) fn is_steady(&self, name: &str) -> bool {
        let unsteady = self.unsteady.last();
        unsteady.is_none_or(|unsteady| !unsteady.contains(name))
    }

    pub(super) fn bind_value(&mut self, target: &'a Expr, value: Value) {
        let targets = match target {
            Expr::Tuple(tuple) => &*tuple.elts,
            single => std::slice::from_ref(single),
        };
        for target in targets {
            if let (Expr::Name(name), Some(names)) = (target, self.names.last_mut()) {
                names.insert(name.id.to_string(), Thing::Other);
            }
        }
        self.evaluator.assign(target, value);
    }

    /// `receiver.name`
    pub(super) fn attribute(
        &mut self,
        attribute: &'a ExprAttribute,
        expression: &'a Expr,
    ) -> Thing {
        let name = attribute.attr.as_str();
        // `Model.field.through`: Django names the model in between after both.
        if let ("through", Expr::Attribute(field)) = (name, &*attribute.value)
            && let model = self.thing(&field.value)
            && let Thing::Model(mut model) = self.used(model)
        {
            model.name = format!("{}_{}", model.name, field.attr);
            return Thing::Model(model);
        }
        let receiver = self.thing(&attribute.value);
        let unknown = receiver == Thing::Other;
        let found = of_attribute(receiver.clone(), name);
        if found != Thing::Other {
            self.used(receiver);
        }
        match found {
            Thing::Other => match self.imported(expression) {
                Thing::Other if unknown && is_manager(name) => {
                    self.opaque(span_of(expression), "which model it asks for is not known");
                    Thing::Other
                }
                thing => thing,
            },
            thing => thing,
        }
    }

    /// A name from outside the function: the connection, or a model that is imported as it is today.
    pub(super) fn imported(&mut self, expression: &'a Expr) -> Thing {
        let Value::Name(path) = self.evaluator.value(expression) else {
            return Thing::Other;
        };
        if matches!(
            path.as_str(),
            "django.db.connection" | "django.db.connections" | "schema_editor.connection"
        ) {
            return Thing::Connection;
        }
        let mut parts = path.rsplit('.');
        let (name, module) = (parts.next(), parts.next());
        let is_of_framework = path.starts_with("django.") && !path.starts_with("django.contrib.");
        match (name, module, parts.next()) {
            (Some(name), Some("models"), Some(app))
                if !is_of_framework
                    && path != ANONYMOUS
                    && name.starts_with(|c: char| c.is_ascii_uppercase()) =>
            {
                let (app, name) = (app.to_owned(), name.to_owned());
                Thing::Today(ModelName { app, name }, span_of(expression))
            }
            _ => Thing::Other,
        }
    }
}

impl Body<'_, '_> {
    /// A thing whose rows are asked for, or made: of a model that is imported, rather than asked for as the migration knows it, that is noted.
    pub(super) fn used(&mut self, thing: Thing) -> Thing {
        match thing {
            Thing::Today(model, at) => {
                let mut known = self.done.of_today.iter();
                if !known.any(|(_, known)| *known == model) {
                    self.done.of_today.push((at, model.clone()));
                }
                Thing::Model(model)
            }
            Thing::Several(items) => {
                let items = items.into_iter();
                Thing::Several(items.map(|(key, thing)| (key, self.used(thing))).collect())
            }
            other => other,
        }
    }
}

/// Whether an attribute is a model's manager.
fn is_manager(name: &str) -> bool {
    matches!(name, "objects" | "_default_manager" | "_base_manager")
}
