//! RunSQL and SeparateDatabaseAndState.

use super::arguments::Arguments;
use super::read::Reader;
use super::run_python::is_given;
use crate::django::operation::{OperationKind, SqlText};
use crate::django::value::{Call, Opaque, Text, Value};
use crate::source::Span;

/// `RunSQL.noop` is the empty string.
const NOOP: &str = "django.db.migrations.RunSQL.noop";

impl Reader<'_, '_> {
    pub(super) fn run_sql(&mut self, call: &Call) -> Result<OperationKind, Opaque> {
        let given = Arguments::new(call, &["sql", "reverse_sql", "state_operations", "hints"]);
        let sql = statements(given.need("sql")?, &given, call.span)?;
        let allowed = self.is_allowed(given.get("hints"));
        Ok(OperationKind::RunSql {
            sql: if allowed { sql } else { Vec::new() },
            reverse: given
                .get("reverse_sql")
                .filter(|value| is_given(Some(value)))
                .map(|value| statements(value, &given, call.span)),
            state_operations: self.inner(&given, "state_operations"),
        })
    }

    pub(super) fn separate(&mut self, call: &Call) -> OperationKind {
        let given = Arguments::new(call, &["database_operations", "state_operations"]);
        OperationKind::SeparateDatabaseAndState {
            database_operations: self.inner(&given, "database_operations"),
            state_operations: self.inner(&given, "state_operations"),
        }
    }

    fn inner(
        &mut self,
        given: &Arguments<'_>,
        name: &str,
    ) -> Vec<crate::django::operation::Operation> {
        match given.list(name) {
            Ok(values) => self.operations(&values),
            Err(opaque) => self.operations(&[Value::Unknown(opaque)]),
        }
    }
}

/// The statements of a RunSQL: a string, or a list of strings and of pairs with parameters.
fn statements(value: &Value, given: &Arguments<'_>, span: Span) -> Result<Vec<SqlText>, Opaque> {
    if let Some(text) = text(value) {
        return Ok(single(text, None, span).into_iter().collect());
    }
    if let Value::Unknown(opaque) = value {
        return Err(opaque.clone());
    }
    let items = value
        .items()
        .ok_or_else(|| given.fault("its SQL is not known".to_owned()))?;
    let mut statements = Vec::new();
    for item in items {
        let (sql, params) = match item.items() {
            Some([sql, params]) => (sql, Some(params)),
            Some([sql]) => (sql, None),
            _ => (item, None),
        };
        let params = match params {
            None | Some(Value::None) => None,
            Some(Value::Dict(_)) => {
                return Err(given.fault("its named parameters are not read".to_owned()));
            }
            Some(params) => Some(
                params
                    .items()
                    .map(<[_]>::to_vec)
                    .ok_or_else(|| given.fault("its parameters are not known".to_owned()))?,
            ),
        };
        match (text(sql), sql) {
            (Some(text), _) => statements.extend(single(text, params, span)),
            (None, Value::Unknown(opaque)) => return Err(opaque.clone()),
            (None, _) => return Err(given.fault("its SQL is not known".to_owned())),
        }
    }
    Ok(statements)
}

fn text(value: &Value) -> Option<Text> {
    match value {
        Value::Str(text) => Some(text.clone()),
        Value::Name(path) if path == NOOP => Some(Text::default()),
        _ => None,
    }
}

/// One string that is run; nothing where it is empty, as Django compares it with `RunSQL.noop`.
fn single(text: Text, params: Option<Vec<Value>>, call: Span) -> Option<SqlText> {
    let span = match (text.pieces.first(), text.pieces.last()) {
        (Some(first), Some(last)) if first.span.start <= last.span.end => first.span.to(last.span),
        _ => call,
    };
    (!text.text.is_empty()).then_some(SqlText { text, params, span })
}
