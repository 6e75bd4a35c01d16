//! Calls in a RunPython function: on models, queries, rows, and what hangs on rows.

use super::body::Body;
use super::functions::Passed;
use super::things::{Rows, Thing};
use crate::django::operation::{DataVerb, Extent, ModelName};
use crate::django::syntax::span;
use crate::django::value::Value;
use ruff_python_ast::{Arguments, Expr, ExprCall};
use ruff_text_size::Ranged;

impl<'a> Body<'_, 'a> {
    pub(super) fn call_thing(&mut self, call: &'a ExprCall) -> Thing {
        let receiver = match &*call.func {
            Expr::Attribute(attribute) => {
                Some((self.thing(&attribute.value), attribute.attr.as_str()))
            }
            _ => None,
        };
        match receiver {
            Some((thing, method)) => self.on_thing(thing, method, call),
            None => {
                let passed = self.passed(call);
                // `get = apps.get_model`
                match (&*call.func, self.imported_name(&call.func)) {
                    (Expr::Name(_), Thing::Asking) => self.get_model(call),
                    _ => self.function(call, passed, span(call.range())),
                }
            }
        }
    }

    /// A call of a thing's method.
    pub(super) fn on_thing(&mut self, thing: Thing, method: &str, call: &'a ExprCall) -> Thing {
        let at = span(call.range());
        let passed = self.passed(call);
        match (self.used(thing), method) {
            (Thing::Apps, "get_model") => self.get_model(call),
            (Thing::Several(items), "append" | "add" | "insert" | "extend") => {
                self.kept(call, &passed);
                Thing::Several(items)
            }
            (Thing::Several(items), _) => self.on_several(items, method, call),
            (Thing::Rows(model, rows), _) => self.on_rows(model, rows, method, call, &passed),
            (Thing::Row(model, rows), _) => self.on_row(model, rows, method, call),
            (Thing::Part(model, name), _) => self.on_part(model, name, method, call),
            (Thing::SchemaEditor | Thing::Cursor, "execute") => {
                self.execute(call);
                Thing::Cursor
            }
            (Thing::Connection, "cursor") => Thing::Cursor,
            (Thing::Cursor, "executemany" | "callproc" | "copy_from" | "copy") => {
                self.opaque(at, "what its cursor runs is not read");
                Thing::Other
            }
            (Thing::Cursor, _) if method.starts_with("fetch") => Thing::Cursor,
            (Thing::SchemaEditor, "quote_name" | "atomic" | "collect_sql") => Thing::Other,
            (Thing::SchemaEditor, _) => {
                self.opaque(at, format!("it changes the schema by {method}()"));
                Thing::Other
            }
            (Thing::Batches(model), "page" | "get_page") => {
                model.map_or(Thing::Other, |model| Thing::Rows(model, Rows::FEW))
            }
            (Thing::Other, "append" | "extend" | "add" | "insert") => {
                if self.kept(call, &passed) {
                    return Thing::Other;
                }
                self.function(call, passed, at)
            }
            (Thing::Other, "save" | "delete" | "bulk_create" | "bulk_update")
                if self.is_local(&call.func) =>
            {
                self.opaque(at, format!("what it calls {method}() on is not known"));
                Thing::Other
            }
            _ => self.function(call, passed, at),
        }
    }

    /// Puts what is handed over into the list that the method is called on; whether that is known.
    fn kept(&mut self, call: &'a ExprCall, passed: &Passed) -> bool {
        let Expr::Attribute(function) = &*call.func else {
            return false;
        };
        let Some((thing, _)) = passed.positional.last() else {
            return false;
        };
        let known = matches!(
            thing,
            Thing::Row(..)
                | Thing::Rows(..)
                | Thing::Model(_)
                | Thing::Today(..)
                | Thing::Several(_)
        );
        self.keep(&function.value, thing.clone());
        known
    }

    /// Whether a method is called on what a name of this function holds, and nothing else is known of that.
    fn is_local(&mut self, function: &'a Expr) -> bool {
        let Some(attribute) = function.as_attribute_expr() else {
            return false;
        };
        attribute.value.is_name_expr()
            && !matches!(self.evaluator.value(&attribute.value), Value::Name(_))
    }

    /// What a call hands over.
    fn passed(&mut self, call: &'a ExprCall) -> Passed {
        let mut passed = Passed::default();
        for argument in &call.arguments.args {
            let thing = self.thing(argument);
            passed.positional.push((thing, None));
        }
        for keyword in &call.arguments.keywords {
            let thing = self.thing(&keyword.value);
            if let Some(name) = &keyword.arg {
                passed.named.push((name.to_string(), thing, None));
            }
        }
        passed
    }

    /// What a name that is called is bound to.
    fn imported_name(&self, function: &Expr) -> Thing {
        let name = function.as_name_expr().map(|name| name.id.as_str());
        let known = name.and_then(|name| self.names.last()?.get(name));
        known.cloned().unwrap_or(Thing::Other)
    }

    /// `apps.get_model("app", "Model")`, `apps.get_model("app.Model")`.
    fn get_model(&mut self, call: &'a ExprCall) -> Thing {
        let spread = call.arguments.args.iter().any(Expr::is_starred_expr);
        let listed = spread.then(|| self.evaluator.values(&call.arguments.args));
        let mut text = |name: &str, position: usize| {
            let value = match &listed {
                Some(values) => values.get(position)?.clone(),
                None => {
                    let argument = call.arguments.find_argument_value(name, position)?;
                    self.evaluator.value(argument)
                }
            };
            value.as_str().map(str::to_owned)
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
            Some((app, name)) => Thing::Model(ModelName { app, name }),
            None => {
                self.opaque(span(call.range()), "which model it asks for is not known");
                Thing::Other
            }
        }
    }

    fn on_rows(
        &mut self,
        model: ModelName,
        rows: Rows,
        method: &str,
        call: &'a ExprCall,
        passed: &Passed,
    ) -> Thing {
        let at = span(call.range());
        // Each method has a twin for code that waits.
        let method = match method.strip_prefix('a') {
            Some(twin) if ASYNCHRONOUS.contains(&twin) => twin,
            _ => method,
        };
        match method {
            "filter" | "exclude" if !call.arguments.is_empty() => {
                let by_key = method == "filter" && names_a_key(&call.arguments);
                let extent = if by_key {
                    Extent::Few
                } else {
                    Extent::Filtered
                };
                Thing::Rows(model, rows.at_most(extent))
            }
            "none" => Thing::Rows(model, Rows::FEW),
            "iterator" => Thing::Rows(
                model,
                Rows {
                    paged: true,
                    ..rows
                },
            ),
            "select_for_update" => Thing::Rows(
                model,
                Rows {
                    locks: true,
                    ..rows
                },
            ),
            "get" | "first" | "last" | "earliest" | "latest" => {
                let row = rows.at_most(Extent::Few);
                self.reads(model.clone(), row, at);
                Thing::Row(model, row)
            }
            "update" => {
                let fields = keywords(call);
                self.writes(DataVerb::Update, model, None, (rows.extent, fields), at);
                Thing::Other
            }
            "delete" | "_raw_delete" => {
                self.writes(DataVerb::Delete, model, None, (rows.extent, Vec::new()), at);
                Thing::Other
            }
            "create" | "get_or_create" | "update_or_create" => {
                let fields = keywords(call);
                let few = Extent::Few;
                // A row that is there is got.
                let doubtful = self.doubtful;
                self.doubtful |= method != "create";
                self.writes(DataVerb::Insert, model.clone(), None, (few, fields), at);
                self.doubtful = doubtful;
                if method == "update_or_create" {
                    let none = Vec::new();
                    self.writes(DataVerb::Update, model.clone(), None, (few, none), at);
                }
                Thing::Row(model, Rows::FEW)
            }
            "bulk_create" => {
                let extent = extent_of(passed);
                let given = (extent.unwrap_or_default(), Vec::new());
                let doubtful = self.doubtful;
                self.doubtful |= call.arguments.find_keyword("ignore_conflicts").is_some();
                self.writes(DataVerb::Insert, model.clone(), None, given, at);
                self.doubtful = doubtful;
                Thing::Rows(model, Rows::FEW)
            }
            "bulk_update" => {
                let fields = call.arguments.find_argument_value("fields", 1);
                let fields = fields.map_or_else(Vec::new, |fields| self.strings(fields));
                let extent = extent_of(passed).unwrap_or(rows.extent);
                self.writes(DataVerb::Update, model, None, (extent, fields), at);
                Thing::Other
            }
            "count" | "exists" | "aggregate" => {
                self.reads(model, rows, at);
                Thing::Other
            }
            "in_bulk" | "raw" => {
                self.reads(model.clone(), rows, at);
                Thing::Rows(model, rows)
            }
            // A content type is looked up, and made where it is not there yet.
            "get_for_model" | "get_for_models" => Thing::Row(model, Rows::FEW),
            // Lists of rows that are to be stored.
            "append" | "extend" | "add" => {
                self.kept(call, passed);
                Thing::Other
            }
            // A list of rows that is emptied for the next batch.
            "clear" => Thing::Other,
            _ => Thing::Rows(model, rows),
        }
    }

    fn on_row(&mut self, model: ModelName, rows: Rows, method: &str, call: &'a ExprCall) -> Thing {
        let at = span(call.range());
        match method {
            "save" | "asave" if rows.new => {
                let given = (Extent::Few, self.assigned.clone());
                self.writes(DataVerb::Insert, model, None, given, at);
            }
            "save" | "asave" => {
                let fields = self.saved(call);
                self.writes(DataVerb::Update, model, None, (Extent::Few, fields), at);
            }
            "delete" | "adelete" => {
                let given = (Extent::Few, Vec::new());
                self.writes(DataVerb::Delete, model, None, given, at);
            }
            "refresh_from_db" => self.reads(model, rows.at_most(Extent::Few), at),
            _ => {}
        }
        Thing::Other
    }

    /// A method of a row's attribute: of a relation, perhaps; of a value, most often.
    fn on_part(
        &mut self,
        model: ModelName,
        name: String,
        method: &str,
        call: &'a ExprCall,
    ) -> Thing {
        let at = span(call.range());
        let (verb, fields) = match method {
            "save" => (DataVerb::Update, self.saved(call)),
            "update" => (DataVerb::Update, keywords(call)),
            "delete" | "remove" | "clear" => (DataVerb::Delete, Vec::new()),
            "create" | "get_or_create" | "update_or_create" => (DataVerb::Insert, keywords(call)),
            "add" | "set" | "bulk_create" => (DataVerb::Insert, Vec::new()),
            _ => return Thing::Part(model, name),
        };
        self.writes(verb, model, Some(name), (Extent::Few, fields), at);
        Thing::Other
    }

    /// The fields that a `save()` writes: those it names, else what was assigned before.
    fn saved(&mut self, call: &'a ExprCall) -> Vec<String> {
        match call.arguments.find_keyword("update_fields") {
            Some(named) => self.strings(&named.value),
            None => self.assigned.clone(),
        }
    }

    fn strings(&mut self, list: &'a Expr) -> Vec<String> {
        let items = self.evaluator.value(list).iterated().unwrap_or_default();
        let strings = items.iter().filter_map(|item| item.as_str());
        strings.map(str::to_owned).collect()
    }
}

/// Methods of queries that have a twin whose name begins with `a`.
const ASYNCHRONOUS: &[&str] = &[
    "get",
    "first",
    "last",
    "earliest",
    "latest",
    "update",
    "delete",
    "create",
    "get_or_create",
    "update_or_create",
    "bulk_create",
    "bulk_update",
    "count",
    "exists",
    "aggregate",
    "in_bulk",
    "iterator",
];

/// How many rows a list has that is handed over first.
fn extent_of(passed: &Passed) -> Option<Extent> {
    let named = passed.named.iter().find(|(name, ..)| name == "objs");
    let first = passed.positional.first().map(|(thing, _)| thing);
    match first.or(named.map(|(_, thing, _)| thing)) {
        Some(Thing::Rows(_, rows)) => Some(rows.extent),
        _ => None,
    }
}

/// Whether a condition names one row, or a list of them that was made beforehand.
fn names_a_key(arguments: &Arguments) -> bool {
    let mut names = arguments
        .keywords
        .iter()
        .filter_map(|keyword| keyword.arg.as_ref());
    names.any(|name| matches!(name.as_str(), "pk" | "id" | "pk__in" | "id__in"))
}

/// The names of keyword arguments, which are fields; `defaults` is not one.
fn keywords(call: &ExprCall) -> Vec<String> {
    let keywords = call.arguments.keywords.iter();
    keywords
        .filter_map(|keyword| keyword.arg.as_ref())
        .map(ToString::to_string)
        .filter(|name| !matches!(name.as_str(), "defaults" | "create_defaults"))
        .collect()
}
