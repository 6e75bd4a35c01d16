//! Operators on values: sums, comparisons, conditions.

use super::{Evaluator, MAX_SIZE, unknown};
use crate::django::syntax::{span, span_of};
use crate::django::value::{Text, Value};
use crate::source::Span;
use ruff_python_ast::{BoolOp, CmpOp, ExprBoolOp, ExprCompare, Operator};
use std::cmp::Ordering;

impl<'a> Evaluator<'a> {
    pub(super) fn bool_op(&mut self, operation: &'a ExprBoolOp) -> Value {
        let mut last = Value::None;
        for part in &operation.values {
            last = self.value(part);
            match (last.truth(), operation.op) {
                (Some(true), BoolOp::Or) | (Some(false), BoolOp::And) => return last,
                (Some(_), _) => {}
                (None, _) => return unknown(span_of(part), "the condition is not known"),
            }
        }
        last
    }

    pub(super) fn compare(&mut self, comparison: &'a ExprCompare) -> Value {
        let at = span(comparison.range);
        let mut left = self.value(&comparison.left);
        for (op, right) in comparison.ops.iter().zip(&*comparison.comparators) {
            let right = self.value(right);
            match compared(&left, *op, &right) {
                Some(true) => left = right,
                Some(false) => return Value::Bool(false),
                None => return unknown(at, "the comparison is not known"),
            }
        }
        Value::Bool(true)
    }
}

/// `left op right`.
pub(super) fn binary(left: Value, op: Operator, right: Value, at: Span) -> Value {
    match (left, op, right) {
        (Value::Str(mut left), Operator::Add, Value::Str(right)) => {
            if left.text.len() + right.text.len() > MAX_SIZE {
                return unknown(at, "too much to compute");
            }
            left.push(&right);
            Value::Str(left)
        }
        (Value::Str(template), Operator::Mod, right) => {
            super::strings::percent(&template, &right, at)
        }
        (Value::List(mut left), Operator::Add, right) => match right {
            Value::List(right) => {
                left.extend(right);
                Value::List(left)
            }
            _ => {
                left.push(unknown(at, "these items are not known"));
                Value::List(left)
            }
        },
        (Value::Unknown(opaque), Operator::Add, Value::List(right)) => {
            let mut items = vec![Value::Unknown(opaque)];
            items.extend(right);
            Value::List(items)
        }
        (Value::Tuple(mut left), Operator::Add, Value::Tuple(right)) => {
            left.extend(right);
            Value::Tuple(left)
        }
        (Value::Unknown(opaque), ..) => Value::Unknown(opaque),
        (left, Operator::Mult, right) if left.items().is_some() || left.as_str().is_some() => {
            repeated(left, &right, at)
        }
        (left, _, Value::Unknown(opaque)) if !left.is_object() => Value::Unknown(opaque),
        (Value::Dict(mut left), Operator::BitOr, Value::Dict(right)) => {
            left.retain(|(key, _)| right.iter().all(|(new, _)| new != key));
            left.extend(right);
            Value::Dict(left)
        }
        (left, Operator::Div, right) if super::files::path_below(&left, &right, at).is_some() => {
            super::files::path_below(&left, &right, at).unwrap_or(left)
        }
        (left, op, right) if left.is_object() || right.is_object() => {
            Value::Binary(Box::new(left), op.as_str(), Box::new(right))
        }
        (left, op, right) => {
            numbers(&left, op, &right).unwrap_or_else(|| unknown(at, "this operation is not known"))
        }
    }
}

fn repeated(what: Value, times: &Value, at: Span) -> Value {
    let Value::Int(times) = times else {
        return unknown(at, "this operation is not known");
    };
    let times = usize::try_from(*times).unwrap_or_default();
    let length = what
        .as_str()
        .map_or_else(|| what.items().map_or(0, <[_]>::len), str::len);
    if length.saturating_mul(times) > MAX_SIZE {
        return unknown(at, "too much to compute");
    }
    let many = |items: Vec<Value>| {
        items
            .iter()
            .cycle()
            .take(items.len() * times)
            .cloned()
            .collect()
    };
    match what {
        Value::Str(text) => Value::Str(Text::from(text.text.repeat(times))),
        Value::List(items) => Value::List(many(items)),
        Value::Tuple(items) => Value::Tuple(many(items)),
        other => other,
    }
}

#[allow(clippy::cast_precision_loss)]
fn numbers(left: &Value, op: Operator, right: &Value) -> Option<Value> {
    if let (Some(left), Some(right)) = (left.as_int(), right.as_int()) {
        return Some(Value::Int(match op {
            Operator::Add => left.checked_add(right)?,
            Operator::Sub => left.checked_sub(right)?,
            Operator::Mult => left.checked_mul(right)?,
            Operator::FloorDiv => {
                let quotient = left.checked_div(right)?;
                let inexact = left.checked_rem(right)? != 0 && (left < 0) != (right < 0);
                quotient - i128::from(inexact)
            }
            Operator::Mod => left.checked_rem_euclid(right).filter(|_| right > 0)?,
            Operator::Pow => left.checked_pow(u32::try_from(right).ok()?)?,
            Operator::LShift => {
                left.checked_mul(1_i128.checked_shl(u32::try_from(right).ok()?)?)?
            }
            Operator::RShift => left.checked_shr(u32::try_from(right).ok()?)?,
            Operator::BitOr => left | right,
            Operator::BitAnd => left & right,
            Operator::BitXor => left ^ right,
            Operator::Div => return Some(Value::Float(left as f64 / right as f64)),
            Operator::MatMult => return None,
        }));
    }
    let float = |value: &Value| match value {
        Value::Float(float) => Some(*float),
        other => other.as_int().map(|int| int as f64),
    };
    let (left, right) = (float(left)?, float(right)?);
    Some(Value::Float(match op {
        Operator::Add => left + right,
        Operator::Sub => left - right,
        Operator::Mult => left * right,
        Operator::Div => left / right,
        _ => return None,
    }))
}

fn compared(left: &Value, op: CmpOp, right: &Value) -> Option<bool> {
    match op {
        CmpOp::Eq => equal(left, right),
        CmpOp::NotEq => equal(left, right).map(|equal| !equal),
        CmpOp::Is | CmpOp::IsNot => {
            let same = match (left, right) {
                (Value::None, Value::None) => true,
                (Value::Bool(left), Value::Bool(right)) => left == right,
                (Value::None, other) | (other, Value::None) if other.is_constant() => false,
                _ => return None,
            };
            Some(same == (op == CmpOp::Is))
        }
        CmpOp::In | CmpOp::NotIn => contained(left, right).map(|found| found == (op == CmpOp::In)),
        CmpOp::Lt => Some(ordered(left, right)?.is_lt()),
        CmpOp::LtE => Some(ordered(left, right)?.is_le()),
        CmpOp::Gt => Some(ordered(left, right)?.is_gt()),
        CmpOp::GtE => Some(ordered(left, right)?.is_ge()),
    }
}

/// Whether a text names PostgreSQL; nothing where it names no database. Whatever a project may be set to, here it runs on PostgreSQL.
pub(super) fn names_postgres(text: &str) -> Option<bool> {
    let text = text.to_lowercase();
    let has = |names: &[&str]| names.iter().any(|name| text.contains(name));
    if has(&["postgres", "postgis", "psycopg"]) {
        Some(true)
    } else {
        has(&["sqlite", "mysql", "mariadb", "oracle"]).then_some(false)
    }
}

fn equal(left: &Value, right: &Value) -> Option<bool> {
    if !(left.is_constant() && right.is_constant()) {
        let ((Value::Str(text), other) | (other, Value::Str(text))) = (left, right) else {
            // `settings.DATABASE == settings.SQLITE`
            let mut named = [left, right].into_iter().filter_map(|side| match side {
                Value::Name(path) => names_postgres(path),
                Value::Unknown(opaque) => names_postgres(&opaque.reason),
                _ => None,
            });
            return named.next_back();
        };
        return (!other.is_constant())
            .then(|| names_postgres(&text.text))
            .flatten();
    }
    Some(match (left, right) {
        (Value::Str(left), Value::Str(right)) => left.text == right.text,
        (Value::List(left), Value::List(right)) | (Value::Tuple(left), Value::Tuple(right)) => {
            left.len() == right.len()
                && left
                    .iter()
                    .zip(right)
                    .all(|(left, right)| equal(left, right) == Some(true))
        }
        _ => left == right,
    })
}

fn contained(item: &Value, holder: &Value) -> Option<bool> {
    match (item, holder) {
        (Value::Str(item), Value::Str(holder)) => Some(holder.text.contains(&item.text)),
        (_, Value::Dict(items)) => {
            let keys: Vec<Value> = items.iter().map(|(key, _)| key.clone()).collect();
            contained(item, &Value::List(keys))
        }
        (Value::Str(item), Value::Unknown(_) | Value::Name(_) | Value::Call(_)) => {
            names_postgres(&item.text)
        }
        _ => {
            let mut found = false;
            for other in holder.items()? {
                found |= equal(item, other)?;
            }
            Some(found)
        }
    }
}

fn ordered(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Str(left), Value::Str(right)) => Some(left.text.cmp(&right.text)),
        (Value::Tuple(left), Value::Tuple(right)) | (Value::List(left), Value::List(right)) => {
            for (left, right) in left.iter().zip(right) {
                match ordered(left, right)? {
                    Ordering::Equal => {}
                    unequal => return Some(unequal),
                }
            }
            Some(left.len().cmp(&right.len()))
        }
        (Value::Float(left), Value::Float(right)) => left.partial_cmp(right),
        _ => Some(left.as_int()?.cmp(&right.as_int()?)),
    }
}
