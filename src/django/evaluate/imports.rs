//! Names that lead into other modules of the project, into Django, or into the settings.

use super::world::{MAX_IMPORTS, Namespace};
use super::{Evaluator, statements};
use crate::django::syntax::span;
use crate::django::value::Value;
use crate::source::Span;
use ruff_python_ast::{Alias, StmtImportFrom};
use std::sync::Arc;

impl<'a> Evaluator<'a> {
    /// What a dotted path stands for: a constant where that can be read, else the path itself.
    pub(super) fn resolved(&mut self, path: String, at: Span) -> Value {
        if let Some(value) = self.world.well_known(&path) {
            return value.moved(at);
        }
        if path.starts_with("django.conf.settings.") {
            return match self.set_by_package(&path) {
                Some(value) => value.moved(at),
                None => Value::Name(path),
            };
        }
        let own = path
            .strip_prefix(self.module.name.as_str())
            .and_then(|rest| rest.strip_prefix('.'))
            .map(str::to_owned);
        if let Some(own) = own {
            if let Some((class, attribute)) = own.split_once('.')
                && let Some(value) = self.class_attribute(class, attribute)
            {
                return value;
            }
            if self.scopes[0].contains_key(own.split('.').next().unwrap_or_default()) {
                return Value::Name(path);
            }
        }
        match self.imported(&path, 0) {
            Some(value) => value.moved(at),
            None => Value::Name(path),
        }
    }

    /// A setting to which a package gives its default by assigning it: `settings.X = getattr(settings, "X", False)`.
    fn set_by_package(&mut self, path: &str) -> Option<Value> {
        let package = self.module.name.split('.').next()?.to_owned();
        for module in ["conf", "settings", "app_settings", "defaults", "apps"] {
            let module = format!("{package}.{module}");
            if module == self.module.name {
                continue;
            }
            let (namespace, cut) = self.world.import(&module, &self.importing);
            self.cut |= cut;
            let found = namespace.and_then(|namespace| namespace.names.get(path).cloned());
            if let Some(value) = found.filter(Value::is_constant) {
                return Some(value);
            }
        }
        None
    }

    /// The constant of another module that a path leads to.
    fn imported(&mut self, path: &str, hops: usize) -> Option<Value> {
        if hops > MAX_IMPORTS {
            return None;
        }
        let (module, rest) = self.world.split(path)?;
        if module == self.module.name {
            return None;
        }
        let (namespace, cut) = self.world.import(module, &self.importing);
        self.cut |= cut;
        let namespace = namespace?;
        let (name, more) = rest
            .split_once('.')
            .map_or((rest, None), |(name, more)| (name, Some(more)));
        let Some(bound) = namespace.names.get(name) else {
            return self
                .asked_of_module(&namespace, name)
                .filter(|_| more.is_none());
        };
        match (bound, more) {
            (Value::Name(other), more) => {
                if let Some(own) = other
                    .strip_prefix(module)
                    .and_then(|rest| rest.strip_prefix('.'))
                {
                    let mut inner = namespace.evaluator(self.world, &self.importing);
                    return inner.class_attribute(own, more?);
                }
                let path = more.map_or_else(|| other.clone(), |more| format!("{other}.{more}"));
                self.imported(&path, hops + 1)
            }
            // An object of the project's own is known by its name alone, and by what its class says.
            (Value::Call(call), None) if !call.callee.starts_with("django.") => None,
            (Value::Call(call), Some(more)) if !more.contains('.') => {
                let mut inner = namespace.evaluator(self.world, &self.importing);
                inner.depth = self.depth + 10;
                inner.member(call, more, call.span)
            }
            (Value::Unknown(_), _) | (_, Some(_)) => None,
            (value, None) => Some(value.clone()),
        }
    }

    /// What a module's own `__getattr__` makes of a name that it does not bind, or the object that it puts in its own place.
    fn asked_of_module(&mut self, namespace: &Namespace, name: &str) -> Option<Value> {
        let mut inner = namespace.evaluator(self.world, &self.importing);
        inner.depth = self.depth + 10;
        if inner.depth * 2 > super::MAX_DEPTH {
            return None;
        }
        if let Some(function) = inner.function("__getattr__") {
            let given = super::calls::Given {
                args: vec![Value::Str(name.to_owned().into())],
                kwargs: Vec::new(),
            };
            let at = crate::django::syntax::span_of(function);
            return inner
                .invoke(function, &given, at)
                .filter(|value| !value.is_unknown());
        }
        match namespace.names.get(super::statements::IN_ITS_PLACE) {
            Some(Value::Call(object)) => inner.member(object, name, object.span),
            _ => None,
        }
    }

    /// The module that defines what a path names, and its name there; imports are followed.
    pub(super) fn definition(&mut self, path: &str) -> Option<(Arc<Namespace>, String)> {
        let (found, cut) = self.world.definition_from(path, &self.importing);
        self.cut |= cut;
        found
    }

    /// `import module`, as it binds a name.
    pub(super) fn import(&mut self, alias: &Alias) {
        let path = alias.name.as_str();
        match &alias.asname {
            Some(name) => self.bind(name.as_str(), Value::Name(path.to_owned())),
            None => {
                let first = path.split('.').next().unwrap_or(path).to_owned();
                self.bind(&first, Value::Name(first.clone()));
            }
        }
    }

    /// `from module import name`, as it binds names.
    pub(super) fn import_from(&mut self, import: &StmtImportFrom) {
        let module = import.module.as_ref().map_or("", |module| module.as_str());
        let from = self.module.relative(import.level, module);
        for alias in &import.names {
            if alias.name.as_str() == "*" {
                for (name, value) in self.star(&from, span(alias.range)) {
                    self.bind(&name, value);
                }
                continue;
            }
            let name = alias.asname.as_ref().unwrap_or(&alias.name);
            let path = super::names::canonical(format!("{from}.{}", alias.name));
            self.bind(name.as_str(), Value::Name(path));
        }
    }

    /// All public names of a module, for `from module import *`.
    pub(super) fn star(&mut self, module: &str, at: Span) -> Vec<(String, Value)> {
        let (namespace, cut) = self.world.import(module, &self.importing);
        self.cut |= cut;
        let Some(namespace) = namespace else {
            self.stars.push(module.to_owned());
            return Vec::new();
        };
        let public = namespace
            .names
            .iter()
            .filter(|(name, _)| !name.starts_with('_'));
        let mut names: Vec<_> = public
            .map(|(name, value)| (name.clone(), value.clone().moved(at)))
            .collect();
        names.sort_by(|a, b| a.0.cmp(&b.0));
        names
    }

    /// Finds the functions and classes of a module that was evaluated before.
    pub(super) fn index(&mut self, body: &'a [ruff_python_ast::Stmt]) {
        statements::definitions(body, &mut |statement| match statement {
            ruff_python_ast::Stmt::FunctionDef(function) => {
                self.functions.insert(function.name.to_string(), function);
                // A function may hand out one that stands in it.
                statements::definitions(&function.body, &mut |inner| {
                    if let ruff_python_ast::Stmt::FunctionDef(inner) = inner {
                        let known = self.functions.entry(inner.name.to_string());
                        known.or_insert(inner);
                    }
                });
            }
            ruff_python_ast::Stmt::ClassDef(class) => {
                self.classes.insert(class.name.to_string(), class);
            }
            _ => {}
        });
    }
}
