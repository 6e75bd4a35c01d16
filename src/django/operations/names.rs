//! What the names inside a RunPython function are bound to as it is followed.

use super::body::Body;
use super::things::{Rows, Thing};
use crate::django::operation::ModelName;
use crate::django::value::Value;
use ruff_python_ast::Expr;

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
                if thing == Thing::Other {
                    let value = self.evaluator.value(value);
                    self.evaluator.assign(target, value);
                }
                if let Some(names) = self.names.last_mut() {
                    names.insert(name.id.to_string(), thing);
                }
            }
            Expr::Attribute(attribute) => {
                if let Thing::Row(..) | Thing::Part(..) = self.thing(&attribute.value) {
                    self.assigned.push(attribute.attr.to_string());
                }
            }
            Expr::Tuple(tuple) => {
                let values = value
                    .as_tuple_expr()
                    .filter(|values| values.elts.len() == tuple.elts.len());
                for (at, target) in tuple.elts.iter().enumerate() {
                    // `row, created = rows.get_or_create(...)`
                    let thing = match values {
                        Some(values) => self.thing(&values.elts[at]),
                        None if at == 0 => thing.clone(),
                        None => Thing::Other,
                    };
                    self.bind(target, thing, value);
                }
            }
            _ => {}
        }
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
        match (name, module, parts.next()) {
            (Some(name), Some("models"), Some(app))
                if !path.starts_with("django.")
                    && name.starts_with(|c: char| c.is_ascii_uppercase()) =>
            {
                Thing::Model(ModelName {
                    app: app.to_owned(),
                    name: name.to_owned(),
                })
            }
            _ => Thing::Other,
        }
    }
}
