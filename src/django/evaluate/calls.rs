//! Calls: functions whose result can be read off, and objects, which are kept as they are written.

use super::statements::Flow;
use super::{Evaluator, MAX_DEPTH, Scope, unknown};
use crate::django::syntax::{span, span_of};
use crate::django::value::{Call, Value};
use crate::source::Span;
use ruff_python_ast::{Arguments, Expr, ExprCall, Stmt, StmtClassDef, StmtFunctionDef};
use ruff_text_size::Ranged;

/// Positional and keyword arguments.
pub(crate) type Passed = (Vec<Value>, Vec<(String, Value)>);

/// The arguments of a call, evaluated.
#[derive(Clone, Debug, Default)]
pub(super) struct Given {
    pub(super) args: Vec<Value>,
    pub(super) kwargs: Vec<(String, Value)>,
}

impl<'a> Evaluator<'a> {
    pub(super) fn call(&mut self, call: &'a ExprCall) -> Value {
        let at = span(call.range());
        let (receiver, callee) = match &*call.func {
            Expr::Attribute(attribute) => {
                let name = attribute.attr.as_str();
                if let Some(value) = self.take(call, &attribute.value, name) {
                    return value;
                }
                match self.value(&attribute.value) {
                    path @ Value::Name(_) => (None, self.attribute_of(path, name, at)),
                    Value::Unknown(opaque) => {
                        return self.asked_for_engine(call, name, Value::Unknown(opaque));
                    }
                    object => (Some(object), Value::Name(name.to_owned())),
                }
            }
            function => (None, self.value(function)),
        };
        let given = self.given(&call.arguments);
        let callee = match callee {
            Value::Name(path) => path,
            Value::Unknown(opaque) => return Value::Unknown(opaque),
            _ => return unknown(at, "what is called here is not known"),
        };
        match receiver {
            Some(object) => self.method(object, callee, given, at),
            None => self.call_path(callee, given, at),
        }
    }

    /// `names.pop("key")`, which changes what the name is bound to.
    fn take(&mut self, call: &'a ExprCall, receiver: &'a Expr, method: &str) -> Option<Value> {
        let name = receiver.as_name_expr()?.id.as_str();
        if !matches!(method, "pop" | "popitem" | "setdefault") {
            return None;
        }
        let receiver = self.lookup(name)?;
        let arguments = self.items(&call.arguments.args);
        let place = span(call.range());
        let Some((value, rest)) = super::collections::taken(&receiver, method, &arguments) else {
            // What stands here may be looked at more than once.
            return self.taken.get(&place).cloned();
        };
        self.rebind(name, rest);
        self.taken.insert(place, value.clone());
        Some(value)
    }

    /// `engine.startswith("django.db.backends.postgresql")` of an engine that is not known.
    fn asked_for_engine(&mut self, call: &'a ExprCall, method: &str, receiver: Value) -> Value {
        let first = call
            .arguments
            .args
            .first()
            .map(|argument| self.value(argument));
        match (method, first) {
            ("startswith" | "endswith", Some(Value::Str(text))) => {
                super::operators::names_postgres(&text.text).map_or(receiver, Value::Bool)
            }
            _ => receiver,
        }
    }

    fn given(&mut self, arguments: &'a Arguments) -> Given {
        let mut given = Given {
            args: self.items(&arguments.args),
            kwargs: Vec::with_capacity(arguments.keywords.len()),
        };
        for keyword in &arguments.keywords {
            let value = self.value(&keyword.value);
            match (&keyword.arg, value) {
                (Some(name), value) => given.kwargs.push((name.to_string(), value)),
                (None, Value::Dict(items)) => {
                    let named = items.into_iter();
                    let named = named
                        .filter_map(|(key, value)| key.as_str().map(|key| (key.to_owned(), value)));
                    given.kwargs.extend(named);
                }
                (None, _) => {
                    let what = unknown(span_of(keyword), "these arguments are not known");
                    given.kwargs.push(("**".to_owned(), what));
                }
            }
        }
        given
    }

    fn call_path(&mut self, callee: String, given: Given, at: Span) -> Value {
        if let Some(value) = self.builtin(&callee, &given, at) {
            return value;
        }
        if let Some(value) = self.read_off(&callee, &given, at) {
            // A setting that falls back to another database is set where migrations run on PostgreSQL.
            return match value.as_str().and_then(super::operators::names_postgres) {
                Some(false) => unknown(at, "which database is used is not known"),
                _ => value,
            };
        }
        object(None, callee, given, at)
    }

    /// The result of a function of the project, where its body can be read.
    fn read_off(&mut self, callee: &str, given: &Given, at: Span) -> Option<Value> {
        if self.depth * 2 > MAX_DEPTH {
            return None;
        }
        let own = callee
            .strip_prefix(self.module.name.as_str())
            .and_then(|rest| rest.strip_prefix('.'));
        if let Some(name) = own {
            let function = self.function(name)?;
            let result = self.invoke(function, given, at)?;
            return Some(match result {
                Value::Call(mut call) => {
                    call.span = at;
                    Value::Call(call)
                }
                other => other,
            });
        }
        let (namespace, name) = self.definition(callee)?;
        let mut inner = namespace.evaluator(self.world, &self.importing);
        inner.depth = self.depth + 10;
        let function = inner.function(&name)?;
        let result = inner.invoke(function, given, at)?;
        (!result.is_unknown()).then(|| result.moved(at))
    }

    /// The function of this module that a path names.
    #[must_use]
    pub fn own_function(&self, path: &str) -> Option<&'a StmtFunctionDef> {
        let own = path.strip_prefix(self.module.name.as_str())?;
        self.function(own.strip_prefix('.')?)
    }

    /// Does something with a function of another module of the project, in that module.
    pub(crate) fn in_function<T>(
        &mut self,
        path: &str,
        with: impl for<'b> FnOnce(&mut Evaluator<'b>, &'b StmtFunctionDef) -> T,
    ) -> Option<T> {
        let (namespace, name) = self.definition(path)?;
        let mut inner = namespace.evaluator(self.world, &self.importing);
        let function = inner.function(&name)?;
        Some(with(&mut inner, function))
    }

    /// Does something in a scope of its own, in which these names are bound.
    pub(crate) fn inside<T>(
        &mut self,
        names: Vec<(String, Value)>,
        with: impl FnOnce(&mut Self) -> T,
    ) -> T {
        self.open_scope(names);
        let result = with(self);
        self.close_scope();
        result
    }

    /// Begins a scope of its own, in which these names are bound.
    pub(crate) fn open_scope(&mut self, names: Vec<(String, Value)>) {
        self.scopes.push(names.into_iter().collect());
    }

    /// Ends the innermost scope.
    pub(crate) fn close_scope(&mut self) {
        self.scopes.pop();
    }

    /// What a function returns that is called without arguments.
    pub(super) fn without_arguments(
        &mut self,
        function: &'a StmtFunctionDef,
        at: Span,
    ) -> Option<Value> {
        self.invoke(function, &Given::default(), at)
    }

    /// Reads a function with these arguments; `None` where its result cannot be decided.
    pub(super) fn invoke(
        &mut self,
        function: &'a StmtFunctionDef,
        given: &Given,
        at: Span,
    ) -> Option<Value> {
        let mut decorators = function.decorator_list.iter();
        if !decorators.all(|decorator| self.only_remembers(&decorator.expression)) {
            return None;
        }
        self.invoke_undecorated(function, given, at)
    }

    /// Whether a decorator leaves what a function returns as it is: `@cache`, `@lru_cache(...)`.
    fn only_remembers(&mut self, decorator: &'a Expr) -> bool {
        let named = match decorator {
            Expr::Call(call) => &*call.func,
            plain => plain,
        };
        matches!(self.value(named), Value::Name(path)
            if matches!(path.as_str(), "functools.cache" | "functools.lru_cache"))
    }

    /// The same, whatever decorators say.
    pub(super) fn invoke_undecorated(
        &mut self,
        function: &'a StmtFunctionDef,
        given: &Given,
        at: Span,
    ) -> Option<Value> {
        if function.is_async {
            return None;
        }
        let flow = self.with_arguments(function, given, |this| {
            this.depth += 10;
            let flow = this.block(&function.body);
            this.depth -= 10;
            flow
        })?;
        match flow {
            Flow::Return(Value::Unknown(_)) | Flow::Undecided => None,
            Flow::Return(value) => Some(value),
            _ => Some(unknown(at, "the result of this function is not known")),
        }
    }

    /// Does something where the parameters of a function are bound to these arguments.
    pub(super) fn with_arguments<T>(
        &mut self,
        function: &'a StmtFunctionDef,
        given: &Given,
        with: impl FnOnce(&mut Self) -> T,
    ) -> Option<T> {
        let scope = self.parameters(function, given)?;
        let outer = self.scopes.split_off(1);
        self.scopes.push(scope);
        let result = with(self);
        self.scopes.truncate(1);
        self.scopes.extend(outer);
        Some(result)
    }

    /// The arguments with which a class's `__init__` calls that of its base; `None` where it has none of its own.
    pub(crate) fn super_arguments(
        &mut self,
        class: &'a StmtClassDef,
        call: &Call,
    ) -> Option<Result<Passed, ()>> {
        let function = class.body.iter().find_map(|statement| match statement {
            Stmt::FunctionDef(function) if function.name.as_str() == "__init__" => Some(function),
            _ => None,
        })?;
        let mut given = Given {
            args: vec![Value::Name("self".to_owned())],
            kwargs: call.kwargs.clone(),
        };
        given.args.extend(call.args.iter().cloned());
        let Some(scope) = self.parameters(function, &given) else {
            return Some(Err(()));
        };
        let outer = self.scopes.split_off(1);
        self.scopes.push(scope);
        let mut passed = Err(());
        for statement in &function.body {
            if let Stmt::Expr(expression) = statement
                && let Expr::Call(call) = &*expression.value
                && let Expr::Attribute(method) = &*call.func
                && method.attr.as_str() == "__init__"
            {
                let given = self.given(&call.arguments);
                passed = Ok((given.args, given.kwargs));
                break;
            }
            if !matches!(self.block(std::slice::from_ref(statement)), Flow::Next) {
                break;
            }
        }
        self.scopes.truncate(1);
        self.scopes.extend(outer);
        Some(passed)
    }

    fn parameters(&mut self, function: &'a StmtFunctionDef, given: &Given) -> Option<Scope> {
        let parameters = &function.parameters;
        let mut scope = Scope::new();
        let mut args = given.args.iter();
        for parameter in parameters.posonlyargs.iter().chain(&parameters.args) {
            if let Some(value) = args.next() {
                scope.insert(parameter.name().to_string(), value.clone());
            }
        }
        let rest: Vec<Value> = args.cloned().collect();
        match &parameters.vararg {
            Some(name) => {
                scope.insert(name.name.to_string(), Value::Tuple(rest));
            }
            None if !rest.is_empty() => return None,
            None => {}
        }
        let mut more = Vec::new();
        let named = |name: &str| {
            let all = parameters.args.iter().chain(&parameters.kwonlyargs);
            all.into_iter()
                .any(|parameter| parameter.name().as_str() == name)
        };
        for (name, value) in &given.kwargs {
            if named(name) {
                scope.insert(name.clone(), value.clone());
            } else {
                more.push((Value::Str(name.clone().into()), value.clone()));
            }
        }
        match &parameters.kwarg {
            Some(name) => {
                scope.insert(name.name.to_string(), Value::Dict(more));
            }
            None if !more.is_empty() => return None,
            None => {}
        }
        for parameter in parameters.iter_non_variadic_params() {
            if !scope.contains_key(parameter.name().as_str()) {
                let default = self.value(parameter.default()?);
                scope.insert(parameter.name().to_string(), default);
            }
        }
        Some(scope)
    }
}

/// An object, as the call that makes it.
pub(super) fn object(receiver: Option<Value>, callee: String, given: Given, at: Span) -> Value {
    Value::Call(Box::new(Call {
        receiver,
        callee,
        args: given.args,
        kwargs: given.kwargs,
        span: at,
    }))
}
