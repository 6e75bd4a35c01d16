//! Values as Python's `str()` and `repr()` write them: what a text field makes of what is no text.

use super::numbers::python_float;
use super::uuid;
use crate::django::value::Value;

/// What `str()` makes of a value.
pub(super) fn shown(value: &Value) -> Option<String> {
    match value {
        Value::Str(given) => Some(given.text.clone()),
        Value::Call(call) => match (call.class(), &call.args[..]) {
            ("Decimal", [number]) => shown(number),
            ("UUID", _) => uuid(call),
            _ => None,
        },
        other => written(other),
    }
}

/// What `repr()` makes of a value.
fn written(value: &Value) -> Option<String> {
    let all = |items: &[Value]| -> Option<Vec<String>> { items.iter().map(written).collect() };
    Some(match value {
        Value::None => "None".to_owned(),
        Value::Bool(true) => "True".to_owned(),
        Value::Bool(false) => "False".to_owned(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => python_float(*number),
        Value::Str(given) => quoted(&given.text, char::is_control),
        Value::Bytes(bytes) => {
            let text: String = bytes.iter().map(|byte| char::from(*byte)).collect();
            format!("b{}", quoted(&text, |c| !matches!(c, ' '..='~')))
        }
        Value::List(items) => format!("[{}]", all(items)?.join(", ")),
        Value::Tuple(items) => match &all(items)?[..] {
            [single] => format!("({single},)"),
            items => format!("({})", items.join(", ")),
        },
        Value::Dict(items) => {
            let items: Option<Vec<String>> = items
                .iter()
                .map(|(key, value)| Some(format!("{}: {}", written(key)?, written(value)?)))
                .collect();
            format!("{{{}}}", items?.join(", "))
        }
        // The order of several is another each time.
        Value::Set(items) => match &all(items)?[..] {
            [] => "set()".to_owned(),
            [single] => format!("{{{single}}}"),
            _ => return None,
        },
        _ => return None,
    })
}

/// In single quotes, unless only double ones need no backslash.
fn quoted(text: &str, is_escaped: impl Fn(char) -> bool) -> String {
    let quote = if text.contains('\'') && !text.contains('"') {
        '"'
    } else {
        '\''
    };
    let mut quoted = String::from(quote);
    for c in text.chars() {
        match c {
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\\' => quoted.push_str("\\\\"),
            c if c == quote => quoted.extend(['\\', c]),
            c if is_escaped(c) => quoted.push_str(&format!("\\x{:02x}", u32::from(c))),
            c => quoted.push(c),
        }
    }
    quoted.push(quote);
    quoted
}
