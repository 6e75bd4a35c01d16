//! Query expressions as SQL: Q, F, Value, functions and what they are combined to, as they stand in indexes, constraints, defaults and generated columns.
//!
//! Source: `django/db/models/expressions.py`, `django/db/models/functions`, `django/db/models/query_utils.py`.

use super::condition::condition_on;
use super::names::quote;
use super::values::{literal, of_field};
use crate::django::facts::{DjangoVersion, ProjectFacts};
use crate::django::fields::Field;
use crate::django::state::{Model, State};
use crate::django::value::{Call, Value};
use std::cell::RefCell;

/// How deep expressions may nest.
const MAX_DEPTH: usize = 60;

/// Compiles the expressions of one model, without an alias for its table.
pub(super) struct Compiler<'c, 'a> {
    pub(super) model: &'c Model,
    pub(super) state: &'c State,
    pub(super) facts: &'c ProjectFacts<'a>,
    depth: RefCell<usize>,
    read: RefCell<Vec<String>>,
}

/// An expression, and the field whose column it is, if it is one.
pub(super) struct Compiled<'c> {
    pub(super) sql: String,
    pub(super) field: Option<&'c Field>,
}

type Result<T> = std::result::Result<T, String>;

impl<'c, 'a> Compiler<'c, 'a> {
    pub(super) fn new(model: &'c Model, state: &'c State, facts: &'c ProjectFacts<'a>) -> Self {
        Self {
            model,
            state,
            facts,
            depth: RefCell::new(0),
            read: RefCell::new(Vec::new()),
        }
    }

    /// The columns that were compiled so far.
    pub(super) fn columns_read(&self) -> Vec<String> {
        self.read.borrow().clone()
    }

    /// A column by the name of its field.
    pub(super) fn column(&self, name: &str) -> Result<Compiled<'c>> {
        let found = self.state.field_of(self.model, name);
        let (_, field) = found.ok_or_else(|| format!("{} has no field {name}", self.model.name))?;
        let column = field.column();
        let sql = quote(&column);
        self.read.borrow_mut().push(column);
        Ok(Compiled {
            sql,
            field: Some(field),
        })
    }

    /// A `db_default` as SQL.
    pub(super) fn database_default(&self, field: &Field, value: &Value) -> Result<String> {
        match value {
            Value::Call(call) if call.callee == "django.db.models.Value" => {
                let inner = call.args.first().or_else(|| call.keyword("value"));
                of_field(inner.unwrap_or(&Value::None), field, self.facts)
            }
            Value::Call(_) | Value::Binary(..) | Value::Unary(..) => self.expression(value),
            plain => of_field(plain, field, self.facts),
        }
    }

    /// An expression as SQL.
    pub(super) fn expression(&self, value: &Value) -> Result<String> {
        Ok(self.compile(value)?.sql)
    }

    pub(super) fn compile(&self, value: &Value) -> Result<Compiled<'c>> {
        let depth = *self.depth.borrow();
        if depth > MAX_DEPTH {
            return Err("an expression that nests too deep".to_owned());
        }
        *self.depth.borrow_mut() = depth + 1;
        let compiled = self.compile_inner(value);
        *self.depth.borrow_mut() = depth;
        compiled
    }

    fn compile_inner(&self, value: &Value) -> Result<Compiled<'c>> {
        let plain = |sql: String| Ok(Compiled { sql, field: None });
        match value {
            Value::Call(call) => self.call(call),
            Value::Binary(left, op, right) => {
                if is_condition(value) {
                    return plain(self.condition(value)?);
                }
                let vectors = *op == "+" && is_search_vector(value);
                let (left, right) = (self.operand(left)?, self.operand(right)?);
                let op = match *op {
                    // Source: `CombinedSearchVector` in `django/contrib/postgres/search.py`.
                    "+" if vectors => "||",
                    "**" => "^",
                    "%" => "%",
                    other => other,
                };
                plain(format!("({left} {op} {right})"))
            }
            Value::Unary("-", operand) => {
                let operand = self.operand(operand)?;
                plain(format!("({operand} * -1)"))
            }
            Value::Unary("~", _) => plain(self.condition(value)?),
            Value::Unknown(opaque) => Err(opaque.reason.clone()),
            other => match literal(other) {
                Some(sql) => plain(sql),
                None => Err("an expression that is not known".to_owned()),
            },
        }
    }

    /// A side of an operator: a number or text stands for itself.
    fn operand(&self, value: &Value) -> Result<String> {
        self.expression(value)
    }

    /// An argument of a function: a string names a field.
    pub(super) fn argument(&self, value: &Value) -> Result<String> {
        match value {
            Value::Str(name) => Ok(self.path(&name.text)?.sql),
            other => self.expression(other),
        }
    }

    /// `field`, or `field__key` of a JSON field.
    pub(super) fn path(&self, path: &str) -> Result<Compiled<'c>> {
        if self.state.field_of(self.model, path).is_some() {
            return self.column(path);
        }
        let mut parts = path.split("__");
        let first = self.column(parts.next().unwrap_or_default())?;
        let mut sql = first.sql;
        for part in parts {
            sql = super::lookup::transform(&sql, part, first.field, self.facts)
                .ok_or_else(|| format!("the transform {part} of {path} is not known"))?;
        }
        Ok(Compiled { sql, field: None })
    }

    /// A method of an expression: `F("a").desc()`.
    fn method(&self, receiver: &Value, call: &Call) -> Result<String> {
        let inner = self.expression(receiver)?;
        let other = || self.operand(call.args.first().unwrap_or(&Value::None));
        match call.callee.as_str() {
            "asc" | "desc" => Ok(format!("{inner}{}", order(call))),
            "bitand" => Ok(format!("({inner} & {})", other()?)),
            "bitor" => Ok(format!("({inner} | {})", other()?)),
            other => Err(format!("the method {other} is not known")),
        }
    }

    fn call(&self, call: &Call) -> Result<Compiled<'c>> {
        let plain = |sql: String| Ok(Compiled { sql, field: None });
        if let Some(receiver) = &call.receiver {
            return plain(self.method(receiver, call)?);
        }
        let first = call.args.first();
        match call.class() {
            "F" => {
                let name = first
                    .or_else(|| call.keyword("name"))
                    .and_then(Value::as_str);
                self.path(name.ok_or("a field that is not known")?)
            }
            "Value" => {
                let value = first
                    .or_else(|| call.keyword("value"))
                    .unwrap_or(&Value::None);
                if let Some(Value::Call(_)) = call.keyword("output_field")
                    && let Some(output) = call.keyword("output_field")
                {
                    let field = Field::read("value", output, &self.model.key, self.facts);
                    return plain(of_field(value, &field, self.facts)?);
                }
                plain(literal(value).ok_or("a value that is not known")?)
            }
            "Q" => plain(self.condition(&Value::Call(Box::new(call.clone())))?),
            "ExpressionWrapper" => {
                let inner = first.or_else(|| call.keyword("expression"));
                self.compile(inner.ok_or("an empty expression")?)
            }
            "RawSQL" => {
                let sql = first
                    .or_else(|| call.keyword("sql"))
                    .and_then(Value::as_str);
                let params = call.args.get(1).or_else(|| call.keyword("params"));
                let empty = params.and_then(Value::items).is_none_or(<[_]>::is_empty);
                let sql = sql.filter(|_| empty).ok_or("raw SQL that is not known")?;
                plain(format!("({sql})"))
            }
            "OrderBy" => {
                let inner = self.argument(first.ok_or("an empty expression")?)?;
                let descending = call.keyword("descending").and_then(Value::truth);
                let order = if descending == Some(true) {
                    " DESC"
                } else {
                    " ASC"
                };
                plain(format!("{inner}{order}"))
            }
            "OpClass" | "Collate" | "Cast" => plain(self.annotated(call)?),
            "Case" => self.case(call),
            "KeyTextTransform" | "KeyTransform" => {
                let arrow = if call.class() == "KeyTextTransform" {
                    "->>"
                } else {
                    "->"
                };
                let key = first.ok_or("a key that is not known")?;
                let key = match key {
                    Value::Int(at) => at.to_string(),
                    other => literal(other).ok_or("a key that is not known")?,
                };
                let inner = self.argument(call.args.get(1).ok_or("a key that is not known")?)?;
                plain(format!("({inner} {arrow} {key})"))
            }
            "SearchVector" => self.search_vector(call),
            "Concat" => plain(self.concat(&call.args)?),
            class if class.starts_with("Trunc") || class.starts_with("Extract") => {
                plain(self.part_of_time(call)?)
            }
            _ => plain(self.function(call)?),
        }
    }

    /// A key of an index: an expression stands in parentheses, its collation, operator class and order behind.
    ///
    /// Source: `IndexExpression` in `django/db/models/indexes.py`.
    pub(super) fn index_key(&self, value: &Value) -> Result<String> {
        let mut inner = value.clone();
        let (mut collation, mut class, mut ordering) =
            (String::new(), String::new(), String::new());
        for _ in 0..6 {
            let Value::Call(call) = &inner else { break };
            let next = if call.receiver.is_some() && matches!(call.callee.as_str(), "asc" | "desc")
            {
                ordering = order(call);
                call.receiver.clone()
            } else {
                match call.class() {
                    "OrderBy" => {
                        let descending = call.keyword("descending").and_then(Value::truth);
                        ordering.clear();
                        ordering.push_str(if descending == Some(true) {
                            " DESC"
                        } else {
                            " ASC"
                        });
                        call.args.first().cloned()
                    }
                    "OpClass" => {
                        let name = call.args.get(1).or_else(|| call.keyword("name"));
                        class = format!(" {}", name.and_then(Value::as_str).unwrap_or_default());
                        call.args
                            .first()
                            .or_else(|| call.keyword("expression"))
                            .cloned()
                    }
                    "Collate" => {
                        let name = call.args.get(1).or_else(|| call.keyword("collation"));
                        collation = format!(
                            " COLLATE {}",
                            quote(name.and_then(Value::as_str).unwrap_or_default())
                        );
                        call.args.first().cloned()
                    }
                    _ => break,
                }
            };
            inner = next.ok_or("an empty key of an index")?;
        }
        let compiled = match &inner {
            Value::Str(name) => self.path(name.text.trim_start_matches('-'))?,
            other => self.compile(other)?,
        };
        let key = if compiled.field.is_some() {
            compiled.sql
        } else {
            format!("({})", compiled.sql)
        };
        Ok(self.in_statement(format!("{key}{collation}{class}{ordering}")))
    }

    /// A condition that a constraint or an index has.
    pub(super) fn predicate(&self, value: &Value) -> Result<String> {
        Ok(self.in_statement(self.condition(value)?))
    }

    /// An expression as a part of a statement that makes something: before Django 5.0 each `%` of a literal is doubled.
    ///
    /// Source: `quote_value` in `django/db/backends/postgresql/schema.py`.
    fn in_statement(&self, sql: String) -> String {
        if self.facts.django >= DjangoVersion(5, 0) || !sql.contains('%') {
            return sql;
        }
        let parts: Vec<String> = sql
            .split('\'')
            .enumerate()
            .map(|(at, part)| match at % 2 {
                0 => part.to_owned(),
                _ => part.replace('%', "%%"),
            })
            .collect();
        parts.join("'")
    }

    /// A condition: a Q, a lookup, or what is combined of them.
    pub(super) fn condition(&self, value: &Value) -> Result<String> {
        condition_on(self, value)
    }
}

fn order(call: &Call) -> String {
    let given = |name: &str| call.keyword(name).and_then(Value::truth) == Some(true);
    let mut order = if call.callee == "desc" {
        " DESC"
    } else {
        " ASC"
    }
    .to_owned();
    if given("nulls_first") {
        order.push_str(" NULLS FIRST");
    } else if given("nulls_last") {
        order.push_str(" NULLS LAST");
    }
    order
}

/// Whether a combination is one of conditions.
pub(super) fn is_condition(value: &Value) -> bool {
    match value {
        Value::Binary(left, "&" | "|" | "^", right) => is_condition(left) && is_condition(right),
        Value::Unary("~", _) => true,
        Value::Call(call) => {
            call.receiver.is_none()
                && (matches!(call.class(), "Q" | "Exists") || call.callee.contains("lookups"))
        }
        _ => false,
    }
}

/// Whether an expression is a `SearchVector`, or a sum of several.
fn is_search_vector(value: &Value) -> bool {
    match value {
        Value::Binary(left, "+", right) => is_search_vector(left) && is_search_vector(right),
        Value::Call(call) => call.class() == "SearchVector",
        _ => false,
    }
}
