//! The body of a RunPython function: which models it reads and writes, followed statement by statement.

use super::things::{Done, Rows, Thing, of_attribute};
use crate::django::evaluate::Evaluator;
use crate::django::syntax::span_of;
use crate::django::value::{Opaque, Value};
use crate::source::Span;
use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{Comprehension, Expr, Stmt, StmtFor, StmtFunctionDef, StmtIf, StmtWith};
use std::collections::HashMap;

/// How deep functions that call one another are followed.
const MAX_CALLS: usize = 6;
/// How many steps, and how many turns of a loop over literal values, are followed.
const MAX_STEPS: usize = 500;

/// Follows a function.
pub(super) struct Body<'e, 'a> {
    pub(super) evaluator: &'e mut Evaluator<'a>,
    /// What the names of the functions stand for that are being followed, innermost last.
    pub(super) names: Vec<HashMap<String, Thing>>,
    pub(super) done: Done,
    /// The attributes of rows that were assigned since the function began.
    pub(super) assigned: Vec<String>,
    /// Loops around what is looked at: over batches, over rows.
    pub(super) in_batches: usize,
    pub(super) in_rows: usize,
    pub(super) in_atomic: usize,
    depth: usize,
}

impl<'e, 'a> Body<'e, 'a> {
    pub(super) fn new(evaluator: &'e mut Evaluator<'a>) -> Self {
        Self {
            evaluator,
            names: Vec::new(),
            done: Done::default(),
            assigned: Vec::new(),
            in_batches: 0,
            in_rows: 0,
            in_atomic: 0,
            depth: 0,
        }
    }

    /// The loops and blocks around what is looked at, and how deep it is.
    pub(super) fn around(&self) -> [usize; 4] {
        [self.in_batches, self.in_rows, self.in_atomic, self.depth]
    }

    /// The same body, with these loops and blocks around it.
    pub(super) fn within(mut self, around: [usize; 4]) -> Self {
        [self.in_batches, self.in_rows, self.in_atomic, self.depth] = around;
        self
    }

    pub(super) fn may_go_deeper(&self) -> bool {
        self.depth < MAX_CALLS
    }

    /// What a function does that Django calls with the registry of models and the schema editor.
    pub(super) fn read(mut self, function: &'a StmtFunctionDef) -> Done {
        self.call(function, &[Thing::Apps, Thing::SchemaEditor], &[]);
        self.done
    }

    /// Follows a call; constants among the arguments are `values`, by the position of their parameter.
    pub(super) fn call(
        &mut self,
        function: &'a StmtFunctionDef,
        things: &[Thing],
        values: &[Value],
    ) -> bool {
        if self.depth >= MAX_CALLS {
            return false;
        }
        let mut names = HashMap::new();
        let mut constants = Vec::new();
        for (at, parameter) in function.parameters.iter_non_variadic_params().enumerate() {
            let name = parameter.name().to_string();
            let thing = things.get(at).cloned().unwrap_or(Thing::Other);
            let value = match (&thing, values.get(at)) {
                (Thing::SchemaEditor, _) => Some(Value::Name("schema_editor".to_owned())),
                (_, Some(value)) => Some(value.clone()),
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
            constants.push((name.clone(), value.unwrap_or_else(unknown)));
            names.insert(name, thing);
        }
        self.names.push(names);
        self.depth += 1;
        // The evaluator's scope and ours go together.
        let (mut done, mut assigned) = (
            std::mem::take(&mut self.done),
            std::mem::take(&mut self.assigned),
        );
        let (names, depth) = (std::mem::take(&mut self.names), self.depth);
        let around = (self.in_batches, self.in_rows, self.in_atomic);
        let names = self.evaluator.inside(constants, |evaluator| {
            let mut inner = Body {
                evaluator,
                names,
                done: std::mem::take(&mut done),
                assigned: std::mem::take(&mut assigned),
                in_batches: around.0,
                in_rows: around.1,
                in_atomic: around.2,
                depth,
            };
            inner.block(&function.body);
            done = inner.done;
            assigned = inner.assigned;
            inner.names
        });
        self.names = names;
        self.done = done;
        self.assigned = assigned;
        self.depth -= 1;
        self.names.pop();
        true
    }

    /// Follows statements; `true` where they end the function.
    fn block(&mut self, body: &'a [Stmt]) -> bool {
        body.iter().any(|statement| self.statement(statement))
    }

    fn statement(&mut self, statement: &'a Stmt) -> bool {
        match statement {
            Stmt::Expr(expression) => {
                self.thing(&expression.value);
            }
            Stmt::Assign(assign) => {
                let thing = self.thing(&assign.value);
                for target in &assign.targets {
                    self.bind(target, thing.clone(), &assign.value);
                }
            }
            Stmt::AnnAssign(assign) => {
                if let Some(value) = &assign.value {
                    let thing = self.thing(value);
                    self.bind(&assign.target, thing, value);
                }
            }
            Stmt::AugAssign(assign) => {
                self.thing(&assign.value);
                if let Expr::Attribute(attribute) = &*assign.target {
                    self.assigned.push(attribute.attr.to_string());
                }
            }
            Stmt::If(choice) => return self.choice(choice),
            Stmt::For(each) => self.each(each),
            Stmt::While(each) => {
                self.thing(&each.test);
                self.in_batches += 1;
                self.block(&each.body);
                self.in_batches -= 1;
            }
            Stmt::With(with) => return self.with(with),
            Stmt::Try(attempt) => {
                let ends = self.block(&attempt.body);
                for handler in &attempt.handlers {
                    let ruff_python_ast::ExceptHandler::ExceptHandler(handler) = handler;
                    self.block(&handler.body);
                }
                self.block(&attempt.orelse);
                self.block(&attempt.finalbody);
                return ends;
            }
            Stmt::Return(result) => {
                if let Some(value) = &result.value {
                    self.thing(value);
                }
                return true;
            }
            Stmt::Raise(_) => return true,
            Stmt::Match(_) => {
                self.opaque(span_of(statement), "its match statement is not followed");
            }
            Stmt::Import(_) | Stmt::ImportFrom(_) | Stmt::FunctionDef(_) => {
                self.evaluator.run(std::slice::from_ref(statement));
            }
            _ => {}
        }
        false
    }

    fn choice(&mut self, choice: &'a StmtIf) -> bool {
        let mut ends = true;
        let first = (Some(&*choice.test), &choice.body);
        let more = choice.elif_else_clauses.iter();
        let branches =
            std::iter::once(first).chain(more.map(|clause| (clause.test.as_ref(), &clause.body)));
        for (test, body) in branches {
            let holds = test.map_or(Some(true), |test| {
                self.thing(test);
                self.evaluator.value(test).truth()
            });
            match holds {
                Some(true) => return self.block(body) && ends,
                Some(false) => {}
                None => ends &= self.block(body),
            }
        }
        false
    }

    fn with(&mut self, with: &'a StmtWith) -> bool {
        let mut atomic = 0;
        for item in &with.items {
            let is_atomic =
                matches!(&item.context_expr, Expr::Call(call) if self.is_atomic(&call.func));
            atomic += usize::from(is_atomic);
            let thing = self.thing(&item.context_expr);
            if let Some(target) = &item.optional_vars {
                self.bind(target, thing, &item.context_expr);
            }
        }
        self.in_atomic += atomic;
        let ends = self.block(&with.body);
        self.in_atomic -= atomic;
        ends
    }

    fn is_atomic(&mut self, function: &'a Expr) -> bool {
        matches!(self.evaluator.value(function), Value::Name(path) if path == "django.db.transaction.atomic")
    }

    fn each(&mut self, each: &'a StmtFor) {
        let thing = self.thing(&each.iter);
        let literal =
            self.evaluator.value(&each.iter).iterated().filter(|items| {
                thing == Thing::Other && items.len() * each.body.len() <= MAX_STEPS
            });
        if let Some(items) = literal.filter(|_| !is_range(&each.iter)) {
            for item in items {
                self.bind_value(&each.target, item);
                if self.done.steps.len() > MAX_STEPS {
                    break;
                }
                self.block(&each.body);
            }
            return;
        }
        let counter = self.enter(&thing, &each.iter);
        self.bind_item(&each.target, thing, &each.iter);
        self.block(&each.body);
        self.leave(counter);
        self.block(&each.orelse);
    }

    /// Notes a loop; what `leave` is to be told.
    fn enter(&mut self, over: &Thing, iter: &Expr) -> (usize, usize) {
        let before = (self.in_batches, self.in_rows);
        match over {
            Thing::Batches(_) => self.in_batches += 1,
            Thing::Other if is_range(iter) => self.in_batches += 1,
            _ => self.in_rows += 1,
        }
        if let Thing::Rows(model, rows) = over
            && !rows.new
        {
            self.reads(model.clone(), *rows, span_of(iter));
        }
        before
    }

    fn leave(&mut self, before: (usize, usize)) {
        (self.in_batches, self.in_rows) = before;
    }

    /// What an expression stands for; what it does on the way is noted.
    pub(super) fn thing(&mut self, expression: &'a Expr) -> Thing {
        match expression {
            Expr::Name(name) => {
                let known = self
                    .names
                    .last()
                    .and_then(|names| names.get(name.id.as_str()));
                known.cloned().unwrap_or_else(|| self.imported(expression))
            }
            Expr::Attribute(attribute) => {
                let receiver = self.thing(&attribute.value);
                match of_attribute(receiver, attribute.attr.as_str()) {
                    Thing::Other => self.imported(expression),
                    thing => thing,
                }
            }
            Expr::Call(call) => self.call_thing(call),
            Expr::Subscript(subscript) => {
                let receiver = self.thing(&subscript.value);
                self.thing(&subscript.slice);
                match receiver {
                    Thing::Rows(model, rows) => {
                        let rows = Rows {
                            bounded: true,
                            ..rows
                        };
                        match &*subscript.slice {
                            Expr::Slice(_) => Thing::Rows(model, rows),
                            _ => Thing::Row(model, rows),
                        }
                    }
                    Thing::Connection => Thing::Connection,
                    _ => Thing::Other,
                }
            }
            Expr::ListComp(list) => self.comprehension(&list.generators, &list.elt),
            Expr::SetComp(set) => self.comprehension(&set.generators, &set.elt),
            Expr::Generator(generator) => self.comprehension(&generator.generators, &generator.elt),
            Expr::If(choice) => {
                self.thing(&choice.test);
                let (left, right) = (self.thing(&choice.body), self.thing(&choice.orelse));
                if left == Thing::Other { right } else { left }
            }
            Expr::BoolOp(operation) => {
                let things: Vec<Thing> = operation
                    .values
                    .iter()
                    .map(|value| self.thing(value))
                    .collect();
                things
                    .into_iter()
                    .find(|thing| *thing != Thing::Other)
                    .unwrap_or(Thing::Other)
            }
            Expr::List(list) => {
                let things: Vec<Thing> = list.elts.iter().map(|item| self.thing(item)).collect();
                match things.into_iter().next() {
                    Some(Thing::Row(model, rows)) => Thing::Rows(model, rows),
                    _ => Thing::Other,
                }
            }
            Expr::Named(named) => {
                let thing = self.thing(&named.value);
                self.bind(&named.target, thing.clone(), &named.value);
                thing
            }
            Expr::Lambda(_) => Thing::Other,
            other => {
                // What stands in it is followed, what it makes is not.
                walk_expr(&mut Parts(self), other);
                Thing::Other
            }
        }
    }

    fn comprehension(&mut self, generators: &'a [Comprehension], element: &'a Expr) -> Thing {
        let before = (self.in_batches, self.in_rows);
        for generator in generators {
            let over = self.thing(&generator.iter);
            self.enter(&over, &generator.iter);
            self.bind_item(&generator.target, over, &generator.iter);
            for test in &generator.ifs {
                self.thing(test);
            }
        }
        let item = self.thing(element);
        self.leave(before);
        match item {
            Thing::Row(model, rows) | Thing::Rows(model, rows) => Thing::Rows(model, rows),
            _ => Thing::Other,
        }
    }

    /// A list that rows are put into holds rows from then on.
    pub(super) fn collect(&mut self, list: &Expr, rows: Thing) {
        if let (Expr::Name(name), Some(names)) = (list, self.names.last_mut()) {
            names.insert(name.id.to_string(), rows);
        }
    }

    pub(super) fn opaque(&mut self, span: Span, reason: impl Into<String>) {
        self.done.opaque.get_or_insert_with(|| Opaque {
            span,
            reason: reason.into(),
        });
    }
}

/// Follows the parts of an expression.
struct Parts<'p, 'e, 'a>(&'p mut Body<'e, 'a>);

impl<'a> Visitor<'a> for Parts<'_, '_, 'a> {
    fn visit_expr(&mut self, expression: &'a Expr) {
        self.0.thing(expression);
    }
}

fn is_range(iter: &Expr) -> bool {
    matches!(iter, Expr::Call(call) if matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "range"))
}
