//! Classes of the project: their attributes, and what its own field classes are.

use super::{Evaluator, World, names};
use crate::django::syntax::span_of;
use crate::django::value::Value;
use crate::source::Span;
use ruff_python_ast::{Expr, Stmt, StmtAssign, StmtClassDef, StmtFunctionDef};
use std::sync::{Arc, PoisonError};

/// How many classes may derive from one another.
pub(super) const MAX_BASES: usize = 8;

/// Attributes of a field that decide what its column is.
pub const DECIDING: &[&str] = &[
    "unique",
    "db_index",
    "db_default",
    "max_length",
    "null",
    "max_digits",
    "decimal_places",
    "default",
    "primary_key",
    "db_column",
];

/// A field class of the project, in terms of the class that it derives from.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CustomField {
    /// The dotted path of the first class that is not the project's: Django's, or another package's.
    pub base: String,
    /// Arguments that it has unless others are given.
    pub defaults: Vec<(String, Value)>,
    /// Arguments that it has whatever is given.
    pub forced: Vec<(String, Value)>,
    /// What its `db_type` returns, where it has one that returns a literal.
    pub db_type: Option<String>,
    /// What its `get_internal_type` returns, where it has one that returns a literal.
    pub internal_type: Option<String>,
    /// Attributes that its `__init__` sets afterwards.
    pub attributes: Vec<(String, Value)>,
    /// Whether it is called with a field, whose arguments it takes over.
    pub of_field: bool,
}

impl<'a> Evaluator<'a> {
    /// The value of `class.attribute`; members of an enumeration stand for their values.
    pub(super) fn class_attribute(&mut self, class: &str, attribute: &str) -> Option<Value> {
        let mut class = self.class(class)?;
        for _ in 0..MAX_BASES {
            let outer = self.scopes.split_off(1);
            let scope = self.scoped(|this| {
                this.block(&class.body);
            });
            self.scopes.extend(outer);
            let bases = self.bases(class);
            if let Some(value) = scope.get(attribute) {
                let is_choice = bases.iter().any(|base| base.ends_with("Choices"));
                return match value {
                    // A class or function inside the class has no name of its own here.
                    Value::Name(_) => None,
                    Value::Tuple(items) if is_choice => items.first().cloned(),
                    value => Some(value.clone()),
                };
            }
            let own = bases.iter().find_map(|base| {
                let base = base.strip_prefix(self.module.name.as_str())?;
                self.class(base.strip_prefix('.')?)
            });
            class = own?;
        }
        None
    }

    /// The dotted paths of a class's bases.
    pub(crate) fn bases(&mut self, class: &'a StmtClassDef) -> Vec<String> {
        let bases = class
            .arguments
            .as_deref()
            .map_or(&[][..], |arguments| &arguments.args);
        let values: Vec<Value> = bases
            .iter()
            .map(|base| match base {
                // A generic class and what stands for its types: `Base[int]`.
                Expr::Subscript(generic) => self.value(&generic.value),
                plain => self.value(plain),
            })
            .collect();
        let paths = values.into_iter().filter_map(|value| match value {
            Value::Name(path) => Some(names::canonical(path)),
            Value::Call(call) => Some(call.callee),
            _ => None,
        });
        paths.collect()
    }

    /// What the body of a class binds, by name; what it inherits from classes of the project included.
    #[must_use]
    pub fn attributes_of(&mut self, class: &'a StmtClassDef) -> Vec<(String, Value)> {
        let scope = self.scoped(|this| {
            this.block(&class.body);
        });
        let mut attributes: Vec<(String, Value)> = scope.into_iter().collect();
        for base in self.bases(class) {
            let inherited = self.in_class(&base, |evaluator, class| {
                let mut scope = evaluator.scoped(|this| {
                    this.block(&class.body);
                });
                scope.retain(|_, value| !matches!(value, Value::Name(_)));
                scope
            });
            for (name, value) in inherited.into_iter().flatten() {
                if attributes.iter().all(|(known, _)| *known != name) {
                    attributes.push((name, value.moved(span_of(class))));
                }
            }
        }
        attributes.sort_by(|a, b| a.0.cmp(&b.0));
        attributes
    }

    /// Does something with a class of the project, in the module that defines it.
    pub(crate) fn in_class<T>(
        &mut self,
        path: &str,
        with: impl for<'b> FnOnce(&mut Evaluator<'b>, &'b StmtClassDef) -> T,
    ) -> Option<T> {
        let own = path
            .strip_prefix(self.module.name.as_str())
            .and_then(|rest| rest.strip_prefix('.'));
        if let Some(class) = own.and_then(|name| self.class(name)) {
            return Some(with(self, class));
        }
        let (namespace, name) = self.definition(path)?;
        let mut inner = namespace.evaluator(self.world, &self.importing);
        let class = inner.class(&name)?;
        Some(with(&mut inner, class))
    }

    fn field(&mut self, class: &'a StmtClassDef) -> CustomField {
        let mut field = CustomField::default();
        for statement in &class.body {
            let Stmt::FunctionDef(function) = statement else {
                continue;
            };
            match function.name.as_str() {
                "__init__" => self.initializer(function, &mut field),
                "db_type" => field.db_type = self.returned(function),
                "get_internal_type" => field.internal_type = self.returned(function),
                _ => {}
            }
        }
        field
    }

    /// The string that a method returns which is called with the connection.
    fn returned(&mut self, function: &'a StmtFunctionDef) -> Option<String> {
        let arguments = ["self", "django.db.connection"].map(|name| Value::Name(name.to_owned()));
        let expected = function.parameters.iter_non_variadic_params().count();
        let given = super::calls::Given {
            args: arguments.into_iter().take(expected).collect(),
            kwargs: Vec::new(),
        };
        let returned = self.invoke(function, &given, span_of(function))?;
        returned.as_str().map(str::to_owned)
    }

    /// What an `__init__` does to the arguments of a field.
    fn initializer(&mut self, function: &'a StmtFunctionDef, field: &mut CustomField) {
        let parameters = &function.parameters;
        for parameter in parameters.args.iter().chain(&parameters.kwonlyargs) {
            if let Some(default) = parameter.default() {
                let value = self.value(default);
                field.defaults.push((parameter.name().to_string(), value));
            }
        }
        // As if nothing were given: `kwargs["default"] = kwargs.get("default", 0)`.
        let nothing = vec![("kwargs".to_owned(), Value::Dict(Vec::new()))];
        self.inside(nothing, |this| {
            for statement in &function.body {
                match statement {
                    Stmt::Assign(assign) => this.assigning(assign, field),
                    Stmt::Expr(expression) => this.initializing(&expression.value, field),
                    _ => {}
                }
            }
        });
    }

    /// `kwargs["null"] = kwargs["blank"] = True`; what was asked of `kwargs` first is only a default.
    fn assigning(&mut self, assign: &'a StmtAssign, field: &mut CustomField) {
        let asks = matches!(&*assign.value, Expr::Call(call)
            if matches!(&*call.func, Expr::Attribute(method)
                if matches!(&*method.value, Expr::Name(name) if name.id.as_str() == "kwargs")));
        for key in assign.targets.iter().filter_map(subscripted_kwargs) {
            let value = self.value(&assign.value);
            if asks {
                field.defaults.push((key, value));
            } else {
                field.forced.push((key, value));
            }
        }
        // `self.max_length = 1024`, after Django's own `__init__`
        for attribute in assign.targets.iter().filter_map(own_attribute) {
            let value = self.value(&assign.value);
            if DECIDING.contains(&attribute) && value.is_constant() {
                field.attributes.push((attribute.to_owned(), value));
            }
        }
    }

    /// `kwargs.setdefault(...)`, `kwargs.update(...)`, `super().__init__(...)`.
    fn initializing(&mut self, expression: &'a Expr, field: &mut CustomField) {
        let Expr::Call(call) = expression else {
            return;
        };
        let Expr::Attribute(method) = &*call.func else {
            return;
        };
        let on_kwargs = matches!(&*method.value, Expr::Name(name) if name.id.as_str() == "kwargs");
        match (method.attr.as_str(), &*call.arguments.args) {
            ("setdefault", [key, value]) if on_kwargs => {
                if let Some(key) = literal(key) {
                    let value = self.value(value);
                    field.defaults.push((key, value));
                }
            }
            ("update", args) if on_kwargs => {
                if let Some(Value::Dict(items)) = args.first().map(|given| self.value(given)) {
                    let named = items.into_iter();
                    let named = named
                        .filter_map(|(key, value)| key.as_str().map(|key| (key.to_owned(), value)));
                    field.forced.extend(named);
                }
                self.keywords(call, field);
            }
            ("__init__", _) => self.keywords(call, field),
            _ => {}
        }
    }

    fn keywords(&mut self, call: &'a ruff_python_ast::ExprCall, field: &mut CustomField) {
        for keyword in &call.arguments.keywords {
            let Some(name) = &keyword.arg else {
                continue;
            };
            // What is handed on, `max_length=max_length`, is no decision of this class.
            if let value @ (Value::Str(_)
            | Value::Int(_)
            | Value::Bool(_)
            | Value::None
            | Value::Name(_)
            | Value::Call(_)) = self.value(&keyword.value)
                && !matches!(&keyword.value, Expr::Name(_))
            {
                field.forced.push((name.to_string(), value));
            }
        }
    }
}

/// The key in `kwargs["key"]`.
fn subscripted_kwargs(target: &Expr) -> Option<String> {
    let Expr::Subscript(subscript) = target else {
        return None;
    };
    match &*subscript.value {
        Expr::Name(name) if name.id.as_str() == "kwargs" => literal(&subscript.slice),
        _ => None,
    }
}

/// The name in `self.name`.
fn own_attribute(target: &Expr) -> Option<&str> {
    let attribute = target.as_attribute_expr()?;
    let is_self = attribute.value.as_name_expr()?.id.as_str() == "self";
    is_self.then_some(attribute.attr.as_str())
}

fn literal(expression: &Expr) -> Option<String> {
    match expression {
        Expr::StringLiteral(literal) => Some(literal.value.to_str().to_owned()),
        _ => None,
    }
}

impl World {
    /// What a field class of the project is; `None` where it is not the project's, or its bases lead nowhere.
    #[must_use]
    pub fn custom_field(&self, path: &str) -> Option<Arc<CustomField>> {
        let known = self.fields.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(path) {
            return known.clone();
        }
        drop(known);
        let found = self.field_at(path, 0).map(Arc::new);
        let mut known = self.fields.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(path.to_owned(), found.clone());
        found
    }

    fn field_at(&self, path: &str, depth: usize) -> Option<CustomField> {
        let (namespace, name) = (depth < MAX_BASES)
            .then(|| self.definition(path))
            .flatten()?;
        let mut evaluator = namespace.evaluator(self, &[]);
        let class = evaluator.class(&name)?;
        let mut field = evaluator.field(class);
        let mut fallback = None;
        for base in evaluator.bases(class) {
            if base.starts_with("django.") && base != "django.db.models.Model" {
                field.base = base;
                return Some(field);
            }
            match self.field_at(&base, depth + 1) {
                Some(inherited) => {
                    field.base = inherited.base;
                    // A base decides first what nobody gave, and last what nobody may change.
                    field.defaults.extend(inherited.defaults);
                    field.forced.extend(inherited.forced);
                    field.attributes.extend(inherited.attributes);
                    field.db_type = field.db_type.or(inherited.db_type);
                    field.internal_type = field.internal_type.or(inherited.internal_type);
                    return Some(field);
                }
                None if self.split(&base).is_none() && base.contains('.') => {
                    fallback.get_or_insert(base);
                }
                None => {}
            }
        }
        field.base = fallback?;
        Some(field)
    }

    /// The dotted paths of the bases of a class of the project.
    #[must_use]
    pub fn bases_of(&self, path: &str) -> Vec<String> {
        let Some((namespace, name)) = self.definition(path) else {
            return Vec::new();
        };
        let mut evaluator = namespace.evaluator(self, &[]);
        evaluator
            .class(&name)
            .map_or_else(Vec::new, |class| evaluator.bases(class))
    }

    /// The value of a class attribute of the project, where it can be read.
    #[must_use]
    pub fn attribute(&self, class: &str, name: &str) -> Option<Value> {
        let (namespace, class) = self.definition(class)?;
        namespace.evaluator(self, &[]).class_attribute(&class, name)
    }

    /// An attribute that the body of a class of the project binds to a constant.
    #[must_use]
    pub fn class_attribute(&self, path: &str, name: &str) -> Option<Value> {
        let (namespace, class) = self.definition(path)?;
        let mut evaluator = namespace.evaluator(self, &[]);
        let class = evaluator.class(&class)?;
        let attributes = evaluator.attributes_of(class);
        let found = attributes.into_iter().find(|(known, _)| known == name);
        found.map(|(_, value)| value).filter(Value::is_constant)
    }

    /// What a function of the project returns when it is called without arguments, where its body can be read.
    #[must_use]
    pub fn result_of(&self, path: &str) -> Option<Value> {
        let (namespace, name) = self.definition(path)?;
        let mut evaluator = namespace.evaluator(self, &[]);
        let function = evaluator.function(&name)?;
        let value = evaluator.without_arguments(function, span_of(function))?;
        (!value.is_unknown()).then(|| value.moved(Span::default()))
    }
}
