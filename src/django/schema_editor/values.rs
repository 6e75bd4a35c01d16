//! Python values as literals in SQL, as psycopg writes them for a field.

use crate::django::evaluate::random::{UUID, is_made_up, token};
use crate::django::facts::{DjangoVersion, ProjectFacts};
use crate::django::fields::{Field, Kind};
use crate::django::value::{Call, Value};

/// Stands for the moment at which a migration runs: any moment will do, it is a constant by then.
const NOW: &str = "2000-01-01T00:00:00+00:00";

/// Whether a default stands for a value that is another each time.
pub(super) fn is_momentary(default: &str) -> bool {
    default.contains(NOW) || default.contains(&NOW.replace('T', " ")) || is_made_up(default)
}

/// A string in single quotes.
#[must_use]
pub(super) fn text(value: &str) -> String {
    let quoted = value.replace('\'', "''");
    if quoted.contains('\\') {
        format!(" E'{}'", quoted.replace('\\', "\\\\"))
    } else {
        format!("'{quoted}'")
    }
}

/// The default that Django writes into rows for a field; `None` where it has none, an error where it is not known.
///
/// Source: `_effective_default` in `django/db/backends/base/schema.py`.
pub(super) fn effective_default(
    field: &Field,
    facts: &ProjectFacts<'_>,
) -> Result<Option<String>, String> {
    let Some(default) = field.get("default") else {
        if field.generated().is_some() {
            return Ok(None);
        }
        if !field.null() && field.flag("blank", false) && field.kind.allows_empty_strings() {
            if matches!(field.kind, Kind::Unknown) {
                return Ok(None);
            }
            let binary = field.kind.class() == "BinaryField";
            return Ok(Some(if binary { "'\\x'::bytea" } else { "''" }.to_owned()));
        }
        // It is no JSONField to Django, which would leave nothing out: its nothing is a JSON value.
        if is_stream(field) && facts.django >= DjangoVersion(5, 0) {
            return Ok(Some("'null'::jsonb".to_owned()));
        }
        if field.flag("auto_now", false) || field.flag("auto_now_add", false) {
            return Ok(Some(now(field, facts.django)));
        }
        return Ok(None);
    };
    of_field(default, field, facts).map(|text| (text != "NULL").then_some(text))
}

/// A value of a field as SQL.
pub(super) fn of_field(
    value: &Value,
    field: &Field,
    facts: &ProjectFacts<'_>,
) -> Result<String, String> {
    let computed;
    let value = match value {
        Value::Name(path) => match called(path, field, facts) {
            Called::Text(text) => return Ok(text),
            Called::Value(value) => {
                computed = value;
                &computed
            }
            Called::Unknown => return Err(format!("what {path} returns is not known")),
        },
        other => other,
    };
    let unknown = || format!("the default of {} is not known", field.name);
    if *value == Value::None && field.kind.class() != "JSONField" {
        return Ok("NULL".to_owned());
    }
    Ok(match field.kind {
        Kind::Plain("JSONField", _) if is_stream(field) && empty(value) => {
            "'[]'::jsonb".to_owned()
        }
        Kind::Plain("JSONField", _) => {
            let json = text(&json(value).ok_or_else(unknown)?);
            match (facts.django < DjangoVersion(5, 0), value) {
                (_, Value::None) => "NULL".to_owned(),
                (true, _) => json,
                (false, _) => format!("{json}::jsonb"),
            }
        }
        Kind::Array => array(value).ok_or_else(unknown)?,
        Kind::Plain("BooleanField" | "NullBooleanField", _) => match value {
            Value::Str(text) => matches!(text.text.as_str(), "t" | "True" | "1").to_string(),
            other => other.truth().ok_or_else(unknown)?.to_string(),
        },
        Kind::Plain("FloatField", _) => match value {
            Value::Int(number) => signed(&format!("{number}.0")),
            other => literal(other).ok_or_else(unknown)?,
        },
        Kind::Plain(class, _) if class.ends_with("IntegerField") => {
            integer(value).ok_or_else(unknown)?
        }
        Kind::Positive(..) | Kind::Auto(..) => integer(value).ok_or_else(unknown)?,
        Kind::Decimal => decimal(value).ok_or_else(unknown)?,
        Kind::Varchar(..)
        | Kind::Plain("TextField" | "CITextField" | "CICharField" | "CIEmailField", _) => {
            match value {
                Value::Str(given) => text(&given.text),
                Value::Int(number) => text(&number.to_string()),
                Value::Bool(truth) => text(if *truth { "True" } else { "False" }),
                Value::Float(number) => text(&number.to_string()),
                Value::Dict(items) if items.is_empty() => text("{}"),
                Value::List(items) if items.is_empty() => text("[]"),
                other => match json(other) {
                    Some(json) if field.path.contains("JSON") => text(&json),
                    _ => literal(other).ok_or_else(unknown)?,
                },
            }
        }
        Kind::Plain("DateTimeField", _) => moment(value, "timestamptz").ok_or_else(unknown)?,
        Kind::Plain("DateField", _) => moment(value, "date").ok_or_else(unknown)?,
        Kind::Plain("TimeField", _) => moment(value, "time").ok_or_else(unknown)?,
        Kind::Plain("UUIDField", _) => match value {
            Value::Str(given) => format!("{}::uuid", text(&given.text)),
            Value::Call(call) if call.class().starts_with("uuid") && call.args.is_empty() => {
                format!("'{UUID}'::uuid")
            }
            Value::Call(call) => {
                let given = call.args.first().or_else(|| call.keyword("hex"));
                let given = given.and_then(Value::as_str).ok_or_else(unknown)?;
                format!("{}::uuid", text(given))
            }
            _ => return Err(unknown()),
        },
        Kind::Plain("HStoreField", _) if json(value).as_deref() == Some("{}") => text(""),
        _ => literal(value).ok_or_else(unknown)?,
    })
}

/// Wagtail's StreamField.
fn is_stream(field: &Field) -> bool {
    field.path.starts_with("wagtail.") && field.path.ends_with("StreamField")
}

fn empty(value: &Value) -> bool {
    matches!(value, Value::Dict(items) if items.is_empty())
}

enum Called {
    Text(String),
    Value(Value),
    Unknown,
}

/// What a callable default returns.
fn called(path: &str, field: &Field, facts: &ProjectFacts<'_>) -> Called {
    match path.rsplit('.').next().unwrap_or_default() {
        "dict" => Called::Value(Value::Dict(Vec::new())),
        "list" => Called::Value(Value::List(Vec::new())),
        "set" => Called::Value(Value::Set(Vec::new())),
        "str" => Called::Value(Value::Str(String::new().into())),
        "int" => Called::Value(Value::Int(0)),
        "float" => Called::Value(Value::Float(0.0)),
        "bool" => Called::Value(Value::Bool(false)),
        "now" | "utcnow" | "today" | "localdate" | "localtime" => {
            Called::Text(now(field, facts.django))
        }
        "uuid4" | "uuid1" | "uuid7" => match field.kind {
            Kind::Plain("UUIDField", _) => Called::Text(format!("'{UUID}'::uuid")),
            _ => Called::Value(Value::Str(UUID.to_owned().into())),
        },
        "get_random_string"
        | "token_hex"
        | "token_urlsafe"
        | "generate_client_id"
        | "generate_client_secret" => {
            // Random by nature: any text is as good.
            Called::Text(text(&token(20)))
        }
        other
            if other.contains("uuid")
                && field.kind.class() != "UUIDField"
                && facts.world.result_of(path).is_none() =>
        {
            Called::Text(text(UUID))
        }
        _ => facts
            .world
            .result_of(path)
            .map_or(Called::Unknown, |value| match value {
                Value::Name(inner) if inner != path => called(&inner, field, facts),
                Value::Call(call) if now_like(&call) => Called::Text(now(field, facts.django)),
                value => Called::Value(value),
            }),
    }
}

fn now_like(call: &Call) -> bool {
    matches!(call.class(), "now" | "today" | "utcnow") && call.args.is_empty()
}

fn now(field: &Field, django: DjangoVersion) -> String {
    match field.kind.class() {
        "DateField" => format!("'{}'::date", &NOW[..10]),
        "TimeField" => format!("'{}'::time", &NOW[11..19]),
        _ if django >= DjangoVersion(6, 0) => format!("'{}'::timestamptz", NOW.replace('T', " ")),
        _ => format!("'{NOW}'::timestamptz"),
    }
}

/// A date or time: text, or a call to its class with numbers.
fn moment(value: &Value, as_type: &str) -> Option<String> {
    match value {
        Value::Str(given) => Some(format!("{}::{as_type}", text(&given.text))),
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

fn integer(value: &Value) -> Option<String> {
    Some(match value {
        Value::Str(given) => signed(given.text.trim()),
        Value::Float(number) => signed(&format!("{:.0}", number.trunc())),
        other => signed(&other.as_int()?.to_string()),
    })
}

fn decimal(value: &Value) -> Option<String> {
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
fn signed(number: &str) -> String {
    if number.starts_with('-') {
        format!(" {number}")
    } else {
        number.to_owned()
    }
}

/// How Python writes a float.
fn python_float(number: f64) -> String {
    if number.fract() == 0.0 && number.abs() < 1e16 {
        format!("{number:.1}")
    } else {
        number.to_string()
    }
}

/// A value as psycopg writes it where nothing is known of its column.
pub(super) fn literal(value: &Value) -> Option<String> {
    Some(match value {
        Value::None => "NULL".to_owned(),
        Value::Bool(truth) => truth.to_string(),
        Value::Int(number) => signed(&number.to_string()),
        Value::Float(number) => signed(&python_float(*number)),
        Value::Str(given) => text(&given.text),
        Value::Bytes(bytes) => {
            let hex: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            format!("'\\x{}'::bytea", hex.concat())
        }
        Value::List(_) => array(value)?,
        Value::Call(call) => match call.class() {
            "Decimal" => decimal(value)?,
            "date" => moment(value, "date")?,
            "datetime" => moment(value, "timestamptz")?,
            "time" => moment(value, "time")?,
            "timedelta" => interval(call)?,
            "UUID" => format!("{}::uuid", text(call.args.first()?.as_str()?)),
            _ => return None,
        },
        _ => return None,
    })
}

/// `timedelta(days=1, hours=2)`.
fn interval(call: &Call) -> Option<String> {
    let mut seconds: i128 = 0;
    let units = [
        ("days", 86_400),
        ("seconds", 1),
        ("microseconds", 0),
        ("milliseconds", 0),
        ("minutes", 60),
        ("hours", 3_600),
        ("weeks", 604_800),
    ];
    for (argument, (_, factor)) in call.args.iter().zip(units) {
        seconds += argument.as_int()? * factor;
    }
    for (name, argument) in &call.kwargs {
        let (_, factor) = units.iter().find(|(unit, _)| unit == name)?;
        seconds += argument.as_int()? * factor;
    }
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let clock = format!("{}:{:02}:{:02}", rest / 3600, rest / 60 % 60, rest % 60);
    let days = match days {
        0 => String::new(),
        1 | -1 => format!("{days} day, "),
        _ => format!("{days} days, "),
    };
    Some(format!("'{days}{clock}'::interval"))
}

/// An array in PostgreSQL's own text form.
fn array(value: &Value) -> Option<String> {
    fn inner(value: &Value) -> Option<String> {
        let items = value.items()?;
        let parts: Option<Vec<String>> = items
            .iter()
            .map(|item| match item {
                Value::None => Some("NULL".to_owned()),
                Value::Bool(truth) => Some(if *truth { "t" } else { "f" }.to_owned()),
                Value::Int(number) => Some(number.to_string()),
                Value::Float(number) => Some(python_float(*number)),
                Value::Str(given) => Some(array_text(&given.text)),
                Value::List(_) | Value::Tuple(_) => inner(item),
                _ => None,
            })
            .collect();
        Some(format!("{{{}}}", parts?.join(",")))
    }
    Some(text(&inner(value)?))
}

fn array_text(given: &str) -> String {
    let special = |c: char| matches!(c, ',' | '{' | '}' | '"' | '\\') || c.is_whitespace();
    if given.is_empty() || given.eq_ignore_ascii_case("null") || given.contains(special) {
        format!("\"{}\"", given.replace('\\', "\\\\").replace('"', "\\\""))
    } else {
        given.to_owned()
    }
}

/// JSON as Python's `json.dumps` writes it.
pub(super) fn json(value: &Value) -> Option<String> {
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
