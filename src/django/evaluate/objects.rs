//! Objects of the project's own classes: their attributes, properties and methods, as far as these can be read.

use super::calls::Given;
use super::{Evaluator, MAX_DEPTH, World};
use crate::django::value::{Call, Value};
use crate::source::Span;
use ruff_python_ast::{Expr, Stmt, StmtClassDef, StmtFunctionDef};
use std::collections::BTreeSet;

/// How many classes may derive from one another.
const MAX_BASES: usize = 8;

impl<'a> Evaluator<'a> {
    /// `object.name` of an object that a call to a class of the project made; nothing where that cannot be read.
    pub(super) fn member(&mut self, object: &Call, name: &str, at: Span) -> Option<Value> {
        self.in_classes(object, |evaluator, class| {
            if let Some(property) = method(class, name).filter(|method| is_property(method)) {
                return evaluator.invoke_method(property, object, Given::default(), at);
            }
            evaluator
                .set_up(class, object, name)
                .or_else(|| evaluator.class_constant(class, name))
        })
    }

    /// `object.name(given)`, likewise.
    pub(super) fn member_call(
        &mut self,
        object: &Call,
        name: &str,
        given: &Given,
        at: Span,
    ) -> Option<Value> {
        self.in_classes(object, |evaluator, class| {
            let method = method(class, name).filter(|method| method.decorator_list.is_empty())?;
            evaluator.invoke_method(method, object, given.clone(), at)
        })
    }

    /// Asks the object's class, then its bases, each in the module that defines it.
    fn in_classes(
        &mut self,
        object: &Call,
        ask: impl for<'b> Fn(&mut Evaluator<'b>, &'b StmtClassDef) -> Option<Value>,
    ) -> Option<Value> {
        if object.receiver.is_some() || self.depth * 2 > MAX_DEPTH {
            return None;
        }
        let depth = self.depth + 10;
        let mut path = object.callee.clone();
        for _ in 0..MAX_BASES {
            let (found, base) = self.in_class(&path, |evaluator, class| {
                let before = std::mem::replace(&mut evaluator.depth, depth);
                let found = ask(evaluator, class);
                let base = evaluator.bases(class).into_iter().next();
                evaluator.depth = before;
                (found, base)
            })?;
            if found.is_some() {
                return found;
            }
            path = base?;
        }
        None
    }

    fn invoke_method(
        &mut self,
        method: &'a StmtFunctionDef,
        object: &Call,
        mut given: Given,
        at: Span,
    ) -> Option<Value> {
        let own = Value::Call(Box::new(object.clone()));
        given.args.insert(0, own);
        let value = self.invoke_undecorated(method, &given, at)?;
        (!value.is_unknown()).then(|| value.moved(at))
    }

    /// Whether the `apply(self, project_state, ...)` of a migration hands the state back as it got it, so that nothing runs.
    pub(crate) fn hands_back(&mut self, apply: &'a StmtFunctionDef) -> bool {
        let names = ["self", "project_state", "schema_editor", "collect_sql"];
        let args = names.map(|name| Value::Name(name.to_owned()));
        let expected = apply.parameters.iter_non_variadic_params().count();
        let given = Given {
            args: args.into_iter().take(expected).collect(),
            kwargs: Vec::new(),
        };
        let returned = self.invoke_undecorated(apply, &given, Span::default());
        apply.name.as_str() == "apply"
            && matches!(returned, Some(Value::Name(path)) if path == "project_state")
    }

    /// What `__init__` binds to `self.name`.
    fn set_up(&mut self, class: &'a StmtClassDef, object: &Call, name: &str) -> Option<Value> {
        let init = method(class, "__init__")?;
        let mut given = Given {
            args: vec![Value::Call(Box::new(object.clone()))],
            kwargs: object.kwargs.clone(),
        };
        given.args.extend(object.args.iter().cloned());
        let bound = init.body.iter().find_map(|statement| match statement {
            Stmt::Assign(assign) => {
                let is_it = assign.targets.iter().any(|target| is_own(target, name));
                is_it.then_some(&*assign.value)
            }
            Stmt::AnnAssign(assign) => assign
                .value
                .as_deref()
                .filter(|_| is_own(&assign.target, name)),
            _ => None,
        })?;
        let value = self.with_arguments(init, &given, |this| this.value(bound))?;
        (!value.is_unknown()).then_some(value)
    }

    fn class_constant(&mut self, class: &'a StmtClassDef, name: &str) -> Option<Value> {
        let scope = self.scoped(|this| {
            this.block(&class.body);
        });
        scope
            .get(name)
            .filter(|value| !matches!(value, Value::Name(_) | Value::Unknown(_)))
            .cloned()
    }
}

impl World {
    /// What the attributes and properties of an object of this class are, by name; those of its bases included.
    #[must_use]
    pub fn constants_of(&self, class: &str) -> Vec<(String, Value)> {
        let mut names = BTreeSet::new();
        let mut next = Some(class.to_owned());
        for _ in 0..MAX_BASES {
            let Some((namespace, name)) = next.take().and_then(|path| self.definition(&path))
            else {
                break;
            };
            let mut evaluator = namespace.evaluator(self, &[]);
            let Some(class) = evaluator.class(&name) else {
                break;
            };
            names.extend(class.body.iter().flat_map(bound_by));
            next = evaluator.bases(class).into_iter().next();
        }
        let Some((namespace, _)) = self.definition(class) else {
            return Vec::new();
        };
        let mut evaluator = namespace.evaluator(self, &[]);
        let object = Call {
            receiver: None,
            callee: class.to_owned(),
            args: Vec::new(),
            kwargs: Vec::new(),
            span: Span::default(),
        };
        let known = names.into_iter().filter_map(|name| {
            let value = evaluator.member(&object, &name, Span::default())?;
            Some((name, value))
        });
        known.collect()
    }
}

/// The names that a statement of a class body gives to constants and properties.
fn bound_by(statement: &Stmt) -> Vec<String> {
    let name = |target: &Expr| target.as_name_expr().map(|name| name.id.to_string());
    match statement {
        Stmt::Assign(assign) => assign.targets.iter().filter_map(name).collect(),
        Stmt::AnnAssign(assign) => name(&assign.target).into_iter().collect(),
        Stmt::FunctionDef(function) if is_property(function) => vec![function.name.to_string()],
        _ => Vec::new(),
    }
}

fn method<'a>(class: &'a StmtClassDef, name: &str) -> Option<&'a StmtFunctionDef> {
    let mut functions = class.body.iter().filter_map(Stmt::as_function_def_stmt);
    functions.find(|function| function.name.as_str() == name)
}

/// `@property`, `@cached_property`
fn is_property(function: &StmtFunctionDef) -> bool {
    let is_it = |expression: &Expr| match expression {
        Expr::Name(name) => name.id.as_str().ends_with("property"),
        Expr::Attribute(attribute) => attribute.attr.as_str().ends_with("property"),
        _ => false,
    };
    let mut decorators = function.decorator_list.iter();
    decorators.any(|decorator| is_it(&decorator.expression))
}

/// `self.name`
fn is_own(target: &Expr, name: &str) -> bool {
    target.as_attribute_expr().is_some_and(|attribute| {
        let of_self = attribute.value.as_name_expr();
        attribute.attr.as_str() == name
            && of_self.is_some_and(|receiver| receiver.id.as_str() == "self")
    })
}
