//! Statements that may or may not run, because a condition is not known.

use super::statements::Flow;
use super::{Evaluator, unknown};
use crate::django::syntax::span_of;
use crate::django::value::Value;
use crate::source::Span;
use ruff_python_ast::{Expr, Stmt};

/// What a migration's class binds its operations to.
const OPERATIONS: &str = "operations";

impl<'a> Evaluator<'a> {
    /// One of these branches is run, or none: which one is not known.
    ///
    /// Where a migration's operations depend on it, the branch with the most of them is taken, and that is noted: what runs is better shown once too often.
    pub(super) fn one_of(&mut self, branches: &[&'a [Stmt]], place: Span) -> Flow {
        let most = branches
            .iter()
            .filter_map(|body| Some((listed(body)?, *body)));
        if let Some((_, body)) = most.rev().max_by_key(|(count, _)| *count) {
            let flow = self.block(body);
            if let Some(Value::List(mut items)) = self.lookup(OPERATIONS) {
                items.push(taken(place));
                self.bind(OPERATIONS, Value::List(items));
            }
            return flow;
        }
        for body in branches {
            self.forget(body);
        }
        let mut flows = branches.iter().map(|body| self.undecided_return(body));
        let ends = flows.find(|flow| matches!(flow, Flow::Undecided));
        ends.unwrap_or(Flow::Next)
    }

    /// One of two values, of which it is not known which: of lists of objects the longer one.
    pub(super) fn either(&mut self, values: [&'a Expr; 2], at: Span) -> Value {
        let lists = values.map(|value| match self.value(value) {
            Value::List(items) => items,
            _ => Vec::new(),
        });
        let longest = lists.into_iter().rev().max_by_key(Vec::len);
        match longest {
            Some(mut items) if matches!(items.first(), Some(Value::Call(_))) => {
                items.push(taken(at));
                Value::List(items)
            }
            _ => unknown(at, "the condition is not known"),
        }
    }

    /// Whether statements that may or may not run would end the function.
    pub(super) fn undecided_return(&self, body: &[Stmt]) -> Flow {
        let ends = |statement: &Stmt| match statement {
            Stmt::Return(_) | Stmt::Break(_) | Stmt::Continue(_) | Stmt::Match(_) => true,
            Stmt::If(choice) => {
                let more = choice.elif_else_clauses.iter().map(|clause| &clause.body);
                std::iter::once(&choice.body)
                    .chain(more)
                    .any(|body| matches!(self.undecided_return(body), Flow::Undecided))
            }
            Stmt::For(each) => {
                matches!(self.undecided_return(&each.body), Flow::Undecided)
            }
            Stmt::While(each) => {
                matches!(self.undecided_return(&each.body), Flow::Undecided)
            }
            Stmt::Try(attempt) => {
                matches!(self.undecided_return(&attempt.body), Flow::Undecided)
            }
            Stmt::With(with) => {
                matches!(self.undecided_return(&with.body), Flow::Undecided)
            }
            _ => false,
        };
        if body.iter().any(ends) && self.scopes.len() > 1 {
            Flow::Undecided
        } else {
            Flow::Next
        }
    }

    /// What these statements assign is not known, as they may or may not run.
    pub(super) fn forget(&mut self, body: &'a [Stmt]) {
        for statement in body {
            let at = span_of(statement);
            match statement {
                Stmt::Assign(assign) => {
                    let targets = assign.targets.iter();
                    targets.for_each(|target| self.forget_target(target, at));
                }
                Stmt::AnnAssign(assign) => self.forget_target(&assign.target, at),
                Stmt::AugAssign(assign) => self.forget_target(&assign.target, at),
                Stmt::Expr(expression) => {
                    if let Expr::Call(call) = &*expression.value
                        && let Expr::Attribute(method) = &*call.func
                    {
                        self.forget_target(&method.value, at);
                    }
                }
                Stmt::If(choice) => {
                    self.forget(&choice.body);
                    let more = choice.elif_else_clauses.iter();
                    more.for_each(|clause| self.forget(&clause.body));
                }
                Stmt::For(each) => self.forget(&each.body),
                Stmt::While(each) => self.forget(&each.body),
                Stmt::With(with) => self.forget(&with.body),
                Stmt::Try(attempt) => self.forget(&attempt.body),
                Stmt::Match(choice) => {
                    choice.cases.iter().for_each(|case| self.forget(&case.body));
                }
                // Either way it is the name of something that is defined here.
                Stmt::FunctionDef(_)
                | Stmt::ClassDef(_)
                | Stmt::Import(_)
                | Stmt::ImportFrom(_) => {
                    self.block(std::slice::from_ref(statement));
                }
                _ => {}
            }
        }
    }

    pub(super) fn forget_target(&mut self, target: &Expr, span: Span) {
        match target {
            Expr::Name(name) => {
                let what = unknown(span, format!("{} depends on what is not known", name.id));
                // Items that were there before stay: a list grows.
                let value = match self.lookup(&name.id) {
                    Some(Value::List(mut items)) => {
                        items.push(what);
                        Value::List(items)
                    }
                    _ => what,
                };
                self.bind(&name.id, value);
            }
            Expr::Tuple(items) => items.iter().for_each(|item| self.forget_target(item, span)),
            Expr::Attribute(attribute) => self.forget_target(&attribute.value, span),
            Expr::Subscript(subscript) => self.forget_target(&subscript.value, span),
            _ => {}
        }
    }
}

/// How many operations a branch lists, if it does.
fn listed(body: &[Stmt]) -> Option<usize> {
    let lists = body.iter().filter_map(|statement| {
        let assign = statement.as_assign_stmt()?;
        let name = assign.targets.first()?.as_name_expr()?;
        (name.id.as_str() == OPERATIONS).then_some(&*assign.value)
    });
    lists.last().map(|value| match value {
        Expr::List(list) => list.elts.len(),
        Expr::Tuple(tuple) => tuple.elts.len(),
        _ => 1,
    })
}

/// Stands for what may not run, or run otherwise.
fn taken(at: Span) -> Value {
    unknown(
        at,
        "the condition is not known: what holds more operations is taken",
    )
}
