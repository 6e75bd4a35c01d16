//! Arrays, ranges, hstore and JSON.

use super::numbers::python_float;
use super::{literal, text};
use crate::django::fields::{Field, Kind};
use crate::django::value::{Call, Value};

/// How deep an array may nest.
const MAX_DEPTH: usize = 8;

/// An array in PostgreSQL's own text form, with the type that psycopg sees in items of this field.
pub(super) fn array(value: &Value, of: Option<&Field>) -> Option<String> {
    let written = text(&braces(value, 0)?);
    let is_empty = value.items().is_some_and(<[_]>::is_empty);
    Some(match of.and_then(item_type).filter(|_| !is_empty) {
        Some(item_type) => format!("{written}::{item_type}[]"),
        None => written,
    })
}

/// Source: `integerfield_type_map` in `django/db/backends/postgresql/operations.py`, and psycopg's dumpers.
fn item_type(field: &Field) -> Option<&'static str> {
    Some(match field.kind.class() {
        "SmallIntegerField" | "PositiveSmallIntegerField" => "int2",
        "IntegerField" | "PositiveIntegerField" => "int4",
        "BigIntegerField" | "PositiveBigIntegerField" => "int8",
        "BooleanField" => "bool",
        "FloatField" => "float8",
        "DecimalField" => "numeric",
        "UUIDField" => "uuid",
        "DateField" => "date",
        "DateTimeField" => "timestamptz",
        "TimeField" => "time",
        "JSONField" => "jsonb",
        _ => return None,
    })
}

fn braces(value: &Value, depth: usize) -> Option<String> {
    let items = value.items().filter(|_| depth < MAX_DEPTH)?;
    let parts: Option<Vec<String>> = items.iter().map(|item| array_item(item, depth)).collect();
    Some(format!("{{{}}}", parts?.join(",")))
}

fn array_item(item: &Value, depth: usize) -> Option<String> {
    Some(match item {
        Value::Bool(truth) => if *truth { "t" } else { "f" }.to_owned(),
        Value::Float(number) => python_float(*number),
        Value::Str(given) => array_text(&given.text),
        Value::List(_) | Value::Tuple(_) => braces(item, depth + 1)?,
        Value::Dict(_) => array_text(&json(item)?),
        Value::Call(call) if call.class() == "UUID" => {
            call.args.first()?.as_str()?.replace('-', "")
        }
        Value::Call(call) if call.class().ends_with("Range") => array_text(&bounds(call)?),
        other => bare(other)?,
    })
}

/// A literal without its quotes and its cast.
fn bare(value: &Value) -> Option<String> {
    let sql = literal(value)?;
    let inner = sql.trim_start().trim_start_matches('\'');
    Some(inner.split('\'').next().unwrap_or(inner).to_owned())
}

fn array_text(given: &str) -> String {
    let special = |c: char| matches!(c, ',' | '{' | '}' | '"' | '\\') || c.is_whitespace();
    if given.is_empty() || given.eq_ignore_ascii_case("null") || given.contains(special) {
        quoted(given)
    } else {
        given.to_owned()
    }
}

/// In double quotes, as arrays and hstore have them.
fn quoted(given: &str) -> String {
    format!("\"{}\"", given.replace('\\', "\\\\").replace('"', "\\\""))
}

/// A range of a range field: an object, or a pair.
pub(super) fn range(value: &Value, field: &Field) -> Option<String> {
    let (written, class) = match value {
        Value::Call(call) => (bounds(call)?, call.class()),
        Value::Tuple(pair) | Value::List(pair) => match &pair[..] {
            [lower, upper] => (between(lower, upper, "[)")?, field.kind.class()),
            _ => return None,
        },
        Value::Str(given) => return Some(text(&given.text)),
        _ => return None,
    };
    let cast = match class {
        "DateRange" | "DateRangeField" => "::daterange",
        "DateTimeTZRange" | "DateTimeRangeField" => "::tstzrange",
        "DateTimeRange" => "::tsrange",
        _ => "",
    };
    Some(format!("{}{cast}", text(&written)))
}

/// `NumericRange(1, 10, bounds="[]")`
fn bounds(call: &Call) -> Option<String> {
    let argument = |at: usize, name: &str| {
        let found = call.args.get(at).or_else(|| call.keyword(name));
        found.unwrap_or(&Value::None)
    };
    let kinds = argument(2, "bounds").as_str().unwrap_or("[)");
    between(argument(0, "lower"), argument(1, "upper"), kinds)
}

fn between(lower: &Value, upper: &Value, kinds: &str) -> Option<String> {
    let bound = |value: &Value| match value {
        Value::None => Some(String::new()),
        other => bare(other),
    };
    let mut kinds = kinds.chars();
    let (opens, closes) = (kinds.next()?, kinds.next()?);
    Some(format!(
        "{opens}{},{}{closes}",
        bound(lower)?,
        bound(upper)?
    ))
}

/// A dictionary of texts.
pub(super) fn hstore(value: &Value) -> Option<String> {
    let Value::Dict(items) = value else {
        return None;
    };
    let pairs: Option<Vec<String>> = items
        .iter()
        .map(|(key, value)| {
            let value = match value {
                Value::None => "NULL".to_owned(),
                other => quoted(other.as_str()?),
            };
            Some(format!("{}=>{value}", quoted(key.as_str()?)))
        })
        .collect();
    Some(format!("{}::hstore", text(&pairs?.join(", "))))
}

/// Whether a field holds ranges.
pub(super) fn is_range(field: &Field) -> bool {
    matches!(field.kind, Kind::Plain(class, _) if class.ends_with("RangeField"))
}

/// JSON as Python's `json.dumps` writes it.
pub(in crate::django::schema_editor) fn json(value: &Value) -> Option<String> {
    Some(match value {
        Value::None => "null".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => python_float(*number),
        Value::Str(given) => json_text(&given.text),
        Value::List(items) | Value::Tuple(items) => {
            let parts: Option<Vec<String>> = items.iter().map(json).collect();
            format!("[{}]", parts?.join(", "))
        }
        Value::Dict(items) => {
            let parts: Option<Vec<String>> = items
                .iter()
                .map(|(key, value)| {
                    let key = match key {
                        Value::Str(given) => json_text(&given.text),
                        other => format!("\"{}\"", json(other)?),
                    };
                    Some(format!("{key}: {}", json(value)?))
                })
                .collect();
            format!("{{{}}}", parts?.join(", "))
        }
        _ => return None,
    })
}

fn json_text(given: &str) -> String {
    let mut out = String::from("\"");
    for c in given.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_ascii() && !c.is_ascii_control() => out.push(c),
            c => {
                let mut units = [0; 2];
                for unit in c.encode_utf16(&mut units) {
                    out.push_str(&format!("\\u{unit:04x}"));
                }
            }
        }
    }
    out.push('"');
    out
}
