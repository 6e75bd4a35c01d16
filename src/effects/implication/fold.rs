//! Functions and operators on constants, worked out as `eval_const_expressions` does where they are immutable.

use super::decimal::Decimal;
use super::kind::{Kind, Type};
use super::moment::{self, DAY, Moment, Zone};
use super::term::{Term, Typed};
use super::value::{Order, Value};
use crate::ir::Name;
use std::cmp::Ordering;

/// A call of a function.
pub(super) fn call(function: &Name, arguments: Vec<Typed>) -> Option<Typed> {
    let name = function.name.as_str();
    // Their words between the arguments are not kept.
    if matches!(
        name,
        "extract" | "btrim" | "substring" | "overlay" | "position"
    ) {
        return None;
    }
    // Strings of which nothing else says what they mean are text.
    let first = arguments.iter().find_map(|one| one.ty.clone());
    let first = first.or_else(|| Some(Kind::Text.into()));
    let constants: Option<Vec<&Value>> = arguments.iter().map(Typed::constant).collect();
    if let Some(value) = constants.and_then(|values| folded(name, &values)) {
        return Some(Typed::new(Term::Constant(value), first));
    }
    let ty = match name {
        "abs" | "least" | "greatest" | "coalesce" | "mod" => first,
        "lower" | "upper" | "initcap" | "md5" | "concat" | "left" | "right" => {
            Some(Kind::Text.into())
        }
        "satisfies_hash_partition" => Some(Kind::Bool.into()),
        other => Some(Kind::Other(other.to_owned()).into()),
    };
    let terms = arguments.into_iter().map(|one| one.term).collect();
    Some(Typed::new(Term::Call(name.to_owned(), terms), ty))
}

fn folded(name: &str, values: &[&Value]) -> Option<Value> {
    match (name, values) {
        ("coalesce", values) => {
            let first = values.iter().find(|value| ***value != Value::Null);
            Some(first.map_or(Value::Null, |value| (*value).clone()))
        }
        ("least", values) => extreme(values, Ordering::Less),
        ("greatest", values) => extreme(values, Ordering::Greater),
        ("abs", [Value::Int(value)]) => Some(Value::Int(value.checked_abs()?)),
        ("abs", [Value::Decimal(value)]) => Some(Value::Decimal(value.absolute())),
        ("lower", [Value::Text(text)]) if text.is_ascii() => {
            Some(Value::Text(text.to_ascii_lowercase()))
        }
        ("upper", [Value::Text(text)]) if text.is_ascii() => {
            Some(Value::Text(text.to_ascii_uppercase()))
        }
        _ => None,
    }
}

/// The least or greatest, NULL left out.
fn extreme(values: &[&Value], wanted: Ordering) -> Option<Value> {
    let mut values = values.iter().filter(|value| ***value != Value::Null);
    let Some(mut best) = values.next() else {
        return Some(Value::Null);
    };
    for value in values {
        // Whole numbers beside others are those others.
        let (a, b) = match (*value, *best) {
            (Value::Int(a), b @ Value::Decimal(_)) => (&Value::Decimal((*a).into()), b),
            (a @ Value::Decimal(_), Value::Int(b)) => (a, &Value::Decimal((*b).into())),
            pair => pair,
        };
        if a.compare(b, Order::Words)? == wanted {
            best = value;
        }
    }
    Some((*best).clone())
}

/// An operator that computes a value.
pub(super) fn operator(operator: &str, left: Typed, right: Typed) -> Option<Typed> {
    if !matches!(operator, "+" | "-" | "*" | "/" | "%" | "||") {
        return None;
    }
    let ty = result(operator, left.ty.as_ref(), right.ty.as_ref());
    if let (Some(a), Some(b)) = (left.constant(), right.constant()) {
        if *a == Value::Null || *b == Value::Null {
            return Some(Typed::new(Term::Constant(Value::Null), ty));
        }
        let value = match (operator, a, b) {
            ("||", Value::Text(a), Value::Text(b)) => Value::Text(format!("{a}{b}")),
            _ if is_of_time(a) || is_of_time(b) => shifted(operator, a, b)?,
            _ => computed(operator, a, b)?,
        };
        let value = value.cast(&ty.as_ref()?.kind, ty.as_ref()?)?;
        return Some(Typed::new(Term::Constant(value), ty));
    }
    let call = Term::Call(operator.to_owned(), vec![left.term, right.term]);
    Some(Typed::new(call, Some(ty?)))
}

const fn is_of_time(value: &Value) -> bool {
    matches!(value, Value::Moment(_) | Value::Span(_))
}

/// The type of a result.
fn result(operator: &str, left: Option<&Type>, right: Option<&Type>) -> Option<Type> {
    let kinds = (left.map(|ty| &ty.kind), right.map(|ty| &ty.kind));
    let kind = match kinds {
        _ if operator == "||" => Kind::Text,
        (Some(Kind::Int(a)), Some(Kind::Int(b))) => Kind::Int(*a.max(b)),
        (Some(Kind::Int(_) | Kind::Numeric), Some(Kind::Int(_) | Kind::Numeric)) => Kind::Numeric,
        (Some(Kind::Date), Some(Kind::Int(_))) | (Some(Kind::Int(_)), Some(Kind::Date)) => {
            Kind::Date
        }
        (Some(Kind::Date), Some(Kind::Date)) => Kind::Int(4),
        (Some(Kind::Date | Kind::Timestamp), Some(Kind::Interval)) => Kind::Timestamp,
        (Some(a), Some(b)) if a == b => a.clone(),
        (Some(a), None) | (None, Some(a)) => a.clone(),
        _ => return None,
    };
    Some(kind.into())
}

/// A sum or difference of dates, times and intervals; what depends on a time zone is not immutable.
fn shifted(operator: &str, a: &Value, b: &Value) -> Option<Value> {
    let sign = if operator == "+" { 1 } else { -1 };
    match (a, b) {
        (Value::Moment(at), Value::Int(days)) if at.zone == Zone::None => {
            let microseconds = at.microseconds.checked_add(i128::from(sign * days) * DAY)?;
            Some(Value::Moment(Moment {
                microseconds,
                ..*at
            }))
        }
        (Value::Int(_), Value::Moment(_)) if sign == 1 => shifted(operator, b, a),
        (Value::Moment(a), Value::Moment(b)) if a.zone == b.zone && sign == -1 => {
            let apart = a.microseconds.checked_sub(b.microseconds)?;
            Some(Value::Int(i64::try_from(apart / DAY).ok()?)).filter(|_| apart % DAY == 0)
        }
        (Value::Moment(at), Value::Span(span)) if at.zone == Zone::None => {
            let microseconds = moment::shifted(at.microseconds, *span, sign)?;
            Some(Value::Moment(Moment {
                microseconds,
                ..*at
            }))
        }
        _ => None,
    }
}

fn computed(operator: &str, a: &Value, b: &Value) -> Option<Value> {
    match (a, b) {
        (Value::Int(a), Value::Int(b)) => Some(Value::Int(match operator {
            "+" => a.checked_add(*b)?,
            "-" => a.checked_sub(*b)?,
            "*" => a.checked_mul(*b)?,
            "/" => a.checked_div(*b)?,
            _ => a.checked_rem(*b)?,
        })),
        (Value::Float(a), Value::Float(b)) => Some(Value::Float(match operator {
            "+" => a + b,
            "-" => a - b,
            "*" => a * b,
            _ => return None,
        })),
        (Value::Int(_) | Value::Decimal(_), Value::Int(_) | Value::Decimal(_)) => {
            let (a, b) = (decimal(a)?, decimal(b)?);
            Some(Value::Decimal(match operator {
                "+" => a.plus(b, 1)?,
                "-" => a.plus(b, -1)?,
                "*" => a.times(b)?,
                _ => return None,
            }))
        }
        _ => None,
    }
}

fn decimal(value: &Value) -> Option<Decimal> {
    match value {
        Value::Int(value) => Some((*value).into()),
        Value::Decimal(value) => Some(*value),
        _ => None,
    }
}
