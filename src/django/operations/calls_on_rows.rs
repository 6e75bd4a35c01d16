//! Calls in a RunPython function: on models, queries, rows, cursors, and of other functions.

use super::body::{Body, Model, Rows, Thing};
use crate::django::operation::{DataStep, DataVerb, SqlText};
use crate::django::syntax::{span, span_of};
use crate::django::value::Value;
use crate::source::Span;
use ruff_python_ast::{Expr, ExprCall};
use ruff_text_size::Ranged;

/// Functions that hand on the rows they are given.
const THROUGH: &[&str] = &[
    "list",
    "tuple",
    "set",
    "iter",
    "enumerate",
    "sorted",
    "reversed",
    "tqdm",
    "filter",
    "progress",
];
/// Functions that only look at what they are given.
const LOOKING: &[&str] = &[
    "len",
    "print",
    "bool",
    "str",
    "int",
    "any",
    "all",
    "isinstance",
    "getattr",
    "hasattr",
    "zip",
    "dict",
    "max",
    "min",
    "sum",
    "map",
    "type",
    "repr",
    "next",
    "round",
    "range",
    "super",
    "setattr",
    "id",
    "format",
];

impl<'a> Body<'_, 'a> {
    pub(super) fn call_thing(&mut self, call: &'a ExprCall) -> Thing {
        let at = span(call.range());
        let receiver = match &*call.func {
            Expr::Attribute(attribute) => {
                Some((self.thing(&attribute.value), attribute.attr.as_str()))
            }
            _ => None,
        };
        let things: Vec<Thing> = call
            .arguments
            .args
            .iter()
            .map(|arg| self.thing(arg))
            .collect();
        for keyword in &call.arguments.keywords {
            self.thing(&keyword.value);
        }
        match receiver {
            Some((Thing::Apps, "get_model")) => self.get_model(call),
            Some((Thing::Rows(model, rows), method)) => self.on_rows(model, rows, method, call),
            Some((Thing::Row(model, rows), method)) => self.on_row(model, rows, method, call),
            Some((Thing::SchemaEditor | Thing::Cursor, "execute")) => {
                self.execute(call);
                Thing::Cursor
            }
            Some((Thing::Connection, "cursor")) => Thing::Cursor,
            Some((Thing::Cursor, "executemany" | "callproc" | "copy_from" | "copy")) => {
                self.opaque(at, "what its cursor runs is not read");
                Thing::Other
            }
            Some((Thing::SchemaEditor, "quote_name" | "atomic" | "collect_sql")) => Thing::Other,
            Some((Thing::SchemaEditor, method)) => {
                self.opaque(at, format!("it changes the schema by {method}()"));
                Thing::Other
            }
            Some((Thing::Batches(model), "page" | "get_page")) => {
                model.map_or(Thing::Other, |model| {
                    Thing::Rows(
                        model,
                        Rows {
                            bounded: true,
                            new: false,
                        },
                    )
                })
            }
            Some((Thing::Other, method)) => self.on_related(call, method, &things, at),
            _ => self.function(call, &things, at),
        }
    }

    /// `apps.get_model("app", "Model")`, `apps.get_model("app.Model")`.
    fn get_model(&mut self, call: &'a ExprCall) -> Thing {
        let mut text = |name: &str, position: usize| {
            let argument = call.arguments.find_argument_value(name, position)?;
            self.evaluator.value(argument).as_str().map(str::to_owned)
        };
        let (app, name) = (text("app_label", 0), text("model_name", 1));
        let model = match (app, name) {
            (Some(app), Some(name)) => Some((app, name)),
            (Some(path), None) => path
                .split_once('.')
                .map(|(app, name)| (app.to_owned(), name.to_owned())),
            _ => None,
        };
        match model {
            Some((app, name)) => Thing::Model(Model { app, name }),
            None => {
                self.opaque(span(call.range()), "which model it asks for is not known");
                Thing::Other
            }
        }
    }

    fn on_rows(&mut self, model: Model, rows: Rows, method: &str, call: &'a ExprCall) -> Thing {
        let at = span(call.range());
        let bounded = Rows {
            bounded: true,
            ..rows
        };
        match method {
            "filter" | "exclude" if !call.arguments.is_empty() => Thing::Rows(model, bounded),
            "get" | "first" | "last" | "earliest" | "latest" => {
                self.reads(model.clone(), bounded, at);
                Thing::Row(model, bounded)
            }
            "update" => {
                let fields = keywords(call);
                self.step(DataVerb::Update, model, rows, fields, at);
                Thing::Other
            }
            "delete" | "_raw_delete" => {
                self.step(DataVerb::Delete, model, rows, Vec::new(), at);
                Thing::Other
            }
            "create" | "bulk_create" | "get_or_create" | "update_or_create" => {
                let row = Rows {
                    bounded: true,
                    new: false,
                };
                self.step(DataVerb::Insert, model.clone(), row, keywords(call), at);
                if method == "update_or_create" {
                    self.step(DataVerb::Update, model.clone(), row, Vec::new(), at);
                }
                Thing::Row(model, row)
            }
            "bulk_update" => {
                let fields = call.arguments.find_argument_value("fields", 1);
                let fields = fields.map(|fields| self.evaluator.value(fields));
                let fields = fields
                    .and_then(|fields| fields.iterated())
                    .unwrap_or_default();
                let fields = fields
                    .iter()
                    .filter_map(|field| field.as_str().map(str::to_owned))
                    .collect();
                self.step(DataVerb::Update, model, rows, fields, at);
                Thing::Other
            }
            "count" | "exists" | "aggregate" | "in_bulk" | "raw" => {
                self.reads(model, rows, at);
                Thing::Other
            }
            // Lists of rows that are to be stored.
            "append" | "extend" | "add" => Thing::Other,
            _ => Thing::Rows(model, rows),
        }
    }

    fn on_row(&mut self, model: Model, rows: Rows, method: &str, call: &'a ExprCall) -> Thing {
        let at = span(call.range());
        match method {
            "save" if rows.new => self.step(DataVerb::Insert, model, rows, keywords(call), at),
            "save" | "asave" => {
                let named = call.arguments.find_keyword("update_fields");
                let named = named.and_then(|named| self.evaluator.value(&named.value).iterated());
                let fields = match named {
                    Some(fields) => fields
                        .iter()
                        .filter_map(|field| field.as_str().map(str::to_owned))
                        .collect(),
                    None => self.assigned.clone(),
                };
                self.step(DataVerb::Update, model, rows, fields, at);
            }
            "delete" => self.step(DataVerb::Delete, model, rows, Vec::new(), at),
            "refresh_from_db" => self.reads(model, rows, at),
            _ => {}
        }
        Thing::Other
    }

    /// A method of what is not known: of a row's relation perhaps, or of a list that collects rows.
    fn on_related(
        &mut self,
        call: &'a ExprCall,
        method: &str,
        things: &[Thing],
        at: Span,
    ) -> Thing {
        let Expr::Attribute(function) = &*call.func else {
            return Thing::Other;
        };
        if matches!(method, "append" | "extend" | "add")
            && let (Expr::Name(_), [Thing::Row(model, rows) | Thing::Rows(model, rows)]) =
                (&*function.value, things)
        {
            let collected = Thing::Rows(model.clone(), *rows);
            self.collect(&function.value, collected);
            return Thing::Other;
        }
        if let Expr::Attribute(inner) = &*function.value
            && matches!(
                method,
                "add" | "set" | "remove" | "clear" | "create" | "update" | "delete"
            )
            && matches!(self.thing(&inner.value), Thing::Row(..))
        {
            self.opaque(
                at,
                format!(
                    "it writes rows that hang on another by .{}.{method}()",
                    inner.attr
                ),
            );
            return Thing::Other;
        }
        self.function(call, things, at)
    }

    fn function(&mut self, call: &'a ExprCall, things: &[Thing], at: Span) -> Thing {
        let callee = self.evaluator.value(&call.func);
        let path = match &callee {
            Value::Name(path) => path.as_str(),
            _ => "",
        };
        let name = path.rsplit('.').next().unwrap_or_default();
        if let Expr::Name(_) = &*call.func
            && let Thing::Model(model) = self.thing(&call.func)
        {
            return Thing::Row(
                model,
                Rows {
                    bounded: true,
                    new: true,
                },
            );
        }
        let rows = things.iter().find_map(|thing| match thing {
            Thing::Rows(model, rows) => Some((model.clone(), *rows)),
            _ => None,
        });
        if let Some((model, rows)) = rows {
            if name == "Paginator" || name.contains("chunk") || name.contains("batch") {
                return Thing::Batches(Some(model));
            }
            if THROUGH.contains(&name) {
                self.reads(model.clone(), rows, at);
                return Thing::Rows(model, rows);
            }
        }
        if let Some(function) = self.evaluator.own_function(path) {
            let values: Vec<Value> = call
                .arguments
                .args
                .iter()
                .map(|arg| self.evaluator.value(arg))
                .collect();
            if self.call(function, things, &values) {
                return Thing::Other;
            }
        }
        if path.starts_with("django.db.models.") {
            return Thing::Other;
        }
        let given = things.iter().any(|thing| *thing != Thing::Other);
        if given && self.elsewhere(path, things, at) {
            return Thing::Other;
        }
        if given && !LOOKING.contains(&name) && !path.starts_with("logging.") {
            let name = if name.is_empty() { "a function" } else { name };
            self.opaque(at, format!("what {name} does is not read"));
        }
        if path == "django.core.management.call_command" {
            self.opaque(at, "it calls a management command");
        }
        Thing::Other
    }

    /// Follows a function of another module of the project; whether there is one.
    fn elsewhere(&mut self, path: &str, things: &[Thing], at: Span) -> bool {
        if !self.may_go_deeper() {
            return false;
        }
        let around = self.around();
        let done = self.evaluator.in_function(path, |evaluator, function| {
            let mut body = Body::new(evaluator).within(around);
            body.call(function, things, &[]);
            body.done
        });
        let Some(done) = done.map(|done| done.moved(at)) else {
            return false;
        };
        self.done.steps.extend(done.steps);
        self.done.sql.extend(done.sql);
        if let Some(opaque) = done.opaque {
            self.opaque(opaque.span, opaque.reason);
        }
        true
    }

    /// SQL that is executed as such.
    fn execute(&mut self, call: &'a ExprCall) {
        let at = span(call.range());
        let sql = call
            .arguments
            .find_argument_value("sql", 0)
            .map(|sql| (sql, self.evaluator.value(sql)));
        let params = call.arguments.find_argument_value("params", 1);
        let params = params.map(|params| self.evaluator.value(params));
        let params = match params {
            None | Some(Value::None) => None,
            Some(params) => Some(params.iterated().unwrap_or_default()),
        };
        match sql {
            Some((expression, Value::Str(text))) => {
                let span = match (text.pieces.first(), text.pieces.last()) {
                    (Some(first), Some(last)) if first.span.start <= last.span.end => {
                        first.span.to(last.span)
                    }
                    _ => span_of(expression),
                };
                self.done.sql.push(SqlText { text, params, span });
            }
            _ => self.opaque(at, "the SQL that it executes is not known"),
        }
    }

    pub(super) fn reads(&mut self, model: Model, rows: Rows, at: Span) {
        self.step(DataVerb::Read, model, rows, Vec::new(), at);
    }

    fn step(&mut self, verb: DataVerb, model: Model, rows: Rows, fields: Vec<String>, span: Span) {
        let step = DataStep {
            span,
            app: model.app,
            model: model.name,
            verb,
            fields,
            bounded: rows.bounded || self.in_batches > 0,
            batched: self.in_batches > 0,
            row_by_row: self.in_rows > 0,
            in_atomic_block: self.in_atomic > 0,
        };
        if !self.done.steps.contains(&step) {
            self.done.steps.push(step);
        }
    }
}

/// The names of keyword arguments, which are fields; `defaults` is not one.
fn keywords(call: &ExprCall) -> Vec<String> {
    let keywords = call.arguments.keywords.iter();
    keywords
        .filter_map(|keyword| keyword.arg.as_ref())
        .map(ToString::to_string)
        .filter(|name| name != "defaults")
        .collect()
}
