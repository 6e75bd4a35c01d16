//! Dates, times and durations.

use super::{NOW, text};
use crate::django::facts::DjangoVersion;
use crate::django::fields::Field;
use crate::django::value::{Call, Value};

pub(super) fn now_like(call: &Call) -> bool {
    matches!(call.class(), "now" | "today" | "utcnow") && call.args.is_empty()
}

pub(super) fn now(field: &Field, django: DjangoVersion) -> String {
    match field.kind.class() {
        "DateField" => format!("'{}'::date", &NOW[..10]),
        "TimeField" => format!("'{}'::time", &NOW[11..19]),
        _ if django >= DjangoVersion(6, 0) => format!("'{}'::timestamptz", NOW.replace('T', " ")),
        _ => format!("'{NOW}'::timestamptz"),
    }
}

/// A date or time: text, or a call to its class with numbers.
pub(super) fn moment(value: &Value, as_type: &str) -> Option<String> {
    match value {
        Value::Str(given) => {
            let given = match as_type {
                "time" => clock(&given.text),
                _ => None,
            }
            .unwrap_or_else(|| given.text.clone());
            Some(format!("{}::{as_type}", text(&given)))
        }
        // Some time from now.
        Value::Binary(left, "+" | "-", _) => match &**left {
            Value::Call(call) if now_like(call) => moment(left, as_type),
            _ => None,
        },
        Value::Call(call) if now_like(call) => Some(match as_type {
            "date" => format!("'{}'::date", &NOW[..10]),
            "time" => format!("'{}'::time", &NOW[11..19]),
            _ => format!("'{NOW}'::timestamptz"),
        }),
        Value::Call(call) => {
            let numbers: Option<Vec<i128>> = call.args.iter().map(Value::as_int_or_zone).collect();
            let mut numbers = numbers?;
            let date = call.class() == "date";
            let time = call.class() == "time";
            if time {
                numbers.splice(0..0, [2000, 1, 1]);
            }
            numbers.resize(7, 0);
            let [year, month, day, hour, minute, second, micro] = numbers[..] else {
                return None;
            };
            let fraction = if micro > 0 {
                format!(".{micro:06}")
            } else {
                String::new()
            };
            let clock = format!("{hour:02}:{minute:02}:{second:02}{fraction}");
            Some(match (time, date || as_type == "date") {
                (true, _) => format!("'{clock}'::time"),
                (_, true) => format!("'{year:04}-{month:02}-{day:02}'::date"),
                _ => format!("'{year:04}-{month:02}-{day:02}T{clock}+00:00'::timestamptz"),
            })
        }
        Value::Name(path) if path.ends_with("datetime.max") || path.ends_with("datetime.min") => {
            None
        }
        _ => None,
    }
}

impl Value {
    /// A number among the parts of a date; a time zone counts as nothing.
    fn as_int_or_zone(&self) -> Option<i128> {
        match self {
            Self::Name(_) | Self::Call(_) | Self::None => Some(0),
            other => other.as_int(),
        }
    }
}

/// `12:00` with its seconds.
fn clock(given: &str) -> Option<String> {
    let mut parts = given.split(':');
    let mut part = || parts.next().map_or(Some(0), |part| part.parse::<u8>().ok());
    let (hour, minute, second) = (part()?, part()?, part()?);
    Some(format!("{hour:02}:{minute:02}:{second:02}"))
}

/// `timedelta(days=1, hours=2)`.
pub(super) fn interval(call: &Call) -> Option<String> {
    let units: [(&str, i128); 7] = [
        ("days", 86_400_000_000),
        ("seconds", 1_000_000),
        ("microseconds", 1),
        ("milliseconds", 1_000),
        ("minutes", 60_000_000),
        ("hours", 3_600_000_000),
        ("weeks", 604_800_000_000),
    ];
    let mut micros: i128 = 0;
    for (argument, (_, unit)) in call.args.iter().zip(units) {
        micros = micros.checked_add(microseconds(argument, unit)?)?;
    }
    for (name, argument) in &call.kwargs {
        let (_, unit) = units.iter().find(|(unit, _)| unit == name)?;
        micros = micros.checked_add(microseconds(argument, *unit)?)?;
    }
    let day = 86_400_000_000;
    let (days, rest) = (micros.div_euclid(day), micros.rem_euclid(day));
    let (seconds, fraction) = (rest / 1_000_000, rest % 1_000_000);
    let mut clock = format!(
        "{}:{:02}:{:02}",
        seconds / 3600,
        seconds / 60 % 60,
        seconds % 60
    );
    if fraction > 0 {
        clock.push_str(&format!(".{fraction:06}"));
    }
    let days = match days {
        0 => String::new(),
        1 | -1 => format!("{days} day "),
        _ => format!("{days} days "),
    };
    Some(format!("'{days}{clock}'::interval"))
}

/// A part of a duration in microseconds.
fn microseconds(value: &Value, unit: i128) -> Option<i128> {
    match value {
        // No duration that Python can hold is near the bounds of either.
        #[allow(clippy::cast_possible_truncation, clippy::cast_precision_loss)]
        Value::Float(number) => Some((number * unit as f64).round() as i128),
        other => other.as_int()?.checked_mul(unit),
    }
}
