//! Constraints of `Meta.constraints`.
//!
//! Source: `django/db/models/constraints.py`, `django/contrib/postgres/constraints.py`.

use super::catalogue::KnownKind;
use super::ddl::{Ddl, DdlKind, DdlName, Index, quoted};
use super::editor::Editor;
use super::expression::Compiler;
use super::index::names;
use super::names::quote;
use crate::django::state::{Model, State};
use crate::django::value::{Call, Value};

/// A constraint, read.
enum Read {
    Check { name: String, condition: String },
    Unique(Box<Ddl>),
    Exclusion { clause: String },
}

impl Editor<'_, '_> {
    /// ADD CONSTRAINT, or the unique index that stands for one.
    pub(super) fn add_constraint(
        &mut self,
        model: &Model,
        constraint: &Value,
        not_valid: bool,
        state: &State,
    ) {
        let table = model.table();
        let suffix = if not_valid { " NOT VALID" } else { "" };
        match self.constraint(model, constraint, state) {
            Some(Read::Check { name, condition }) => {
                self.execute(format!(
                    "ALTER TABLE {} ADD CONSTRAINT {} CHECK ({condition}){suffix}",
                    quote(&table),
                    quote(&name)
                ));
                self.catalogue
                    .add(&table, name, Vec::new(), KnownKind::Check);
            }
            Some(Read::Unique(ddl)) => self.run(&ddl),
            Some(Read::Exclusion { clause, .. }) => {
                self.execute(format!(
                    "ALTER TABLE {} ADD {clause}{suffix}",
                    quote(&table)
                ));
            }
            None => {}
        }
    }

    /// The clause of a constraint in CREATE TABLE; a unique index comes at the end of the migration instead.
    pub(super) fn constraint_in_table(
        &mut self,
        model: &Model,
        constraint: &Value,
        state: &State,
    ) -> Option<String> {
        let table = model.table();
        match self.constraint(model, constraint, state)? {
            Read::Check { name, condition } => {
                let clause = format!("CONSTRAINT {} CHECK ({condition})", quote(&name));
                self.catalogue
                    .add(&table, name, Vec::new(), KnownKind::Check);
                Some(clause)
            }
            Read::Unique(ddl) => match &ddl.kind {
                DdlKind::Unique {
                    index,
                    as_index: false,
                    deferrable,
                    nulls: "",
                } if index.condition.is_none() => {
                    let name = ddl.name();
                    let clause = format!(
                        "CONSTRAINT {} UNIQUE ({}){deferrable}",
                        quote(&name),
                        quoted(&ddl.columns)
                    );
                    self.catalogue
                        .add(&table, name, ddl.columns, KnownKind::Unique);
                    Some(clause)
                }
                _ => {
                    self.defer(*ddl);
                    None
                }
            },
            Read::Exclusion { clause, .. } => Some(clause),
        }
    }

    /// DROP CONSTRAINT, or DROP INDEX for a unique index.
    pub(super) fn remove_constraint(
        &mut self,
        model: &Model,
        name: &str,
        constraint: Option<&Value>,
    ) {
        let table = model.table();
        let as_index = match constraint {
            Some(Value::Call(call)) => call.class() == "UniqueConstraint" && is_index(call),
            _ => false,
        };
        if as_index {
            self.catalogue.drop_index(name);
            self.forget(|ddl| ddl.table == table && ddl.name() == name);
            self.execute(format!("DROP INDEX IF EXISTS {}", quote(name)));
        } else {
            self.drop_constraint(&table, name);
        }
    }

    fn constraint(&mut self, model: &Model, constraint: &Value, state: &State) -> Option<Read> {
        let (read, span) = match constraint {
            Value::Call(call) => (self.read_constraint(model, call, state), call.span),
            Value::Unknown(opaque) => (Err(opaque.reason.clone()), opaque.span),
            _ => (Err("a constraint that is not known".to_owned()), self.span),
        };
        read.map_err(|reason| self.missing(span, reason)).ok()
    }

    fn read_constraint(
        &mut self,
        model: &Model,
        call: &Call,
        state: &State,
    ) -> Result<Read, String> {
        let name = call.keyword("name").and_then(Value::as_str);
        let name = name.ok_or("a constraint without a name")?.to_owned();
        let compiler = Compiler::new(model, state, self.facts);
        match call.class() {
            "CheckConstraint" => {
                let condition = call.keyword("condition").or_else(|| call.keyword("check"));
                let condition = condition.ok_or("a CHECK without a condition")?;
                Ok(Read::Check {
                    name,
                    condition: compiler.predicate(condition)?,
                })
            }
            "UniqueConstraint" => self.read_unique(model, call, name, state),
            "ExclusionConstraint" => {
                let pairs = call.keyword("expressions").and_then(Value::items);
                let mut parts = Vec::new();
                for pair in pairs.unwrap_or_default() {
                    let Some([expression, operator]) = pair.items() else {
                        return Err("an exclusion that is not known".to_owned());
                    };
                    let operator = match operator {
                        Value::Str(text) => text.text.clone(),
                        Value::Name(path) => range_operator(path).to_owned(),
                        _ => return Err("an operator that is not known".to_owned()),
                    };
                    parts.push(format!(
                        "{} WITH {operator}",
                        compiler.index_key(expression)?
                    ));
                }
                let method = call.keyword("index_type").and_then(Value::as_str);
                let condition = match call
                    .keyword("condition")
                    .filter(|value| **value != Value::None)
                {
                    Some(condition) => format!(" WHERE ({})", compiler.predicate(condition)?),
                    None => String::new(),
                };
                let include = self.columns(model, &names(call.keyword("include")), state);
                let include = if include.is_empty() {
                    String::new()
                } else {
                    format!(" INCLUDE ({})", quoted(&include))
                };
                Ok(Read::Exclusion {
                    clause: format!(
                        "CONSTRAINT {} EXCLUDE USING {} ({}){include}{condition}{}",
                        quote(&name),
                        method.unwrap_or("GIST"),
                        parts.join(", "),
                        deferrable(call)
                    ),
                })
            }
            other => Err(format!("the constraint {other} is not known")),
        }
    }

    fn read_unique(
        &mut self,
        model: &Model,
        call: &Call,
        name: String,
        state: &State,
    ) -> Result<Read, String> {
        let compiler = Compiler::new(model, state, self.facts);
        let mut index = Index::default();
        if let Some(condition) = call
            .keyword("condition")
            .filter(|value| **value != Value::None)
        {
            index.condition = Some(compiler.predicate(condition)?);
        }
        let mut columns = Vec::new();
        let fields = names(call.keyword("fields"));
        if fields.is_empty() {
            let keys: Result<Vec<String>, String> = call
                .args
                .iter()
                .map(|key| compiler.index_key(key))
                .collect();
            index.expressions = Some(keys?.join(", "));
            columns.extend(compiler.columns_read());
        } else {
            columns.extend(self.columns(model, &fields, state));
        }
        index.after = names(call.keyword("opclasses"));
        index.include = self.columns(model, &names(call.keyword("include")), state);
        let nulls = match call.keyword("nulls_distinct").and_then(Value::truth) {
            Some(true) => " NULLS DISTINCT",
            Some(false) => " NULLS NOT DISTINCT",
            None => "",
        };
        Ok(Read::Unique(Box::new(Ddl {
            table: model.table(),
            columns,
            name: DdlName::Given(name),
            kind: DdlKind::Unique {
                as_index: is_index(call),
                index,
                deferrable: deferrable(call),
                nulls,
            },
        })))
    }
}

/// Whether a UniqueConstraint is an index rather than a constraint.
fn is_index(call: &Call) -> bool {
    let given = |name: &str| {
        call.keyword(name).is_some_and(|value| {
            *value != Value::None && value.items().is_none_or(|items| !items.is_empty())
        })
    };
    given("condition") || given("include") || given("opclasses") || !call.args.is_empty()
}

fn deferrable(call: &Call) -> &'static str {
    let name = match call.keyword("deferrable") {
        Some(Value::Name(path)) => path.rsplit('.').next().unwrap_or_default(),
        Some(Value::Str(text)) => text.text.as_str(),
        _ => "",
    };
    match name.to_ascii_uppercase().as_str() {
        "DEFERRED" => " DEFERRABLE INITIALLY DEFERRED",
        "IMMEDIATE" => " DEFERRABLE INITIALLY IMMEDIATE",
        _ => "",
    }
}

/// Source: `RangeOperators` in `django/contrib/postgres/fields/ranges.py`.
fn range_operator(path: &str) -> &'static str {
    match path.rsplit('.').next().unwrap_or_default() {
        "EQUAL" => "=",
        "NOT_EQUAL" => "<>",
        "CONTAINS" => "@>",
        "CONTAINED_BY" => "<@",
        "FULLY_LT" => "<<",
        "FULLY_GT" => ">>",
        "NOT_LT" => "&>",
        "NOT_GT" => "&<",
        "ADJACENT_TO" => "-|-",
        _ => "&&",
    }
}
