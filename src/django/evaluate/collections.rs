//! Methods that change a list or a dictionary in its place.

use super::{MAX_SIZE, unknown};
use crate::django::value::Value;
use crate::source::Span;

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
        (Value::List(_), "sort" | "reverse" | "pop" | "remove" | "clear", _)
        | (Value::Dict(_), "update" | "pop" | "clear" | "popitem", _) => {
            Some(unknown(span, "it is changed in a way that is not followed"))
        }
        _ => None,
    }
}
