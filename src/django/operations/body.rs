//! The body of a RunPython function: which models it reads and writes, followed statement by statement.

use super::functions::Outcome;
use super::things::{Around, Done, Rows, Thing};
use crate::django::evaluate::Evaluator;
use crate::django::operation::{Extent, ModelName};
use crate::django::syntax::{span, span_of};
use crate::django::value::{Opaque, Value};
use crate::source::Span;
use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{Comprehension, Expr, Stmt, StmtFor, StmtIf, StmtWith};
use ruff_text_size::Ranged;
use std::collections::{HashMap, HashSet};

/// How many steps, and how many turns of a loop over literal values, are followed.
const MAX_STEPS: usize = 500;

/// How many statements are followed in all, through loops and calls.
const MAX_FOLLOWED: usize = 10_000;

/// Follows a function.
pub(super) struct Body<'e, 'a> {
    pub(super) evaluator: &'e mut Evaluator<'a>,
    /// The names of these functions that are not to be relied on.
    pub(super) unsteady: Vec<HashSet<String>>,
    /// What the names of the functions stand for that are being followed, innermost last.
    pub(super) names: Vec<HashMap<String, Thing>>,
    pub(super) done: Done,
    /// The attributes of rows that were assigned since the function began.
    pub(super) assigned: Vec<String>,
    /// Loops and blocks around what is looked at, innermost last.
    pub(super) around: Vec<Around>,
    /// What the function that is being followed gives back.
    pub(super) outcome: Outcome,
    /// How many blocks of `transaction.atomic()` there were.
    pub(super) blocks: usize,
    pub(super) depth: usize,
    /// How many statements were followed.
    pub(super) followed: usize,
    /// Whether it may not come to what is looked at.
    pub(super) doubtful: bool,
    /// Whether a function that is being followed may have ended before.
    pub(super) left: bool,
}

impl<'e, 'a> Body<'e, 'a> {
    pub(super) fn new(evaluator: &'e mut Evaluator<'a>) -> Self {
        Self {
            evaluator,
            unsteady: Vec::new(),
            names: Vec::new(),
            done: Done::default(),
            assigned: Vec::new(),
            around: Vec::new(),
            outcome: Outcome::default(),
            blocks: 0,
            depth: 0,
            followed: 0,
            doubtful: false,
            left: false,
        }
    }

    /// Follows statements; `true` where they end the function.
    pub(super) fn block(&mut self, body: &'a [Stmt]) -> bool {
        body.iter().any(|statement| self.statement(statement))
    }

    fn statement(&mut self, statement: &'a Stmt) -> bool {
        if self.is_too_much(statement) {
            return true;
        }
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
                match &*assign.target {
                    Expr::Attribute(attribute) => self.assigned.push(attribute.attr.to_string()),
                    Expr::Name(name) if self.is_steady(&name.id) => {
                        self.evaluator.run(std::slice::from_ref(statement));
                    }
                    _ => {}
                }
            }
            Stmt::If(choice) => return self.choice(choice),
            Stmt::For(each) => self.each(each),
            Stmt::While(each) => {
                self.thing(&each.test);
                let before = self.around.len();
                self.around.push(Around::Batches);
                self.perhaps(&each.body);
                self.around.truncate(before);
            }
            Stmt::With(with) => return self.with(with),
            Stmt::Try(attempt) => {
                let ends = self.perhaps(&attempt.body);
                for handler in &attempt.handlers {
                    let ruff_python_ast::ExceptHandler::ExceptHandler(handler) = handler;
                    self.perhaps(&handler.body);
                }
                self.perhaps(&attempt.orelse);
                self.block(&attempt.finalbody);
                return ends;
            }
            Stmt::Return(result) => {
                if let Some(value) = &result.value {
                    let thing = self.thing(value);
                    self.outcome.returns(thing);
                }
                self.left |= self.doubtful;
                return true;
            }
            Stmt::Raise(_) => {
                self.left |= self.doubtful;
                return true;
            }
            Stmt::Break(_) | Stmt::Continue(_) => self.left = true,
            Stmt::Match(choice) => {
                self.thing(&choice.subject);
                for case in &choice.cases {
                    self.perhaps(&case.body);
                }
            }
            Stmt::Import(_) | Stmt::ImportFrom(_) | Stmt::FunctionDef(_) => {
                self.evaluator.run(std::slice::from_ref(statement));
            }
            _ => {}
        }
        false
    }

    /// Counts what is followed, and says where that ends.
    pub(super) fn is_too_much(&mut self, at: &impl Ranged) -> bool {
        self.followed += 1;
        if self.followed > MAX_FOLLOWED {
            self.opaque(span(at.range()), "it does too much to be followed");
        }
        self.followed > MAX_FOLLOWED
    }

    /// Statements that may not be run; what stands behind them may not be either, where they may end the function.
    fn perhaps(&mut self, body: &'a [Stmt]) -> bool {
        let before = std::mem::replace(&mut self.doubtful, true);
        let ends = self.block(body);
        self.doubtful = before || self.left;
        ends
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
                None => ends &= self.perhaps(body),
            }
        }
        false
    }

    fn with(&mut self, with: &'a StmtWith) -> bool {
        let before = self.around.len();
        for item in &with.items {
            if matches!(&item.context_expr, Expr::Call(call) if self.is_atomic(&call.func)) {
                self.blocks += 1;
                self.around.push(Around::Atomic(self.blocks));
            }
            let thing = self.thing(&item.context_expr);
            if let Some(target) = &item.optional_vars {
                self.bind(target, thing, &item.context_expr);
            }
        }
        let ends = self.block(&with.body);
        self.around.truncate(before);
        ends
    }

    pub(super) fn is_atomic(&mut self, function: &'a Expr) -> bool {
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
                if self.done.deeds.len() > MAX_STEPS {
                    break;
                }
                self.block(&each.body);
            }
            return;
        }
        if let Thing::Several(items) = thing {
            self.for_each(items, (&each.target, &each.iter), |this| {
                this.block(&each.body);
            });
            return;
        }
        let before = self.around.len();
        if !self.zipped(&each.target, &each.iter) {
            self.enter(&thing, &each.iter);
            self.bind_item(&each.target, thing, &each.iter);
        }
        self.block(&each.body);
        self.around.truncate(before);
        self.block(&each.orelse);
    }

    /// Notes what a loop reads, and the loop, where what it goes over may grow with a table.
    pub(super) fn enter(&mut self, over: &Thing, iter: &Expr) {
        let around = match over {
            Thing::Rows(model, rows) => {
                if !rows.new {
                    self.reads(model.clone(), *rows, span_of(iter));
                    if rows.extent > Extent::Few && !rows.paged {
                        self.done.loads.push((span_of(iter), model.clone()));
                    }
                }
                (rows.extent > Extent::Few).then_some(Around::Rows)
            }
            Thing::Batches(_) => Some(Around::Batches),
            // What a query of its own has found.
            Thing::Part(..) | Thing::Cursor => Some(Around::Rows),
            Thing::Other if is_range(iter) => Some(Around::Batches),
            _ => None,
        };
        self.around.extend(around);
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
            Expr::Attribute(attribute) => self.attribute(attribute, expression),
            Expr::Call(call) => self.call_thing(call),
            Expr::Subscript(subscript) => {
                let receiver = self.thing(&subscript.value);
                self.thing(&subscript.slice);
                match receiver {
                    Thing::Several(items) => self.picked(items, subscript),
                    Thing::Rows(model, rows) => {
                        let rows = rows.at_most(Extent::Few);
                        match &*subscript.slice {
                            Expr::Slice(_) => Thing::Rows(model, rows),
                            _ => Thing::Row(model, rows),
                        }
                    }
                    // `row, created = ...get_or_create(...)` by its number.
                    row @ Thing::Row(..) => row,
                    Thing::Connection => Thing::Connection,
                    _ => Thing::Other,
                }
            }
            Expr::ListComp(list) => self.comprehension(&list.generators, &list.elt),
            Expr::SetComp(set) => self.comprehension(&set.generators, &set.elt),
            Expr::Generator(generator) => self.comprehension(&generator.generators, &generator.elt),
            Expr::DictComp(dict) => self.comprehension(&dict.generators, &dict.value),
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
            Expr::List(list) => self.listed(&list.elts),
            Expr::Tuple(tuple) => self.listed(&tuple.elts),
            Expr::Set(set) => self.listed(&set.elts),
            Expr::Dict(dict) => self.keyed(dict),
            Expr::Named(named) => {
                let thing = self.thing(&named.value);
                self.bind(&named.target, thing.clone(), &named.value);
                thing
            }
            Expr::Yield(made) => {
                let thing = made.value.as_ref().map(|value| self.thing(value));
                self.outcome.yields(thing.unwrap_or(Thing::Other));
                Thing::Other
            }
            Expr::YieldFrom(made) => {
                let thing = self.thing(&made.value);
                self.outcome.returns(thing);
                Thing::Other
            }
            Expr::Await(made) => self.thing(&made.value),
            Expr::Lambda(_) => Thing::Other,
            other => {
                // What stands in it is followed, what it makes is not.
                walk_expr(&mut Parts(self), other);
                Thing::Other
            }
        }
    }

    fn comprehension(&mut self, generators: &'a [Comprehension], element: &'a Expr) -> Thing {
        if let Some(made) = self.unrolled(generators, element) {
            return made;
        }
        let before = self.around.len();
        for generator in generators {
            let over = self.thing(&generator.iter);
            self.enter(&over, &generator.iter);
            self.bind_item(&generator.target, over, &generator.iter);
            for test in &generator.ifs {
                self.thing(test);
            }
        }
        let item = self.thing(element);
        let made = self.gathered(item, before);
        self.around.truncate(before);
        made
    }

    /// A list of what is made in the loops from `since` on.
    fn gathered(&self, item: Thing, since: usize) -> Thing {
        let grows = self.around.get(since..).is_some_and(|loops| {
            loops
                .iter()
                .any(|one| matches!(one, Around::Rows | Around::Batches))
        });
        match item {
            Thing::Row(model, rows) | Thing::Rows(model, rows) => {
                let extent = if grows { Extent::All } else { rows.extent };
                Thing::Rows(model, Rows { extent, ..rows })
            }
            _ => Thing::Other,
        }
    }

    /// A list that rows are put into holds rows from then on: many, where that is done in a loop over rows.
    pub(super) fn collect(&mut self, list: &Expr, model: ModelName, rows: Rows) {
        let in_rows = self.around.iter().any(|one| matches!(one, Around::Rows));
        let extent = if in_rows { Extent::All } else { rows.extent };
        if let (Expr::Name(name), Some(names)) = (list, self.names.last_mut()) {
            names.insert(
                name.id.to_string(),
                Thing::Rows(model, Rows { extent, ..rows }),
            );
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
