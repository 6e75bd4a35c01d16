//! Numbers as Python and psycopg write them.

use super::literal;
use crate::django::value::Value;

pub(super) fn integer(value: &Value) -> Option<String> {
    Some(match value {
        Value::Str(given) => signed(given.text.trim()),
        Value::Float(number) => signed(&format!("{:.0}", number.trunc())),
        Value::Call(call) if call.class() == "Decimal" => {
            let number = decimal(value)?;
            let whole = number.split('.').next().unwrap_or_default();
            signed(&whole.trim().parse::<i128>().ok()?.to_string())
        }
        other => signed(&other.as_int()?.to_string()),
    })
}

pub(super) fn decimal(value: &Value) -> Option<String> {
    Some(match value {
        Value::Int(number) => signed(&number.to_string()),
        Value::Float(number) => signed(python_float(*number).trim_end_matches(".0")),
        Value::Str(given) => signed(given.text.trim()),
        Value::Call(call) if call.class() == "Decimal" => match call.args.first() {
            Some(inner) => return decimal(inner),
            None => "0".to_owned(),
        },
        other => literal(other)?,
    })
}

/// psycopg puts a space before a minus, so that no `--` arises.
pub(super) fn signed(number: &str) -> String {
    if number.starts_with('-') {
        format!(" {number}")
    } else {
        number.to_owned()
    }
}

/// How Python writes a float: the shortest digits that tell it, with an exponent from 1e16 and below 1e-4.
pub(super) fn python_float(number: f64) -> String {
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    match exponent.parse::<i32>() {
        Ok(exponent) if !(-4..16).contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", exponent.unsigned_abs())
        }
        _ if number.fract() == 0.0 => format!("{number:.1}"),
        _ => number.to_string(),
    }
}
