//! Which local names of a function keep what they were given: a condition on any other is not decided.

use ruff_python_ast::visitor::{Visitor, walk_expr, walk_stmt};
use ruff_python_ast::{Expr, Stmt, StmtFunctionDef};
use std::collections::{HashMap, HashSet};

/// Methods that change what they are called on.
const CHANGING: &[&str] = &[
    "add",
    "append",
    "appendleft",
    "clear",
    "discard",
    "extend",
    "insert",
    "pop",
    "popleft",
    "remove",
    "setdefault",
    "update",
];

/// The names that a function changes after it has bound them, or in a branch or loop once more.
pub(super) fn unsteady(function: &StmtFunctionDef) -> HashSet<String> {
    let mut found = Found::default();
    for parameter in function.parameters.iter_non_variadic_params() {
        let name = parameter.name().to_string();
        found.bound.insert(name, (1, false));
    }
    found.visit_body(&function.body);
    let bound = found.bound.into_iter();
    let again = bound.filter(|(_, (times, nested))| *times > 1 && *nested);
    found.changed.extend(again.map(|(name, _)| name));
    found.changed
}

#[derive(Default)]
struct Found {
    changed: HashSet<String>,
    /// How often a name is bound, and whether some of that is in a branch or loop.
    bound: HashMap<String, (usize, bool)>,
    depth: usize,
}

impl Found {
    fn bind(&mut self, target: &Expr) {
        match target {
            Expr::Name(name) => {
                let (times, nested) = self.bound.entry(name.id.to_string()).or_default();
                *times += 1;
                *nested |= self.depth > 0;
            }
            Expr::Tuple(tuple) => tuple.elts.iter().for_each(|part| self.bind(part)),
            Expr::List(list) => list.elts.iter().for_each(|part| self.bind(part)),
            Expr::Starred(starred) => self.bind(&starred.value),
            Expr::Subscript(subscript) => self.change(&subscript.value),
            _ => {}
        }
    }

    fn change(&mut self, target: &Expr) {
        if let Expr::Name(name) = target {
            self.changed.insert(name.id.to_string());
        }
    }
}

impl<'a> Visitor<'a> for Found {
    fn visit_stmt(&mut self, statement: &'a Stmt) {
        match statement {
            Stmt::Assign(assign) => assign.targets.iter().for_each(|target| self.bind(target)),
            Stmt::AnnAssign(assign) => self.bind(&assign.target),
            // As if it had been bound before, which it must have been.
            Stmt::AugAssign(assign) => {
                self.bind(&assign.target);
                self.bind(&assign.target);
            }
            Stmt::Delete(gone) => gone.targets.iter().for_each(|target| self.change(target)),
            _ => {}
        }
        let nested = matches!(
            statement,
            Stmt::If(_) | Stmt::For(_) | Stmt::While(_) | Stmt::Try(_) | Stmt::Match(_)
        );
        self.depth += usize::from(nested);
        if let Stmt::For(each) = statement {
            self.bind(&each.target);
        }
        // A function inside has names of its own.
        if !matches!(statement, Stmt::FunctionDef(_) | Stmt::ClassDef(_)) {
            walk_stmt(self, statement);
        }
        self.depth -= usize::from(nested);
    }

    fn visit_expr(&mut self, expression: &'a Expr) {
        match expression {
            Expr::Call(call) => {
                if let Expr::Attribute(method) = &*call.func
                    && CHANGING.contains(&method.attr.as_str())
                {
                    self.change(&method.value);
                }
            }
            Expr::Named(named) => self.bind(&named.target),
            _ => {}
        }
        walk_expr(self, expression);
    }
}
