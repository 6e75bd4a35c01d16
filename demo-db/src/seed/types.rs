//! The usual values of each type of PostgreSQL: with an encoding of ours where there is one, else by an expression for the server.

use super::catalog::{Base, Column};
use super::recipe::{
    Boolean, Bytes, Choice, Empty, Integers, Intervals, Json, Money, Sequence, Text, Timestamps,
    Values,
};
use super::wire::Wire;

/// Width of texts whose type sets none, in characters.
const WIDTH: usize = 20;
/// Digits of a number that can count the rows of any table here.
const DIGITS: usize = 9;

/// The usual values of a column; `wide` asks for as many different ones as its type has. `None` for a type that nothing is known of.
pub(super) fn usual(column: &Column, wide: bool) -> Option<Values> {
    let base = &column.base;
    if !base.binary {
        return None;
    }
    if base.kind == 'e' {
        let values = base.labels.iter().cloned().map(Some).collect();
        return Some(Values::Choice(Choice {
            values,
            together: None,
        }));
    }
    Some(match Wire::of(&base.name) {
        // A column that counts goes on counting.
        Wire::Int2 | Wire::Int4 | Wire::Int8 if wide || column.counter.is_some() => {
            Values::Sequence(Sequence::default())
        }
        Wire::Int2 | Wire::Int4 | Wire::Int8 => Values::Integers(Integers::default()),
        Wire::Numeric => Values::Money(money(base.precision(), wide)),
        Wire::Float4 | Wire::Float8 => Values::Money(money(None, wide)),
        Wire::Text => Values::Text(text(&column.name, base)),
        Wire::Date | Wire::Timestamp => Values::Timestamps(timestamps(wide)),
        Wire::Time => Values::Intervals(Intervals::default()),
        Wire::Interval => Values::Intervals(Intervals {
            seconds: if wide { 1_000_000_000 } else { 30 * 86_400 },
        }),
        Wire::Bool => Values::Boolean(Boolean::default()),
        Wire::Uuid => Values::Uuid(Empty {}),
        Wire::Json | Wire::Jsonb => Values::Json(Json::default()),
        Wire::Bytes => Values::Bytes(Bytes::default()),
        Wire::Opaque => Values::Sql(expression(base)?),
    })
}

/// Up to 999.99, or to what the precision allows.
fn money(precision: Option<(i32, i32)>, wide: bool) -> Money {
    let (digits, scale) = precision.unwrap_or((14, 2));
    let scale = u8::try_from(scale.max(0)).unwrap_or(u8::MAX);
    // What is beyond 15 digits is no whole number of units in a double any more.
    let whole = digits.min(15) - i32::from(scale);
    let smallest = 10_f64.powi(-i32::from(scale));
    let largest = 10_f64.powi(whole) - smallest;
    let usual = if wide {
        largest
    } else {
        largest.min(1_000.0 - smallest)
    };
    Money {
        from: smallest,
        to: usual.max(smallest),
        scale,
    }
}

/// The column's name and a number; in a narrow column the number alone, in letters too.
fn text(name: &str, base: &Base) -> Text {
    let most = if base.name == "name" {
        Some(63)
    } else {
        base.length()
    };
    let prefix = format!("{name}-");
    let room = most.unwrap_or(usize::MAX);
    let width = prefix.chars().count() + DIGITS;
    if width <= room {
        return Text {
            prefix,
            width: width.max(WIDTH.min(room)),
            radix: 10,
        };
    }
    let radix = if room < DIGITS { 36 } else { 10 };
    Text {
        prefix: String::new(),
        width: room.min(WIDTH),
        radix,
    }
}

fn timestamps(wide: bool) -> Timestamps {
    if wide {
        // Days enough for dates that all differ.
        Timestamps {
            from: "2000-01-01".to_owned(),
            to: "9999-12-31".to_owned(),
        }
    } else {
        Timestamps::default()
    }
}

/// An expression of `i` for values of the type, all different where the type has enough.
fn expression(base: &Base) -> Option<String> {
    if base.kind == 'c' {
        // A row of NULLs: its fields' types are not looked into.
        return Some(format!("'({})'", ",".repeat(base.fields.saturating_sub(1))));
    }
    if let (Some(element), 'A') = (&base.element, base.category) {
        let of = base.element_type.as_deref()?;
        let one = if base.element_kind == Some('e') {
            format!("(enum_range(NULL::{of}))[1 + (i - 1) % cardinality(enum_range(NULL::{of}))]")
        } else {
            scalar(element, -1).unwrap_or_default()
        };
        // Nothing is known of the elements, or a domain checks them: an empty array is of any type.
        let one = Some(one).filter(|one| !one.is_empty() && base.element_kind != Some('d'));
        return Some(one.map_or_else(|| "'{}'".to_owned(), |one| format!("ARRAY[({one})::{of}]")));
    }
    // A type of strings that is none of PostgreSQL's own takes a string.
    let known = if base.category == 'S' {
        None
    } else {
        scalar(&base.name, base.modifier)
    };
    known.or_else(|| (base.category == 'S').then(|| "'v' || i".to_owned()))
}

fn scalar(name: &str, modifier: i32) -> Option<String> {
    let text = match name {
        "int2" | "int4" | "int8" | "float4" | "float8" | "numeric" => "i % 1000",
        "text" | "varchar" | "bpchar" | "name" | "citext" => "'v' || i",
        "bool" => "i % 2 = 0",
        "date" => "'2023-01-01'::date + i",
        "timestamp" | "timestamptz" => "'2023-01-01'::timestamp + i * '1 second'::interval",
        "time" | "interval" => "i * '1 second'::interval",
        "timetz" => "('00:00'::time + i * '1 second'::interval)::text || '+00'",
        "uuid" => "md5(i::text)",
        "json" | "jsonb" => "jsonb_build_object('n', i)",
        "bytea" => "int4send(i)",
        "inet" | "cidr" => "'10.0.0.0'::inet + i",
        "macaddr" => "lpad(to_hex(i), 12, '0')",
        "macaddr8" => "lpad(to_hex(i), 16, '0')",
        "bit" => return Some(format!("i::bit({})", modifier.max(1))),
        "varbit" => "i::bit(32)",
        "money" | "oid" | "xid" | "cid" | "xid8" | "int2vector" | "oidvector" => "i::text",
        "pg_lsn" => "'0/' || to_hex(i)",
        "char" => "chr(65 + i % 26)",
        "regclass" => "'pg_class'",
        "regtype" => "'int4'",
        "point" => "point(i, i)",
        "line" => "line(point(0, i), point(1, i))",
        "lseg" => "lseg(point(0, 0), point(i, 1))",
        "box" => "box(point(0, 0), point(i, 1))",
        "path" => "path(polygon(box(point(0, 0), point(i, 1))))",
        "polygon" => "polygon(box(point(0, 0), point(i, 1)))",
        "circle" => "circle(point(i, i), 1)",
        "tsvector" => "to_tsvector('simple', 'word' || i)",
        "tsquery" => "to_tsquery('simple', 'word' || i)",
        "xml" => "'<n>' || i || '</n>'",
        "jsonpath" => "'$.n' || i",
        "ltree" => "'n' || i",
        "hstore" => "'n=>' || i",
        "vector" | "halfvec" => {
            return Some(format!("array_fill(i % 1000, ARRAY[{}])", modifier.max(3)));
        }
        _ => return ranges(name),
    };
    Some(text.to_owned())
}

/// Ranges that do not overlap, as an exclusion constraint may want it; none touches the next.
fn ranges(name: &str) -> Option<String> {
    let day = |cast: &str| {
        format!(
            "('2023-01-01'::{cast} + i * '2 days'::interval)::{cast}, ('2023-01-02'::{cast} + i * '2 days'::interval)::{cast}"
        )
    };
    let (kind, bounds) = match name
        .strip_suffix("multirange")
        .or_else(|| name.strip_suffix("range"))?
    {
        kind @ ("int4" | "int8" | "num") => (kind, "10 * i, 10 * i + 5".to_owned()),
        "date" => ("date", day("date")),
        "ts" => ("ts", day("timestamp")),
        "tstz" => ("tstz", day("timestamptz")),
        _ => return None,
    };
    let range = format!("{kind}range({bounds})");
    Some(if name.ends_with("multirange") {
        format!("{kind}multirange({range})")
    } else {
        range
    })
}

/// How many of the values a type can hold, for those whose own count is greater.
pub(super) fn most(base: &Base) -> u64 {
    match base.name.as_str() {
        "int2" => i16::MAX.cast_unsigned().into(),
        "int4" => i32::MAX.cast_unsigned().into(),
        "float4" => 1 << 24,
        // The days from 2000 to 9999.
        "date" => 2_921_000,
        _ => u64::MAX,
    }
}
