//! Functions that a RunPython function calls, followed where the project defines them.

use super::body::Body;
use super::steady::unsteady;
use super::things::{Around, Done, Rows, Thing};
use crate::django::operation::Extent;
use crate::django::syntax::span_of;
use crate::django::value::{Opaque, Value};
use crate::source::Span;
use ruff_python_ast::{Expr, ExprCall, ExprLambda, StmtFunctionDef};
use std::collections::HashMap;

/// How deep functions that call one another are followed.
const MAX_CALLS: usize = 6;
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
    "track",
    "progressbar",
    "alive_it",
    "chain",
    "from_iterable",
    "takewhile",
    "dropwhile",
    "filterfalse",
];
/// The function that takes the next few of what it is given.
const SLICE: &str = "islice";
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

/// Modules of Python's own that know no database.
const VALUES_ONLY: &[&str] = &[
    "collections",
    "copy",
    "datetime",
    "decimal",
    "itertools",
    "json",
    "logging",
    "math",
    "operator",
    "random",
    "re",
    "uuid",
];

/// What a function gives back.
#[derive(Debug, Default)]
pub(super) struct Outcome {
    returned: Option<Thing>,
    yielded: Option<Thing>,
}

impl Outcome {
    /// It returns this; the first thing that is known counts.
    pub(super) fn returns(&mut self, thing: Thing) {
        if thing != Thing::Other {
            self.returned.get_or_insert(thing);
        }
    }

    pub(super) fn yields(&mut self, thing: Thing) {
        if thing != Thing::Other {
            self.yielded.get_or_insert(thing);
        }
    }

    /// What a call of the function stands for.
    fn thing(self) -> Thing {
        match (self.yielded, self.returned) {
            (Some(Thing::Rows(model, _)), _) => Thing::Batches(Some(model)),
            (Some(Thing::Row(model, rows)), _) => {
                let extent = Extent::All;
                Thing::Rows(model, Rows { extent, ..rows })
            }
            (_, Some(returned)) => returned,
            _ => Thing::Other,
        }
    }
}

/// What a function is called with.
#[derive(Debug, Default)]
pub(super) struct Passed {
    /// By position.
    pub(super) positional: Vec<(Thing, Option<Value>)>,
    /// By name.
    pub(super) named: Vec<(String, Thing, Option<Value>)>,
}

impl Passed {
    pub(super) fn things(things: &[Thing]) -> Self {
        Self {
            positional: things.iter().map(|thing| (thing.clone(), None)).collect(),
            named: Vec::new(),
        }
    }

    /// What a parameter is given.
    fn of(&self, at: usize, name: &str) -> (Thing, Option<Value>) {
        if let Some(given) = self.positional.get(at) {
            return given.clone();
        }
        let named = self.named.iter().find(|(known, ..)| known == name);
        named.map_or((Thing::Other, None), |(_, thing, value)| {
            (thing.clone(), value.clone())
        })
    }

    fn all(&self) -> impl Iterator<Item = &Thing> {
        let positional = self.positional.iter().map(|(thing, _)| thing);
        positional.chain(self.named.iter().map(|(_, thing, _)| thing))
    }

    /// Without the constants, which another module's evaluator does not know the places of.
    fn without_values(&self) -> Self {
        let positional = self.positional.iter();
        let named = self.named.iter();
        Self {
            positional: positional.map(|(thing, _)| (thing.clone(), None)).collect(),
            named: named
                .map(|(name, thing, _)| (name.clone(), thing.clone(), None))
                .collect(),
        }
    }
}

impl<'a> Body<'_, 'a> {
    /// What a function does that Django calls with the registry of models and the schema editor, after what was bound to it before.
    pub(super) fn read(mut self, function: &'a StmtFunctionDef, mut bound: Passed) -> Done {
        for thing in [Thing::Apps, Thing::SchemaEditor] {
            bound.positional.push((thing, None));
        }
        self.call(function, &bound);
        self.done
    }

    /// What a function without a name does that Django calls so.
    pub(super) fn read_lambda(mut self, lambda: &'a ExprLambda) -> Done {
        let parameters = lambda.parameters.iter();
        let names = parameters.flat_map(|all| all.iter_non_variadic_params());
        let names = names.map(|parameter| parameter.name().to_string());
        let things = [Thing::Apps, Thing::SchemaEditor];
        self.names.push(names.zip(things).collect());
        self.thing(&lambda.body);
        self.done
    }

    /// Follows a call; what it gives back, or nothing where it is too deep.
    pub(super) fn call(&mut self, function: &'a StmtFunctionDef, passed: &Passed) -> Option<Thing> {
        if self.depth >= MAX_CALLS {
            return None;
        }
        let unsteady = unsteady(function);
        let mut names = HashMap::new();
        let mut constants = Vec::new();
        for (at, parameter) in function.parameters.iter_non_variadic_params().enumerate() {
            let name = parameter.name().to_string();
            let (thing, value) = passed.of(at, &name);
            let value = match (&thing, value) {
                (Thing::SchemaEditor, _) => Some(Value::Name("schema_editor".to_owned())),
                (_, Some(value)) => Some(value),
                (_, None) => parameter
                    .default()
                    .map(|default| self.evaluator.value(default)),
            };
            let unknown = || {
                Value::Unknown(Opaque {
                    span: span_of(parameter),
                    reason: format!("{name} is an argument"),
                })
            };
            let value = value.filter(|_| !unsteady.contains(&name));
            constants.push((name.clone(), value.unwrap_or_else(unknown)));
            names.insert(name, thing);
        }
        let before = self.around.len();
        if function.decorator_list.iter().any(|decorator| {
            let called = match &decorator.expression {
                Expr::Call(call) => &*call.func,
                plain => plain,
            };
            self.is_atomic(called)
        }) {
            self.blocks += 1;
            self.around.push(Around::Atomic(self.blocks));
        }
        let outer = std::mem::take(&mut self.outcome);
        let (doubtful, left) = (self.doubtful, self.left);
        // The evaluator's scope and ours go together.
        self.names.push(names);
        self.unsteady.push(unsteady);
        self.evaluator.open_scope(constants);
        self.depth += 1;
        self.block(&function.body);
        self.depth -= 1;
        self.evaluator.close_scope();
        self.unsteady.pop();
        self.names.pop();
        self.around.truncate(before);
        (self.doubtful, self.left) = (doubtful, left);
        Some(std::mem::replace(&mut self.outcome, outer).thing())
    }

    /// A call of what is not a method of a thing.
    pub(super) fn function(&mut self, call: &'a ExprCall, passed: Passed, at: Span) -> Thing {
        let callee = self.evaluator.value(&call.func);
        let path = match &callee {
            Value::Name(path) => path.as_str(),
            _ => "",
        };
        let name = match &*call.func {
            Expr::Name(name) if path.is_empty() => name.id.as_str(),
            _ => path.rsplit('.').next().unwrap_or_default(),
        };
        if name == "setattr"
            && let Some((Thing::Row(..) | Thing::Part(..), _)) = passed.positional.first()
        {
            let field = call.arguments.args.get(1);
            let field = field.map(|field| self.evaluator.value(field));
            let field = field.and_then(|field| field.as_str().map(str::to_owned));
            self.assigned.extend(field);
        }
        if let Expr::Name(_) = &*call.func
            && let model = self.thing(&call.func)
            && let Thing::Model(model) = self.used(model)
        {
            return Thing::Row(
                model,
                Rows {
                    new: true,
                    ..Rows::FEW
                },
            );
        }
        if THROUGH.contains(&name)
            && let Some(things @ (Thing::Several(_) | Thing::Part(..))) = passed.all().next()
        {
            return things.clone();
        }
        if let ("map" | "filter", [Expr::Lambda(lambda), rows]) = (name, &*call.arguments.args) {
            return self.mapped(lambda, rows);
        }
        let rows = passed.all().find_map(|thing| match thing {
            Thing::Rows(model, rows) => Some((model.clone(), *rows)),
            _ => None,
        });
        if let Some((model, rows)) = rows {
            if name == "Paginator" || name.contains("chunk") || name.contains("batch") {
                return Thing::Batches(Some(model));
            }
            if name == SLICE {
                return Thing::Rows(model, rows.at_most(Extent::Few));
            }
            if THROUGH.contains(&name) {
                if !rows.new {
                    self.reads(model.clone(), rows, at);
                }
                return Thing::Rows(model, rows);
            }
        }
        if let Some(thing) = self.of_framework(path, at) {
            return thing;
        }
        if let Some(function) = self.evaluator.own_function(path) {
            let mut passed = passed;
            self.with_values(call, &mut passed);
            if let Some(thing) = self.call(function, &passed) {
                return thing;
            }
            return Thing::Other;
        }
        if path.starts_with("django.db.models.") {
            return Thing::Other;
        }
        // What is only a row's value may be handed to anybody.
        let given = passed
            .all()
            .any(|thing| !matches!(thing, Thing::Other | Thing::Part(..)));
        if given && let Some(thing) = self.elsewhere(path, &passed, at) {
            return thing;
        }
        let package = path.split('.').next().unwrap_or_default();
        if given && !LOOKING.contains(&name) && !VALUES_ONLY.contains(&package) {
            let name = if name.is_empty() { "a function" } else { name };
            self.opaque(at, format!("what {name} does is not read"));
        }
        if path == "django.core.management.call_command" {
            self.opaque(at, "it calls a management command");
        }
        Thing::Other
    }

    /// `map(lambda row: row.delete(), rows)`
    fn mapped(&mut self, lambda: &'a ExprLambda, over: &'a Expr) -> Thing {
        let rows = self.thing(over);
        let before = self.around.len();
        self.enter(&rows, over);
        let mut parameters = lambda.parameters.iter();
        let first = parameters.find_map(|all| all.iter_non_variadic_params().next());
        if let (Thing::Rows(model, rows), Some(first), Some(names)) =
            (&rows, first, self.names.last_mut())
        {
            names.insert(first.name().to_string(), Thing::Row(model.clone(), *rows));
        }
        self.thing(&lambda.body);
        self.around.truncate(before);
        rows
    }

    fn with_values(&mut self, call: &'a ExprCall, passed: &mut Passed) {
        for ((_, value), given) in passed.positional.iter_mut().zip(&call.arguments.args) {
            *value = Some(self.evaluator.value(given));
        }
        for keyword in &call.arguments.keywords {
            let Some(name) = keyword.arg.as_ref() else {
                continue;
            };
            let named = passed.named.iter_mut();
            for (_, _, value) in named.filter(|(known, ..)| known == name.as_str()) {
                *value = Some(self.evaluator.value(&keyword.value));
            }
        }
    }

    /// Follows a function of another module of the project; what it gives back, where there is one.
    fn elsewhere(&mut self, path: &str, passed: &Passed, at: Span) -> Option<Thing> {
        if self.depth >= MAX_CALLS {
            return None;
        }
        let (around, blocks, depth) = (self.around.clone(), self.blocks, self.depth);
        let (followed, doubtful) = (self.followed, self.doubtful);
        let passed = passed.without_values();
        let (followed, done, thing) = self.evaluator.in_function(path, |evaluator, function| {
            let mut body = Body {
                around,
                blocks,
                depth,
                followed,
                doubtful,
                ..Body::new(evaluator)
            };
            let thing = body.call(function, &passed);
            (body.followed, body.done, thing.unwrap_or(Thing::Other))
        })?;
        self.followed = followed;
        let done = done.moved(at);
        self.done.deeds.extend(done.deeds);
        self.done.of_today.extend(done.of_today);
        self.done.loads.extend(done.loads);
        if let Some(opaque) = done.opaque {
            self.opaque(opaque.span, opaque.reason);
        }
        Some(thing)
    }
}
