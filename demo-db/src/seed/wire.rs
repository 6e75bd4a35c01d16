//! Values in PostgreSQL's binary format, as `COPY ... (FORMAT binary)` reads them: each field its length in bytes, then the bytes.

use super::numeric;

/// How a column's type is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wire {
    Int2,
    Int4,
    Int8,
    Float4,
    Float8,
    Numeric,
    Bool,
    Text,
    Date,
    /// With and without time zone: both count microseconds, the one in UTC.
    Timestamp,
    Time,
    Interval,
    Uuid,
    Json,
    Jsonb,
    Bytes,
    /// Only as the server encoded it.
    Opaque,
}

impl Wire {
    /// By `pg_type.typname`; what has no encoding here is left to the server.
    pub(super) fn of(type_name: &str) -> Self {
        match type_name {
            "int2" => Self::Int2,
            "int4" => Self::Int4,
            "int8" => Self::Int8,
            "float4" => Self::Float4,
            "float8" => Self::Float8,
            "numeric" => Self::Numeric,
            "bool" => Self::Bool,
            // Their receive functions read text.
            "text" | "varchar" | "bpchar" | "name" | "citext" => Self::Text,
            "date" => Self::Date,
            "timestamp" | "timestamptz" => Self::Timestamp,
            "time" => Self::Time,
            "interval" => Self::Interval,
            "uuid" => Self::Uuid,
            "json" => Self::Json,
            "jsonb" => Self::Jsonb,
            "bytea" => Self::Bytes,
            _ => Self::Opaque,
        }
    }
}

/// A value before its type is known.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Value<'a> {
    Int(i64),
    /// A number and how many of its digits stand behind the point.
    Decimal(i64, u8),
    Bool(bool),
    Text(&'a [u8]),
    /// Days since 2000-01-01.
    Day(i32),
    /// Microseconds since 2000-01-01.
    Moment(i64),
    /// Microseconds.
    Span(i64),
    Uuid([u8; 16]),
    Json(&'a [u8]),
    Bytes(&'a [u8]),
    /// A field as the server encoded it.
    Encoded(&'a [u8]),
}

/// NULL has the length -1.
pub(super) const NULL: [u8; 4] = (-1_i32).to_be_bytes();

/// Appends the field; false, with nothing appended, where the type cannot hold the value.
#[must_use]
pub(super) fn put(out: &mut Vec<u8>, wire: Wire, value: Value) -> bool {
    match (wire, value) {
        (_, Value::Encoded(bytes))
        | (Wire::Text, Value::Text(bytes))
        | (Wire::Json, Value::Json(bytes))
        | (Wire::Bytes, Value::Bytes(bytes)) => {
            return field(out, bytes);
        }
        (Wire::Int2, Value::Int(number)) => {
            return i16::try_from(number).is_ok_and(|number| field(out, &number.to_be_bytes()));
        }
        (Wire::Int4, Value::Int(number)) => {
            return i32::try_from(number).is_ok_and(|number| field(out, &number.to_be_bytes()));
        }
        (Wire::Int8, Value::Int(number)) => return field(out, &number.to_be_bytes()),
        (Wire::Numeric, Value::Int(number)) => numeric::put(out, number, 0),
        (Wire::Numeric, Value::Decimal(number, scale)) => numeric::put(out, number, scale),
        (Wire::Float4, Value::Int(number)) => return field(out, &single(number, 0).to_be_bytes()),
        (Wire::Float4, Value::Decimal(number, scale)) => {
            return field(out, &single(number, scale).to_be_bytes());
        }
        (Wire::Float8, Value::Int(number)) => return field(out, &double(number, 0).to_be_bytes()),
        (Wire::Float8, Value::Decimal(number, scale)) => {
            return field(out, &double(number, scale).to_be_bytes());
        }
        (Wire::Bool, Value::Bool(truth)) => return field(out, &[u8::from(truth)]),
        (Wire::Date, Value::Day(days)) => return field(out, &days.to_be_bytes()),
        (Wire::Timestamp, Value::Moment(micros)) | (Wire::Time, Value::Span(micros)) => {
            return field(out, &micros.to_be_bytes());
        }
        (Wire::Interval, Value::Span(micros)) => {
            // src/backend/utils/adt/timestamp.c, interval_send: microseconds, days, months.
            out.extend_from_slice(&16_i32.to_be_bytes());
            out.extend_from_slice(&micros.to_be_bytes());
            out.extend_from_slice(&[0; 8]);
        }
        (Wire::Uuid, Value::Uuid(bytes)) => return field(out, &bytes),
        (Wire::Jsonb, Value::Json(text)) => {
            // src/backend/utils/adt/jsonb.c, jsonb_recv: a version number before the text.
            let Ok(length) = i32::try_from(text.len() + 1) else {
                return false;
            };
            out.extend_from_slice(&length.to_be_bytes());
            out.push(1);
            out.extend_from_slice(text);
        }
        (Wire::Text, Value::Int(number)) => return field(out, number.to_string().as_bytes()),
        _ => return false,
    }
    true
}

fn field(out: &mut Vec<u8>, bytes: &[u8]) -> bool {
    let Ok(length) = i32::try_from(bytes.len()) else {
        return false;
    };
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(bytes);
    true
}

#[expect(
    clippy::cast_precision_loss,
    reason = "the column's type is no more precise"
)]
fn double(number: i64, scale: u8) -> f64 {
    number as f64 / 10_f64.powi(i32::from(scale))
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "the column's type is no more precise"
)]
fn single(number: i64, scale: u8) -> f32 {
    double(number, scale) as f32
}
