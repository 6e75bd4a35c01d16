//! Constants of a type: how they are read, cast and compared.

use super::decimal::Decimal;
use super::kind::{Kind, Type};
use super::moment::{self, DAY, Moment, Span, Zone};
use std::cmp::Ordering;

/// A constant.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Value {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Decimal(Decimal),
    Text(String),
    Moment(Moment),
    /// A time of day, in microseconds.
    Time(i128),
    Span(Span),
    Uuid(u128),
    /// A label of an enum, and where it stands among the others, if that is known.
    Label(String, Option<usize>),
    /// Of a type that is not known: as it is written.
    Written(String),
}

/// By what texts are ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// By their bytes: the collations `C` and `POSIX`, and the operator classes `*_pattern_ops`.
    Bytes,
    /// By a collation whose rules are not known.
    Words,
}

/// What a constant means depends on.
#[derive(Default)]
pub(super) struct Reader<'a> {
    /// The labels of the enum that is read, in order.
    pub(super) labels: Option<&'a [String]>,
    /// Whether the session's time zone is known to be UTC.
    pub(super) universal: bool,
}

impl Reader<'_> {
    /// What a string means as a value of a type.
    pub(super) fn read(&self, text: &str, ty: &Type) -> Option<Value> {
        let trimmed = text.trim();
        let value = match &ty.kind {
            Kind::Bool => Value::Bool(boolean(trimmed)?),
            Kind::Int(_) | Kind::Oid => Value::Int(whole(trimmed)?),
            Kind::Float(_) => Value::Float(float(trimmed)?),
            Kind::Numeric => Value::Decimal(Decimal::read(trimmed)?),
            Kind::Text | Kind::Varchar => Value::Text(text.to_owned()),
            Kind::Bpchar => Value::Text(text.trim_end_matches(' ').to_owned()),
            Kind::Date | Kind::Timestamp | Kind::Timestamptz => self.moment(trimmed, &ty.kind)?,
            Kind::Time => Value::Time(moment::time_of_day(trimmed)?),
            Kind::Interval => Value::Span(moment::span(trimmed)?),
            Kind::Uuid => Value::Uuid(uuid(trimmed)?),
            Kind::Enum(_) => {
                let labels = self.labels.unwrap_or_default();
                let at = labels.iter().position(|label| label == text);
                Value::Label(text.to_owned(), at)
            }
            Kind::Other(_) => Value::Written(text.to_owned()),
        };
        value.fitted(ty)
    }

    fn moment(&self, text: &str, kind: &Kind) -> Option<Value> {
        let (clock, offset) = moment::read(text)?;
        let endless = clock == i128::MAX || clock == i128::MIN;
        let (microseconds, zone) = match (kind, offset) {
            _ if endless => (
                clock,
                if *kind == Kind::Timestamptz {
                    Zone::Universal
                } else {
                    Zone::None
                },
            ),
            (Kind::Timestamptz, Some(offset)) => (clock - offset, Zone::Universal),
            (Kind::Timestamptz, None) if self.universal => (clock, Zone::Universal),
            (Kind::Timestamptz, None) => (clock, Zone::Session),
            (Kind::Date, _) => (clock - clock.rem_euclid(DAY), Zone::None),
            _ => (clock, Zone::None),
        };
        Some(Value::Moment(Moment { microseconds, zone }))
    }
}

impl Value {
    /// As a cast between types stores it; `None` where that is not worked out before the statement runs, or not known.
    ///
    /// Source: `pg_cast`; what is not immutable there is not folded by `eval_const_expressions`.
    pub(super) fn cast(&self, from: &Kind, to: &Type) -> Option<Self> {
        let value = match (self, &to.kind) {
            (Self::Null, _) => Self::Null,
            (Self::Int(value), Kind::Int(_) | Kind::Oid) => Self::Int(*value),
            (Self::Int(value), Kind::Numeric) => Self::Decimal((*value).into()),
            (Self::Int(value), Kind::Float(_)) => Self::Float(Decimal::from(*value).float()?),
            (Self::Decimal(value), Kind::Numeric) => Self::Decimal(*value),
            (Self::Decimal(value), Kind::Int(_)) => Self::Int(value.whole()?),
            (Self::Decimal(value), Kind::Float(_)) => Self::Float(value.float()?),
            (Self::Float(value), Kind::Float(_)) => Self::Float(*value),
            // Halves go to the even number (`rint`).
            (Self::Float(value), Kind::Int(_)) => {
                Self::Int(Decimal::read(&format!("{:.0}", value.round_ties_even()))?.whole()?)
            }
            (Self::Float(value), Kind::Numeric) => {
                Self::Decimal(Decimal::read(&value.to_string())?)
            }
            (Self::Text(text), Kind::Text | Kind::Varchar) => Self::Text(text.clone()),
            (Self::Text(text), Kind::Bpchar) => Self::Text(text.trim_end_matches(' ').to_owned()),
            // Read as a string is, where that does not depend on the session or the catalog.
            (
                Self::Text(text),
                Kind::Bool | Kind::Int(_) | Kind::Float(_) | Kind::Numeric | Kind::Uuid,
            ) => Reader::default().read(text, to)?,
            (Self::Moment(moment), Kind::Date | Kind::Timestamp) if moment.zone == Zone::None => {
                let whole = moment.microseconds.rem_euclid(DAY);
                let days = to.kind == Kind::Date && moment.microseconds.checked_neg().is_some();
                let microseconds = moment.microseconds - if days { whole } else { 0 };
                Self::Moment(Moment {
                    microseconds,
                    ..*moment
                })
            }
            (same, kind) if from == kind => same.clone(),
            _ => return None,
        };
        value.fitted(to)
    }

    /// With no more digits than the type has places for, and within its limits.
    fn fitted(self, ty: &Type) -> Option<Self> {
        let modifier = ty
            .modifiers
            .first()
            .and_then(|text| text.trim().parse::<u32>().ok());
        Some(match (self, &ty.kind) {
            (Self::Int(value), Kind::Int(bytes)) => {
                let limit = 1_i128 << (u32::from(*bytes) * 8 - 1);
                let value =
                    Some(value).filter(|value| (-limit..limit).contains(&i128::from(*value)));
                Self::Int(value?)
            }
            #[expect(clippy::cast_possible_truncation, reason = "that is what float4 does")]
            (Self::Float(value), Kind::Float(4)) => Self::Float(f64::from(value as f32)),
            (Self::Decimal(value), Kind::Numeric) if modifier.is_some() => {
                let scale = ty.modifiers.get(1).map_or("0", |text| text.trim());
                Self::Decimal(value.rounded(scale.parse().ok()?)?)
            }
            (Self::Text(text), Kind::Varchar | Kind::Bpchar) => match modifier {
                Some(length) => Self::Text(text.chars().take(length as usize).collect()),
                None => Self::Text(text),
            },
            (Self::Moment(moment), Kind::Timestamp | Kind::Timestamptz) => Self::Moment(Moment {
                microseconds: to_precision(moment.microseconds, modifier),
                ..moment
            }),
            (Self::Time(time), Kind::Time) => Self::Time(to_precision(time, modifier)),
            (value, _) => value,
        })
    }

    /// How two values compare; `None` where that is not known, or depends on the session.
    pub(super) fn compare(&self, other: &Self, order: Order) -> Option<Ordering> {
        match (self, other) {
            (Self::Bool(a), Self::Bool(b)) => Some(a.cmp(b)),
            (Self::Int(a), Self::Int(b)) => Some(a.cmp(b)),
            (Self::Float(a), Self::Float(b)) => Some(float_order(*a, *b)),
            (Self::Decimal(a), Self::Decimal(b)) => a.compare(*b),
            (Self::Text(a), Self::Text(b)) => match order {
                Order::Bytes => Some(a.cmp(b)),
                Order::Words => word_order(a, b),
            },
            (Self::Moment(a), Self::Moment(b)) => moment_order(*a, *b),
            (Self::Time(a), Self::Time(b)) => Some(a.cmp(b)),
            (Self::Span(a), Self::Span(b)) => Some(a.length().cmp(&b.length())),
            (Self::Uuid(a), Self::Uuid(b)) => Some(a.cmp(b)),
            (Self::Label(a, _), Self::Label(b, _)) if a == b => Some(Ordering::Equal),
            (Self::Label(_, Some(a)), Self::Label(_, Some(b))) => Some(a.cmp(b)),
            (Self::Written(a), Self::Written(b)) => (a == b).then_some(Ordering::Equal),
            _ => None,
        }
    }
}

/// NaN is equal to itself and larger than all others (`float8_cmp_internal`).
fn float_order(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b)
        .unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
}

/// A time zone is no further than that from UTC.
const FARTHEST: i128 = DAY / 24 * 16;

fn moment_order(a: Moment, b: Moment) -> Option<Ordering> {
    let known = a.microseconds.cmp(&b.microseconds);
    match (a.zone, b.zone) {
        (one, other) if one == other => Some(known),
        (Zone::None, _) | (_, Zone::None) => None,
        _ => {
            let apart = a.microseconds.checked_sub(b.microseconds);
            let far = apart.is_none_or(|apart| apart.abs() > FARTHEST);
            far.then_some(known)
        }
    }
}

/// Texts in an order that all collations share: letters of one case and digits at the first place where they differ.
fn word_order(a: &str, b: &str) -> Option<Ordering> {
    let mut pairs = a.chars().zip(b.chars());
    let Some((a_first, b_first)) = pairs.find(|(a, b)| a != b) else {
        return Some(a.len().cmp(&b.len()));
    };
    let shared = |small: fn(&char) -> bool| {
        let known = |one: &char| one.is_ascii_digit() || small(one);
        known(&a_first) && known(&b_first)
    };
    let comparable = shared(char::is_ascii_lowercase) || shared(char::is_ascii_uppercase);
    comparable.then(|| a_first.cmp(&b_first))
}

fn to_precision(microseconds: i128, digits: Option<u32>) -> i128 {
    let Some(unit) = digits
        .filter(|digits| *digits < 6)
        .map(|digits| 10_i128.pow(6 - digits))
    else {
        return microseconds;
    };
    let Some(up) = microseconds.checked_add(unit / 2) else {
        return microseconds;
    };
    up - up.rem_euclid(unit)
}

/// What `boolin` reads: the words and what they begin with.
fn boolean(text: &str) -> Option<bool> {
    let text = text.to_ascii_lowercase();
    let begins = |word: &str, least: usize| text.len() >= least && word.starts_with(&text);
    if begins("true", 1) || begins("yes", 1) || text == "on" || text == "1" {
        return Some(true);
    }
    let no = begins("false", 1) || begins("no", 1) || begins("off", 2) || text == "0";
    no.then_some(false)
}

fn whole(text: &str) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('-') {
        Some(digits) => ("-", digits),
        None => ("", text.strip_prefix('+').unwrap_or(text)),
    };
    let radix = match digits.get(..2) {
        Some("0x" | "0X") => 16,
        Some("0o" | "0O") => 8,
        Some("0b" | "0B") => 2,
        _ => return format!("{sign}{digits}").parse().ok(),
    };
    i64::from_str_radix(&format!("{sign}{}", &digits[2..]), radix).ok()
}

fn float(text: &str) -> Option<f64> {
    text.parse().ok()
}

fn uuid(text: &str) -> Option<u128> {
    let text = text
        .strip_prefix('{')
        .and_then(|text| text.strip_suffix('}'))
        .unwrap_or(text);
    let digits: String = text.chars().filter(|c| *c != '-').collect();
    u128::from_str_radix(&digits, 16)
        .ok()
        .filter(|_| digits.len() == 32)
}

impl Value {
    /// A number as it is written: `int4` where it fits, else `int8`, else `numeric`.
    ///
    /// Source: PostgreSQL documentation, "Numeric Constants".
    pub(super) fn number(text: &str) -> Option<(Self, Kind)> {
        let text = text.replace('_', "");
        if let Some(value) = whole(&text) {
            let kind = if i32::try_from(value).is_ok() {
                Kind::Int(4)
            } else {
                Kind::Int(8)
            };
            return Some((Self::Int(value), kind));
        }
        Some((Self::Decimal(Decimal::read(&text)?), Kind::Numeric))
    }
}
