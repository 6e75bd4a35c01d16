//! Methods of strings, lists and dictionaries.

use super::calls::{Given, object};
use super::{Evaluator, strings, unknown};
use crate::django::value::{Text, Value};
use crate::source::Span;

impl Evaluator<'_> {
    /// `receiver.name(given)`.
    pub(super) fn method(
        &mut self,
        receiver: Value,
        name: String,
        given: Given,
        at: Span,
    ) -> Value {
        if let Value::Call(call) = &receiver
            && let Some(value) = self
                .of_file(call, &name, &given.args, at)
                .or_else(|| self.member_call(call, &name, &given, at))
        {
            return value;
        }
        if receiver.is_object() {
            return object(Some(receiver), name, given, at);
        }
        let result = match &receiver {
            Value::Str(text) => of_string(text, &name, &given),
            Value::Dict(items) => of_dict(items, &name, &given.args),
            Value::List(items) => of_list(items, &name, &given.args),
            _ => None,
        };
        if let Some(value) = result {
            return value;
        }
        let all = given
            .args
            .into_iter()
            .chain(given.kwargs.into_iter().map(|(_, value)| value));
        let opaque = all.into_iter().find(Value::is_unknown);
        opaque.unwrap_or_else(|| unknown(at, format!("the result of .{name}() is not known")))
    }
}

fn of_string(text: &Text, name: &str, given: &Given) -> Option<Value> {
    let whole = |new: String| Some(Value::Str(new.into()));
    let trimmed = |start: &str, end: &str| {
        let from = text.text.len() - start.len();
        Some(Value::Str(text.slice(from, end.len())))
    };
    match (name, given.args.as_slice()) {
        ("format", args) => strings::format(text, args, &given.kwargs).map(Value::Str),
        ("format_map", [Value::Dict(items)]) => {
            let items = items.iter();
            let named: Vec<(String, Value)> = items
                .filter_map(|(key, value)| Some((key.as_str()?.to_owned(), value.clone())))
                .collect();
            strings::format(text, &[], &named).map(Value::Str)
        }
        ("join", [items]) => {
            let mut joined = Text::default();
            for (at, item) in items.iterated()?.iter().enumerate() {
                let Value::Str(item) = item else {
                    return None;
                };
                if at > 0 {
                    joined.push(text);
                }
                joined.push(item);
            }
            Some(Value::Str(joined))
        }
        ("strip", []) => trimmed(text.text.trim_start(), text.text.trim_end()),
        ("lstrip", []) => trimmed(text.text.trim_start(), &text.text),
        ("rstrip", []) => trimmed(&text.text, text.text.trim_end()),
        ("upper", []) => whole(text.text.to_uppercase()),
        ("lower", []) => whole(text.text.to_lowercase()),
        ("replace", [Value::Str(old), Value::Str(new)]) if !old.text.is_empty() => {
            let mut result = Text::default();
            let mut from = 0;
            for (at, _) in text.text.match_indices(&old.text) {
                result.push(&text.slice(from, at));
                result.push(&Text::from(new.text.clone()));
                from = at + old.text.len();
            }
            result.push(&text.slice(from, text.text.len()));
            Some(Value::Str(result))
        }
        ("startswith", [Value::Str(part)]) => Some(Value::Bool(text.text.starts_with(&part.text))),
        ("endswith", [Value::Str(part)]) => Some(Value::Bool(text.text.ends_with(&part.text))),
        ("split", [Value::Str(separator)]) if !separator.text.is_empty() => {
            let mut parts = Vec::new();
            let mut from = 0;
            for (at, _) in text.text.match_indices(&separator.text) {
                parts.push(Value::Str(text.slice(from, at)));
                from = at + separator.text.len();
            }
            parts.push(Value::Str(text.slice(from, text.text.len())));
            Some(Value::List(parts))
        }
        ("rsplit", [Value::Str(separator), Value::Int(1)]) => {
            let at = text.text.rfind(&separator.text)?;
            let after = at + separator.text.len();
            let parts = [text.slice(0, at), text.slice(after, text.text.len())];
            Some(Value::List(parts.map(Value::Str).to_vec()))
        }
        ("split", []) => {
            let words = text.text.split_whitespace();
            Some(Value::List(
                words
                    .map(|word| Value::Str(word.to_owned().into()))
                    .collect(),
            ))
        }
        ("splitlines", []) => {
            let lines = text.text.lines();
            Some(Value::List(
                lines
                    .map(|line| Value::Str(line.to_owned().into()))
                    .collect(),
            ))
        }
        ("encode", _) => Some(Value::Bytes(text.text.clone().into_bytes())),
        _ => None,
    }
}

fn of_dict(items: &[(Value, Value)], name: &str, args: &[Value]) -> Option<Value> {
    match (name, args) {
        ("get", [key, default @ ..]) => {
            let found = items.iter().rev().find(|(known, _)| known == key);
            let found = found.map(|(_, value)| value.clone());
            key.is_constant().then(|| {
                found
                    .or_else(|| default.first().cloned())
                    .unwrap_or(Value::None)
            })
        }
        ("keys", []) => Some(Value::List(
            items.iter().map(|(key, _)| key.clone()).collect(),
        )),
        ("values", []) => Some(Value::List(
            items.iter().map(|(_, value)| value.clone()).collect(),
        )),
        ("items", []) => {
            let pair =
                |(key, value): &(Value, Value)| Value::Tuple(vec![key.clone(), value.clone()]);
            Some(Value::List(items.iter().map(pair).collect()))
        }
        ("copy", []) => Some(Value::Dict(items.to_vec())),
        _ => None,
    }
}

fn of_list(items: &[Value], name: &str, args: &[Value]) -> Option<Value> {
    match (name, args) {
        ("copy", []) => Some(Value::List(items.to_vec())),
        ("index", [item]) => {
            let at = items.iter().position(|known| known == item)?;
            Some(Value::Int(i128::try_from(at).ok()?))
        }
        _ => None,
    }
}
