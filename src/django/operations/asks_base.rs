//! Whether a method of a class of the project calls that of its base: always, never, or on a condition that only a database decides.

use crate::django::evaluate::Evaluator;
use crate::django::value::Value;
use ruff_python_ast::visitor::{Visitor, walk_expr};
use ruff_python_ast::{Expr, Stmt, StmtFunctionDef};

/// Whether a method calls that of its base.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Asks {
    Always,
    Perhaps,
    Never,
}

impl<'a> Evaluator<'a> {
    /// Whether this method calls `super().name(...)`; conditions are decided as PostgreSQL does.
    pub(super) fn asks_base(&mut self, method: &'a StmtFunctionDef, name: &str) -> Asks {
        if !calls(&method.body, name) {
            return Asks::Never;
        }
        let parameters = method.parameters.iter_non_variadic_params();
        let names = parameters.map(|parameter| parameter.name().to_string());
        let given = names
            .filter(|name| name == "schema_editor")
            .map(|name| (name.clone(), Value::Name(name)));
        let given = given.collect();
        self.inside(given, |this| this.asks_in(&method.body, name))
            .unwrap_or(Asks::Never)
    }

    /// What some statements do; nothing where they go on to the next without a call.
    fn asks_in(&mut self, body: &'a [Stmt], name: &str) -> Option<Asks> {
        for statement in body {
            let asks = match statement {
                Stmt::If(choice) => {
                    let first = (Some(&*choice.test), &choice.body);
                    let more = choice.elif_else_clauses.iter();
                    let more = more.map(|clause| (clause.test.as_ref(), &clause.body));
                    let mut branches = std::iter::once(first).chain(more);
                    let taken = branches.find_map(|(test, body)| {
                        match test.map_or(Some(true), |test| self.value(test).truth()) {
                            Some(true) => Some(Some(body)),
                            Some(false) => None,
                            None => Some(None),
                        }
                    });
                    match taken {
                        Some(Some(body)) => self.asks_in(body, name),
                        Some(None) => Some(Asks::Perhaps),
                        None => None,
                    }
                }
                Stmt::Return(_) | Stmt::Raise(_) => {
                    Some(if calls(std::slice::from_ref(statement), name) {
                        Asks::Always
                    } else {
                        Asks::Never
                    })
                }
                plain @ Stmt::Expr(_) => {
                    calls(std::slice::from_ref(plain), name).then_some(Asks::Always)
                }
                Stmt::With(with) => self.asks_in(&with.body, name),
                other => {
                    self.run(std::slice::from_ref(other));
                    calls(std::slice::from_ref(other), name).then_some(Asks::Perhaps)
                }
            };
            if asks.is_some() {
                return asks;
            }
        }
        None
    }
}

fn calls(body: &[Stmt], name: &str) -> bool {
    let mut search = BaseCall { name, found: false };
    search.visit_body(body);
    search.found
}

/// Looks for `super().name(...)`.
struct BaseCall<'n> {
    name: &'n str,
    found: bool,
}

impl<'a> Visitor<'a> for BaseCall<'_> {
    fn visit_expr(&mut self, expression: &'a Expr) {
        if let Expr::Attribute(attribute) = expression
            && attribute.attr.as_str() == self.name
            && let Expr::Call(call) = &*attribute.value
            && matches!(&*call.func, Expr::Name(name) if name.id.as_str() == "super")
        {
            self.found = true;
        }
        walk_expr(self, expression);
    }
}
