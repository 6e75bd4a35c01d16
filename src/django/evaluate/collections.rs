//! Methods that change a list or a dictionary in its place.

use super::{MAX_SIZE, unknown};
use crate::django::value::Value;
use crate::source::Span;

/// What a method takes out of a list or dictionary, or puts there, and what is then left; `None` where that is not known.
pub(super) fn taken(receiver: &Value, method: &str, arguments: &[Value]) -> Option<(Value, Value)> {
    match (receiver, method, arguments) {
        (Value::Dict(items), "pop" | "setdefault", [key, default @ ..]) if key.is_constant() => {
            let mut rest = items.clone();
            let at = items.iter().rposition(|(known, _)| known == key);
            let value = match (at, method) {
                (Some(at), "pop") => rest.remove(at).1,
                (Some(at), _) => items[at].1.clone(),
                (None, "pop") => default.first()?.clone(),
                (None, _) => {
                    let value = default.first().cloned().unwrap_or(Value::None);
                    rest.push((key.clone(), value.clone()));
                    value
                }
            };
            Some((value, Value::Dict(rest)))
        }
        (Value::Dict(items), "popitem", []) => {
            let mut rest = items.clone();
            let (key, value) = rest.pop()?;
            Some((Value::Tuple(vec![key, value]), Value::Dict(rest)))
        }
        (Value::List(items), "pop", [] | [Value::Int(_)]) => {
            let length = i128::try_from(items.len()).ok()?;
            let at = match arguments {
                [Value::Int(at)] if *at >= 0 => *at,
                [Value::Int(at)] => length + at,
                _ => length - 1,
            };
            let at = usize::try_from(at).ok().filter(|at| *at < items.len())?;
            let mut rest = items.clone();
            let value = rest.remove(at);
            Some((value, Value::List(rest)))
        }
        _ => None,
    }
}

/// What a method makes of the list or dictionary that it is called on; `None` where it leaves it as it is.
pub(super) fn changed(
    receiver: Value,
    method: &str,
    mut arguments: Vec<Value>,
    span: Span,
) -> Option<Value> {
    let first = (!arguments.is_empty()).then(|| arguments.remove(0));
    match (receiver, method, first) {
        (Value::List(mut items), "append", Some(item)) => {
            items.push(item);
            (items.len() < MAX_SIZE).then_some(Value::List(items))
        }
        (Value::List(mut items), "extend", Some(more)) => {
            let more = more.iterated();
            items.extend(more.unwrap_or_else(|| vec![unknown(span, "these items are not known")]));
            (items.len() < MAX_SIZE).then_some(Value::List(items))
        }
        (Value::List(mut items), "insert", Some(Value::Int(at))) => {
            let at = usize::try_from(at).unwrap_or_default().min(items.len());
            items.insert(at, arguments.pop()?);
            Some(Value::List(items))
        }
        (Value::Dict(mut items), "update", Some(Value::Dict(more))) => {
            items.retain(|(key, _)| more.iter().all(|(new, _)| new != key));
            items.extend(more);
            Some(Value::Dict(items))
        }
        (Value::Dict(mut items), "setdefault", Some(key)) => {
            if items.iter().all(|(known, _)| *known != key) {
                items.push((key, arguments.pop()?));
            }
            Some(Value::Dict(items))
        }
        (Value::Set(mut items), "add", Some(item)) => {
            items.push(item);
            Some(Value::Set(items))
        }
        (Value::List(_), "clear", None) => Some(Value::List(Vec::new())),
        (Value::Dict(_), "clear", None) => Some(Value::Dict(Vec::new())),
        (Value::List(mut items), "reverse", None) => {
            items.reverse();
            Some(Value::List(items))
        }
        (Value::List(mut items), "remove", Some(item)) if item.is_constant() => {
            let at = items.iter().position(|known| *known == item)?;
            items.remove(at);
            Some(Value::List(items))
        }
        (Value::List(_), "sort" | "reverse" | "pop" | "remove" | "clear", _)
        | (Value::Dict(_), "update" | "pop" | "clear" | "popitem", _) => {
            Some(unknown(span, "it is changed in a way that is not followed"))
        }
        _ => None,
    }
}
