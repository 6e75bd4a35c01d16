//! Statements of a module, a class body or a small function, in their order.

use super::Evaluator;
use super::collections::{changed, taken};
use crate::django::syntax::{span, span_of};
use crate::django::value::Value;
use crate::source::Span;
use ruff_python_ast::{Expr, Stmt, StmtFor, StmtIf};

/// Under this name a module keeps the object that it puts in its own place; no Python name has a dot.
pub(super) const IN_ITS_PLACE: &str = "sys.modules.__name__";

/// How a run of statements ends.
#[derive(Debug)]
pub(super) enum Flow {
    Next,
    Return(Value),
    Break,
    Continue,
    /// It depends on what cannot be decided.
    Undecided,
}

impl<'a> Evaluator<'a> {
    /// Runs the statements of the module itself.
    pub fn run(&mut self, body: &'a [Stmt]) {
        self.block(body);
    }

    pub(super) fn block(&mut self, body: &'a [Stmt]) -> Flow {
        for statement in body {
            match self.statement(statement) {
                Flow::Next => {}
                other => return other,
            }
        }
        Flow::Next
    }

    fn statement(&mut self, statement: &'a Stmt) -> Flow {
        match statement {
            Stmt::Assign(assign) => {
                let value = self.value(&assign.value);
                for target in &assign.targets {
                    self.assign(target, value.clone());
                }
            }
            Stmt::AnnAssign(assign) => {
                if let Some(value) = &assign.value {
                    let value = self.value(value);
                    self.assign(&assign.target, value);
                }
            }
            Stmt::AugAssign(assign) => {
                let left = self.value(&assign.target);
                let right = self.value(&assign.value);
                let sum = super::operators::binary(left, assign.op, right, span_of(statement));
                self.assign(&assign.target, sum);
            }
            Stmt::Expr(expression) => self.effect(&expression.value),
            Stmt::If(choice) => return self.choice(choice),
            Stmt::For(each) => return self.each(each),
            Stmt::Try(attempt) => {
                // What is imported is taken to be there.
                match self.block(&attempt.body) {
                    Flow::Next => {}
                    other => return other,
                }
                match self.block(&attempt.orelse) {
                    Flow::Next => {}
                    other => return other,
                }
                return self.block(&attempt.finalbody);
            }
            Stmt::With(with) => {
                for item in &with.items {
                    let value = self.value(&item.context_expr);
                    if let Some(target) = &item.optional_vars {
                        self.assign(target, value);
                    }
                }
                return self.block(&with.body);
            }
            Stmt::FunctionDef(function) => {
                let name = function.name.as_str();
                if self.scopes.len() == 1 {
                    self.functions.insert(name.to_owned(), function);
                } else {
                    self.functions.entry(name.to_owned()).or_insert(function);
                }
                self.bind(name, Value::Name(self.own(name)));
            }
            Stmt::ClassDef(class) => {
                let name = class.name.as_str();
                if self.scopes.len() == 1 {
                    self.classes.insert(name.to_owned(), class);
                }
                self.bind(name, Value::Name(self.own(name)));
            }
            Stmt::Import(import) => import.names.iter().for_each(|name| self.import(name)),
            Stmt::ImportFrom(import) => self.import_from(import),
            Stmt::Return(result) => {
                let value = result.value.as_deref();
                return Flow::Return(value.map_or(Value::None, |value| self.value(value)));
            }
            Stmt::Break(_) => return Flow::Break,
            Stmt::Continue(_) => return Flow::Continue,
            Stmt::While(_) | Stmt::Match(_) | Stmt::Raise(_) => {
                self.forget(std::slice::from_ref(statement));
                return self.undecided_return(std::slice::from_ref(statement));
            }
            Stmt::Delete(gone) => {
                for target in &gone.targets {
                    if let (Expr::Name(name), Some(scope)) = (target, self.scopes.last_mut()) {
                        scope.remove(name.id.as_str());
                    }
                }
            }
            _ => {}
        }
        Flow::Next
    }

    fn choice(&mut self, choice: &'a StmtIf) -> Flow {
        let first = (Some(&*choice.test), &choice.body);
        let more = choice.elif_else_clauses.iter();
        let branches =
            std::iter::once(first).chain(more.map(|clause| (clause.test.as_ref(), &clause.body)));
        let branches: Vec<_> = branches.collect();
        for (at, (test, body)) in branches.iter().enumerate() {
            let holds = test.map_or(Some(true), |test| {
                let value = self.value(test);
                value.truth()
            });
            match holds {
                Some(true) => return self.block(body),
                Some(false) => {}
                None => {
                    let place = test.map_or_else(Span::default, span_of);
                    let bodies = branches[at..].iter().map(|(_, body)| body.as_slice());
                    return self.one_of(&bodies.collect::<Vec<_>>(), place);
                }
            }
        }
        Flow::Next
    }

    fn each(&mut self, each: &'a StmtFor) -> Flow {
        let items = self.value(&each.iter);
        let Some(items) = items.iterated() else {
            self.forget(&each.body);
            self.forget_target(&each.target, span_of(&*each.iter));
            return self.undecided_return(&each.body);
        };
        for item in items {
            self.assign(&each.target, item);
            match self.block(&each.body) {
                Flow::Next | Flow::Continue => {}
                Flow::Break => return Flow::Next,
                other => return other,
            }
        }
        self.block(&each.orelse)
    }

    pub(crate) fn assign(&mut self, target: &'a Expr, value: Value) {
        match target {
            Expr::Name(name) => self.bind(&name.id, value),
            Expr::Tuple(_) | Expr::List(_) => {
                let targets = match target {
                    Expr::Tuple(tuple) => &tuple.elts,
                    Expr::List(list) => &list.elts,
                    _ => return,
                };
                let items = value
                    .iterated()
                    .filter(|items| items.len() == targets.len());
                match items {
                    Some(items) => {
                        for (target, item) in targets.iter().zip(items) {
                            self.assign(target, item);
                        }
                    }
                    None => targets
                        .iter()
                        .for_each(|part| self.forget_target(part, span_of(target))),
                }
            }
            Expr::Attribute(attribute) => {
                let receiver = self.value(&attribute.value);
                if let Value::Name(path) = receiver
                    && matches!(path.as_str(), "django.conf.settings" | "self")
                {
                    // No Python name has a dot: nothing else is called like it.
                    self.bind(&format!("{path}.{}", attribute.attr), value);
                }
            }
            Expr::Subscript(subscript) => {
                let Expr::Name(name) = &*subscript.value else {
                    self.put_in_its_place(&subscript.value, value);
                    return;
                };
                let key = self.value(&subscript.slice);
                match self.lookup(&name.id) {
                    Some(Value::Dict(mut items)) if !key.is_unknown() => {
                        items.retain(|(known, _)| known != &key);
                        items.push((key, value));
                        self.bind(&name.id, Value::Dict(items));
                    }
                    _ => self.forget_target(target, span_of(target)),
                }
            }
            _ => {}
        }
    }

    /// `sys.modules[__name__] = object`
    fn put_in_its_place(&mut self, target: &'a Expr, value: Value) {
        if matches!(self.value(target), Value::Name(path) if path == "sys.modules") {
            self.bind(IN_ITS_PLACE, value);
        }
    }

    /// An expression that stands alone: methods that change a list or a dictionary.
    fn effect(&mut self, expression: &'a Expr) {
        let Expr::Call(call) = expression else {
            return;
        };
        let Expr::Attribute(method) = &*call.func else {
            return;
        };
        let Expr::Name(name) = &*method.value else {
            return;
        };
        let Some(receiver) = self.lookup(&name.id) else {
            return;
        };
        if !matches!(receiver, Value::List(_) | Value::Dict(_) | Value::Set(_)) {
            return;
        }
        let arguments: Vec<Value> = call
            .arguments
            .args
            .iter()
            .map(|arg| self.value(arg))
            .collect();
        if let Some((_, rest)) = taken(&receiver, method.attr.as_str(), &arguments) {
            return self.rebind(&name.id, rest);
        }
        let changed = changed(
            receiver,
            method.attr.as_str(),
            arguments,
            span(call.arguments.range),
        );
        if let Some(value) = changed {
            self.rebind(&name.id, value);
        }
    }

    /// Gives a new value to a name where it is bound.
    pub(super) fn rebind(&mut self, name: &str, value: Value) {
        let mut scopes = self.scopes.iter_mut().rev();
        let slot = scopes.find_map(|scope| scope.get_mut(name));
        if let Some(slot) = slot {
            *slot = value;
        }
    }
}

/// Goes through the functions and classes that a module defines, those under a condition included.
pub(super) fn definitions<'a>(body: &'a [Stmt], each: &mut dyn FnMut(&'a Stmt)) {
    for statement in body {
        match statement {
            Stmt::FunctionDef(_) | Stmt::ClassDef(_) => each(statement),
            Stmt::If(choice) => {
                definitions(&choice.body, each);
                for clause in &choice.elif_else_clauses {
                    definitions(&clause.body, each);
                }
            }
            Stmt::Try(attempt) => definitions(&attempt.body, each),
            _ => {}
        }
    }
}
