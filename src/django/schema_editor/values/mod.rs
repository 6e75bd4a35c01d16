//! Python values as literals in SQL, as psycopg writes them for a field.

mod collections;
mod moments;
mod numbers;
mod python;

pub(super) use collections::json;

use crate::django::evaluate::random::{UUID, is_made_up, token};
use crate::django::facts::{DjangoVersion, ProjectFacts};
use crate::django::fields::{Field, Kind};
use crate::django::state::ModelKey;
use crate::django::value::{Call, Value};
use collections::{array, hstore, is_range, range};
use moments::{interval, moment, now, now_like};
use numbers::{decimal, integer, python_float, signed};

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
        Kind::Plain("JSONField", _) if is_stream(field) && empty(value) => "'[]'::jsonb".to_owned(),
        Kind::Plain("JSONField", _) => {
            let json = text(&json(value).ok_or_else(unknown)?);
            match (facts.django < DjangoVersion(5, 0), value) {
                (_, Value::None) => "NULL".to_owned(),
                (true, _) => json,
                (false, _) => format!("{json}::jsonb"),
            }
        }
        Kind::Array => {
            let mut of = field.inner(&ModelKey::default(), facts);
            while let Some(inner) = of.as_ref().filter(|inner| inner.kind == Kind::Array) {
                of = inner.inner(&ModelKey::default(), facts);
            }
            array(value, of.as_ref()).ok_or_else(unknown)?
        }
        _ if is_range(field) => range(value, field).ok_or_else(unknown)?,
        Kind::Plain("GenericIPAddressField", _) => {
            format!("{}::inet", literal(value).ok_or_else(unknown)?)
        }
        Kind::Plain("BooleanField" | "NullBooleanField", _) => match value {
            Value::Str(text) => matches!(text.text.as_str(), "t" | "True" | "1").to_string(),
            other => other.truth().ok_or_else(unknown)?.to_string(),
        },
        Kind::Plain("FloatField", _) => match value {
            Value::Int(number) => signed(&format!("{number}.0")),
            Value::Str(given) => {
                let number = given.text.trim().parse().map_err(|_| unknown())?;
                signed(&python_float(number))
            }
            other => literal(other).ok_or_else(unknown)?,
        },
        Kind::Plain(class, _) if class.ends_with("IntegerField") => {
            integer(value).ok_or_else(unknown)?
        }
        Kind::Positive(..) | Kind::Auto(..) => integer(value).ok_or_else(unknown)?,
        Kind::Decimal => decimal(value).ok_or_else(unknown)?,
        Kind::Varchar(..)
        | Kind::Plain("TextField" | "CITextField" | "CICharField" | "CIEmailField", _) => {
            match (json(value), python::shown(value)) {
                (Some(json), _) if field.path.contains("JSON") && value.as_str().is_none() => {
                    text(&json)
                }
                (_, Some(shown)) => text(&shown),
                _ => literal(value).ok_or_else(unknown)?,
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
            Value::Call(call) => format!("{}::uuid", text(&uuid(call).ok_or_else(unknown)?)),
            _ => return Err(unknown()),
        },
        Kind::Plain("HStoreField", _) => hstore(value).ok_or_else(unknown)?,
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
        "timedelta" => Called::Text("'0:00:00'::interval".to_owned()),
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
        Value::List(_) => array(value, None)?,
        Value::Call(call) => match call.class() {
            "Decimal" => decimal(value)?,
            "date" => moment(value, "date")?,
            "datetime" => moment(value, "timestamptz")?,
            "time" => moment(value, "time")?,
            "timedelta" => interval(call)?,
            "UUID" => format!("{}::uuid", text(&uuid(call)?)),
            _ => return None,
        },
        _ => return None,
    })
}

/// A UUID that is written out, or made of a number.
fn uuid(call: &Call) -> Option<String> {
    let given = call.args.first().or_else(|| call.keyword("hex"));
    let hex = match (given, call.keyword("int")) {
        (Some(given), _) => {
            let hex = given.as_str()?.trim_start_matches("urn:uuid:");
            hex.replace(['-', '{', '}'], "").to_lowercase()
        }
        (None, Some(Value::Int(number))) => format!("{number:032x}"),
        _ => return None,
    };
    let parts = [0..8, 8..12, 12..16, 16..20, 20..32];
    let parts: Option<Vec<&str>> = parts.into_iter().map(|part| hex.get(part)).collect();
    Some(parts?.join("-"))
}
