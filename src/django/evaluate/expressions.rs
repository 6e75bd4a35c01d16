//! Expressions to values.

use super::{Evaluator, MAX_DEPTH, MAX_SIZE, MAX_STEPS, names, unknown};
use crate::django::syntax::{span, span_of};
use crate::django::value::Value;
use crate::source::Span;
use ruff_python_ast::{Comprehension, Expr, ExprAttribute, ExprSubscript, Number, UnaryOp};

impl<'a> Evaluator<'a> {
    /// The value of an expression.
    pub fn value(&mut self, expression: &'a Expr) -> Value {
        self.steps += 1;
        if self.steps > MAX_STEPS || self.depth > MAX_DEPTH {
            return unknown(span_of(expression), "too much to compute");
        }
        self.depth += 1;
        let value = self.expression(expression);
        self.depth -= 1;
        value
    }

    fn expression(&mut self, expression: &'a Expr) -> Value {
        let at = span_of(expression);
        match expression {
            Expr::NoneLiteral(_) => Value::None,
            Expr::BooleanLiteral(literal) => Value::Bool(literal.value),
            Expr::NumberLiteral(literal) => self.number(&literal.value, at),
            Expr::StringLiteral(literal) => self.string(literal),
            Expr::BytesLiteral(literal) => Value::Bytes(literal.value.bytes().collect()),
            Expr::FString(string) => self.f_string(string),
            Expr::Name(name) => self.name(name.id.as_str(), at),
            Expr::Attribute(attribute) => self.attribute(attribute),
            Expr::List(list) => Value::List(self.items(&list.elts)),
            Expr::Tuple(tuple) => Value::Tuple(self.items(&tuple.elts)),
            Expr::Set(set) => Value::Set(self.items(&set.elts)),
            Expr::Dict(dict) => {
                let mut items = Vec::with_capacity(dict.len());
                for item in dict {
                    let value = self.value(&item.value);
                    match (&item.key, value) {
                        (Some(key), value) => items.push((self.value(key), value)),
                        (None, Value::Dict(more)) => items.extend(more),
                        (None, _) => {
                            let at = span_of(&item.value);
                            return unknown(at, "this dictionary is not known");
                        }
                    }
                }
                Value::Dict(items)
            }
            Expr::Call(call) => self.call(call),
            Expr::BinOp(_) => self.chain(expression),
            Expr::UnaryOp(operation) => {
                let operand = self.value(&operation.operand);
                unary(operation.op, operand, at)
            }
            Expr::BoolOp(operation) => self.bool_op(operation),
            Expr::Compare(comparison) => self.compare(comparison),
            Expr::If(choice) => {
                let test = self.value(&choice.test);
                match test.truth() {
                    Some(true) => self.value(&choice.body),
                    Some(false) => self.value(&choice.orelse),
                    None => self.either([&choice.body, &choice.orelse], at),
                }
            }
            Expr::Subscript(subscript) => self.subscript(subscript),
            Expr::ListComp(list) => {
                let items = self.comprehension(&list.generators, &list.elt);
                items.map_or_else(not_known, Value::List)
            }
            Expr::SetComp(set) => {
                let items = self.comprehension(&set.generators, &set.elt);
                items.map_or_else(not_known, Value::Set)
            }
            Expr::Generator(generator) => {
                let items = self.comprehension(&generator.generators, &generator.elt);
                items.map_or_else(not_known, Value::List)
            }
            Expr::DictComp(dict) => self.dict_comprehension(dict),
            Expr::Starred(starred) => self.value(&starred.value),
            Expr::Named(named) => {
                let value = self.value(&named.value);
                self.assign(&named.target, value.clone());
                value
            }
            Expr::Lambda(lambda) => Value::Name(self.lambda(lambda)),
            _ => unknown(at, "this kind of expression is not read"),
        }
    }

    /// `a + b + c`, whose tree is as deep as it is long.
    fn chain(&mut self, expression: &'a Expr) -> Value {
        let mut operations = Vec::new();
        let mut first = expression;
        while let Expr::BinOp(operation) = first {
            operations.push(operation);
            first = &operation.left;
        }
        let mut value = self.value(first);
        for operation in operations.into_iter().rev() {
            let right = self.value(&operation.right);
            value = super::operators::binary(value, operation.op, right, span(operation.range));
        }
        value
    }

    fn number(&self, number: &Number, at: Span) -> Value {
        match number {
            Number::Int(int) => match int.as_i64() {
                Some(int) => Value::Int(int.into()),
                None => self
                    .file
                    .slice(at)
                    .replace('_', "")
                    .parse()
                    .map_or_else(|_| unknown(at, "a number out of range"), Value::Int),
            },
            Number::Float(float) => Value::Float(*float),
            Number::Complex { .. } => unknown(at, "a complex number"),
        }
    }

    fn name(&mut self, name: &str, at: Span) -> Value {
        match self.lookup(name) {
            Some(Value::Name(path)) => self.resolved(path, at),
            Some(value) => value,
            None if name == "__file__" => Value::Str(self.file.path().display().to_string().into()),
            None if name == "__name__" => Value::Str(self.module.name.clone().into()),
            None if self.star_of(name).is_some() => {
                let module = self.star_of(name).unwrap_or_default();
                Value::Name(names::canonical(format!("{module}.{name}")))
            }
            None if super::builtins::is_builtin(name) => Value::Name(name.to_owned()),
            None => unknown(at, format!("{name} is not defined in this file")),
        }
    }

    /// The module of Django whose names are all imported, this one among them.
    fn star_of(&self, name: &str) -> Option<&str> {
        let stars = self.stars.iter().map(String::as_str);
        stars
            .into_iter()
            .find(|module| names::exports(module, name))
    }

    fn attribute(&mut self, attribute: &'a ExprAttribute) -> Value {
        let at = span(attribute.range);
        let receiver = self.value(&attribute.value);
        self.attribute_of(receiver, attribute.attr.as_str(), at)
    }

    pub(super) fn attribute_of(&mut self, receiver: Value, name: &str, at: Span) -> Value {
        match receiver {
            // What an object's own method has set before.
            Value::Name(path) if path == "self" => {
                let own = format!("{path}.{name}");
                self.lookup(&own).unwrap_or(Value::Name(own))
            }
            Value::Name(path) => {
                let path = names::canonical(format!("{path}.{name}"));
                self.resolved(path, at)
            }
            Value::Unknown(opaque) => Value::Unknown(opaque),
            Value::Call(call) => self
                .of_file(&call, name, &[], at)
                .or_else(|| super::random::attribute(&call, name))
                .or_else(|| self.member(&call, name, at))
                .unwrap_or_else(|| unknown(at, format!("the attribute {name} is not known"))),
            // Members of an enumeration stand for their values.
            constant @ (Value::Str(_) | Value::Int(_)) if name == "value" => constant,
            _ => unknown(at, format!("the attribute {name} is not known")),
        }
    }

    /// The values of these expressions, those that are spread out among them.
    pub(crate) fn values(&mut self, elements: &'a [Expr]) -> Vec<Value> {
        self.items(elements)
    }

    pub(super) fn items(&mut self, elements: &'a [Expr]) -> Vec<Value> {
        let mut items = Vec::with_capacity(elements.len());
        for element in elements {
            let value = self.value(element);
            match element {
                Expr::Starred(_) => match value.iterated() {
                    Some(more) => items.extend(more),
                    None => items.push(not_known(span_of(element))),
                },
                _ => items.push(value),
            }
        }
        items
    }

    fn subscript(&mut self, subscript: &'a ExprSubscript) -> Value {
        let at = span(subscript.range);
        let receiver = self.value(&subscript.value);
        if let Expr::Slice(slice) = &*subscript.slice {
            let mut bound = |bound: &'a Option<Box<Expr>>| {
                bound.as_deref().map(|bound| match self.value(bound) {
                    Value::Int(int) => Ok(int),
                    _ => Err(()),
                })
            };
            let (lower, upper) = (bound(&slice.lower), bound(&slice.upper));
            if let (None | Some(Ok(_)), None | Some(Ok(_)), None) = (lower, upper, &slice.step) {
                let bounds = (lower.and_then(Result::ok), upper.and_then(Result::ok));
                return receiver
                    .sliced(bounds)
                    .unwrap_or_else(|| unknown(at, "this part of it is not known"));
            }
            return unknown(at, "this part of it is not known");
        }
        let key = self.value(&subscript.slice);
        // A member of an enumeration, as Django writes it: `Color["RED"]`.
        if let (Value::Name(_), Value::Str(member)) = (&receiver, &key)
            && member.text.chars().all(|c| c.is_alphanumeric() || c == '_')
        {
            return match self.attribute_of(receiver, &member.text, at) {
                Value::Name(_) => unknown(at, "this item is not known"),
                value => value,
            };
        }
        let found = match (&receiver, &key) {
            (Value::Dict(items), _) => items
                .iter()
                .rev()
                .find(|(known, _)| *known == key)
                .map(|(_, value)| value.clone()),
            (Value::List(items) | Value::Tuple(items), Value::Int(index)) => {
                let index = if *index < 0 {
                    i128::try_from(items.len()).unwrap_or_default() + index
                } else {
                    *index
                };
                usize::try_from(index)
                    .ok()
                    .and_then(|index| items.get(index))
                    .cloned()
            }
            _ => None,
        };
        match (found, receiver) {
            (Some(value), _) => value,
            (None, Value::Unknown(opaque)) => Value::Unknown(opaque),
            (None, _) => unknown(at, "this item is not known"),
        }
    }

    /// What `for ... in ... if ...` yields; else the place of what is not known.
    fn comprehension(
        &mut self,
        generators: &'a [Comprehension],
        element: &'a Expr,
    ) -> Result<Vec<Value>, Span> {
        let mut items = Vec::new();
        self.scopes.push(super::Scope::new());
        let result = self.generate(generators, &mut |this| {
            items.push(this.value(element));
            if items.len() > MAX_SIZE {
                Err(span_of(element))
            } else {
                Ok(())
            }
        });
        self.scopes.pop();
        result.map(|()| items)
    }

    fn dict_comprehension(&mut self, dict: &'a ruff_python_ast::ExprDictComp) -> Value {
        let mut items = Vec::new();
        self.scopes.push(super::Scope::new());
        let result = self.generate(&dict.generators, &mut |this| {
            let key = dict.key.as_deref().ok_or(span(dict.range))?;
            items.push((this.value(key), this.value(&dict.value)));
            if items.len() > MAX_SIZE {
                Err(span(dict.range))
            } else {
                Ok(())
            }
        });
        self.scopes.pop();
        result.map_or_else(not_known, |()| Value::Dict(items))
    }

    fn generate(
        &mut self,
        generators: &'a [Comprehension],
        each: &mut dyn FnMut(&mut Self) -> Result<(), Span>,
    ) -> Result<(), Span> {
        let Some((generator, inner)) = generators.split_first() else {
            return each(self);
        };
        let items = self.value(&generator.iter);
        let items = items.iterated().ok_or_else(|| span_of(&generator.iter))?;
        for item in items {
            self.assign(&generator.target, item);
            let mut holds = true;
            for test in &generator.ifs {
                let value = self.value(test);
                holds &= value.truth().ok_or_else(|| span_of(test))?;
            }
            if holds {
                self.generate(inner, each)?;
            }
        }
        Ok(())
    }
}

fn not_known(at: Span) -> Value {
    unknown(at, "these items are not known")
}

fn unary(op: UnaryOp, operand: Value, at: Span) -> Value {
    match (op, operand) {
        (UnaryOp::Not, value) => match value.truth() {
            Some(truth) => Value::Bool(!truth),
            None => unknown(at, "the condition is not known"),
        },
        (UnaryOp::USub, Value::Int(int)) => Value::Int(int.wrapping_neg()),
        (UnaryOp::USub, Value::Float(float)) => Value::Float(-float),
        (UnaryOp::UAdd, number @ (Value::Int(_) | Value::Float(_))) => number,
        (UnaryOp::Invert, Value::Int(int)) => Value::Int(!int),
        (_, Value::Unknown(opaque)) => Value::Unknown(opaque),
        (op, object @ (Value::Call(_) | Value::Binary(..) | Value::Unary(..))) => {
            Value::Unary(op.as_str(), Box::new(object))
        }
        _ => unknown(at, "this operation is not known"),
    }
}
