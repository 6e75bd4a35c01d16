//! Lookups: what a field is compared with, and how.
//!
//! Source: `django/db/models/lookups.py`, `lookup_cast` in `django/db/backends/postgresql/operations.py`.

use super::condition::Node;
use super::expression::{Compiled, Compiler};
use super::values::{literal, of_field, text};
use crate::django::facts::ProjectFacts;
use crate::django::fields::{Field, Kind};
use crate::django::value::{Call, Value};

type Result<T> = std::result::Result<T, String>;

/// `field__lookup=value`.
pub(super) fn pair(
    compiler: &Compiler<'_, '_>,
    path: &str,
    value: &Value,
    negated: bool,
) -> Result<Node> {
    let parts: Vec<&str> = path.split("__").collect();
    let (name, mut rest) = match parts.split_first() {
        Some((first, rest)) => (*first, rest.to_vec()),
        None => return Err("an empty condition".to_owned()),
    };
    let found = compiler.column(name)?;
    // A relation may be followed by the key that it leads to.
    if found.field.is_some_and(|field| field.kind.is_foreign_key())
        && matches!(rest.first(), Some(&("id" | "pk")))
    {
        rest.remove(0);
    }
    let lookup = match rest.last() {
        Some(last) if is_lookup(last, found.field) => {
            let last = *last;
            rest.pop();
            last
        }
        _ => "exact",
    };
    let transformed = !rest.is_empty();
    let is_date = found
        .field
        .is_some_and(|field| field.kind.class() == "DateField");
    if let (["year"], true, Some(year)) = (&rest[..], is_date, value.as_int())
        && let Some(sql) = year_comparison(&found.sql, lookup, year)
    {
        return Ok(Node::Leaf(sql));
    }
    let to_date = rest.last() == Some(&"date");
    let mut left = Compiled {
        sql: found.sql.clone(),
        field: found.field,
    };
    for part in rest {
        left = Compiled {
            sql: transform(&left.sql, part, found.field, compiler.facts)
                .ok_or_else(|| format!("the transform {part} in {path} is not known"))?,
            field: None,
        };
    }
    let is_json = found
        .field
        .is_some_and(|field| field.kind.class() == "JSONField");
    let sql = match json_comparison(&left.sql, lookup, value).filter(|_| transformed && is_json) {
        Some(sql) => sql,
        None => match value {
            Value::Str(day) if to_date && lookup != "in" => {
                let day = Value::Call(Box::new(Call {
                    receiver: None,
                    callee: "django.db.models.Value".to_owned(),
                    args: vec![Value::Str(day.clone())],
                    kwargs: vec![(
                        "output_field".to_owned(),
                        Value::Call(Box::new(Call {
                            receiver: None,
                            callee: "django.db.models.DateField".to_owned(),
                            args: Vec::new(),
                            kwargs: Vec::new(),
                            span: crate::source::Span::default(),
                        })),
                    )],
                    span: crate::source::Span::default(),
                }));
                compare(compiler, &left, lookup, &day)?
            }
            _ => compare(compiler, &left, lookup, value)?,
        },
    };
    let mut node = Node::Group {
        connector: "AND",
        negated: false,
        children: vec![Node::Leaf(sql)],
    };
    let is_null = lookup == "isnull" || *value == Value::None;
    let nullable = found.field.is_some_and(Field::null);
    if negated && !is_null && nullable && !transformed {
        node.add(Node::Leaf(format!("{} IS NOT NULL", found.sql)));
    }
    Ok(node)
}

/// A comparison of something inside JSON: as JSON, or as text where a pattern is asked for.
fn json_comparison(sql: &str, lookup: &str, value: &Value) -> Option<String> {
    let operator = match lookup {
        "exact" if *value != Value::None => "=",
        "gt" => ">",
        "gte" => ">=",
        "lt" => "<",
        "lte" => "<=",
        _ => return None,
    };
    let right = text(&super::values::json(value)?);
    Some(format!("{sql} {operator} {right}::jsonb"))
}

/// A date whose year is compared: with its first or last day, so that an index serves.
///
/// Source: `YearLookup` in `django/db/models/lookups.py`.
fn year_comparison(sql: &str, lookup: &str, year: i128) -> Option<String> {
    let (first, last) = (
        format!("'{year:04}-01-01'::date"),
        format!("'{year:04}-12-31'::date"),
    );
    Some(match lookup {
        "exact" => format!("{sql} BETWEEN {first} AND {last}"),
        "gt" => format!("{sql} > {last}"),
        "gte" => format!("{sql} >= {first}"),
        "lt" => format!("{sql} < {first}"),
        "lte" => format!("{sql} <= {last}"),
        _ => return None,
    })
}

fn is_lookup(name: &str, field: Option<&Field>) -> bool {
    let json = field.is_some_and(|field| field.kind == Kind::Plain("JSONField", "jsonb"));
    let json_lookup = matches!(
        name,
        "contains" | "contained_by" | "has_key" | "has_keys" | "has_any_keys"
    );
    matches!(
        name,
        "exact"
            | "iexact"
            | "gt"
            | "gte"
            | "lt"
            | "lte"
            | "in"
            | "contains"
            | "icontains"
            | "startswith"
            | "istartswith"
            | "endswith"
            | "iendswith"
            | "range"
            | "isnull"
            | "regex"
            | "iregex"
            | "overlap"
            | "contained_by"
            | "has_key"
            | "has_keys"
            | "has_any_keys"
            | "fully_lt"
            | "fully_gt"
            | "not_lt"
            | "not_gt"
            | "adjacent_to"
    ) && (!json || json_lookup || !matches!(name, "overlap"))
}

/// A transform of a column: `name__lower`, `data__key`, `date__year`.
pub(super) fn transform(
    sql: &str,
    name: &str,
    field: Option<&Field>,
    facts: &ProjectFacts<'_>,
) -> Option<String> {
    let class = field.map_or("", |field| field.kind.class());
    if class == "JSONField" {
        return Some(match name.parse::<i64>() {
            Ok(at) => format!("({sql} -> {at})"),
            Err(_) => format!("({sql} -> {})", text(name)),
        });
    }
    Some(match name {
        "lower" => format!("LOWER({sql})"),
        "upper" => format!("UPPER({sql})"),
        "length" => format!("LENGTH({sql})"),
        "len" => format!(
            "CASE WHEN {sql} IS NULL THEN NULL ELSE coalesce(array_length({sql}, 1), 0) END"
        ),
        "trim" => format!("BTRIM({sql})"),
        "abs" => format!("ABS({sql})"),
        "date" => format!("({})::date", in_zone(sql, class, facts)),
        "time" => format!("({})::time", in_zone(sql, class, facts)),
        "year" | "month" | "day" | "hour" | "minute" | "second" | "week" | "quarter" => format!(
            "EXTRACT({} FROM {})",
            name.to_ascii_uppercase(),
            in_zone(sql, class, facts)
        ),
        "startswith" => format!("lower({sql})"),
        "endswith" => format!("upper({sql})"),
        "isempty" => format!("isempty({sql})"),
        _ => return None,
    })
}

/// A moment as the project's own time zone has it; anything else stays.
///
/// Source: `_convert_sql_to_tz` in `django/db/backends/postgresql/operations.py`.
pub(super) fn in_zone(sql: &str, class: &str, facts: &ProjectFacts<'_>) -> String {
    let setting = |name: &str| facts.world.settings.get(name);
    if class != "DateTimeField" || setting("USE_TZ").and_then(Value::truth) == Some(false) {
        return sql.to_owned();
    }
    let zone = setting("TIME_ZONE").and_then(Value::as_str);
    format!(
        "{sql} AT TIME ZONE {}",
        text(zone.unwrap_or("America/Chicago"))
    )
}

fn compare(
    compiler: &Compiler<'_, '_>,
    left: &Compiled<'_>,
    lookup: &str,
    value: &Value,
) -> Result<String> {
    let sql = &left.sql;
    if lookup == "isnull" || (matches!(lookup, "exact" | "iexact") && *value == Value::None) {
        let null = lookup != "isnull" || value.truth().unwrap_or(true);
        return Ok(format!("{sql} IS {}NULL", if null { "" } else { "NOT " }));
    }
    let boolean = left
        .field
        .is_some_and(|field| field.kind == Kind::Plain("BooleanField", "boolean"));
    if let (true, "exact", Value::Bool(truth)) = (boolean, lookup, value) {
        return Ok(if *truth {
            sql.clone()
        } else {
            format!("NOT {sql}")
        });
    }
    let right = |value: &Value| -> Result<String> {
        if value.is_object() {
            if let Some(plain) = literal(value) {
                return Ok(plain);
            }
            let compiled = compiler.expression(value)?;
            let is_value = matches!(value, Value::Call(call) if call.class() == "Value");
            return Ok(if is_value || compiled.starts_with('(') {
                compiled
            } else {
                format!("({compiled})")
            });
        }
        match left.field {
            Some(field) if !field.kind.is_foreign_key() => of_field(value, field, compiler.facts),
            _ => literal(value).ok_or_else(|| "a value that is not known".to_owned()),
        }
    };
    let pattern = |before: &str, after: &str| -> Result<String> {
        let given = value.as_str().ok_or("a pattern that is not known")?;
        let escaped = given
            .replace('\\', "\\\\")
            .replace('%', "\\%")
            .replace('_', "\\_");
        Ok(text(&format!("{before}{escaped}{after}")))
    };
    let array_like = left.field.is_some_and(|field| {
        field.kind == Kind::Array
            || field.kind.class().ends_with("RangeField")
            || field.kind.class() == "JSONField"
    });
    Ok(match lookup {
        "exact" => format!("{sql} = {}", right(value)?),
        "gt" => format!("{sql} > {}", right(value)?),
        "gte" => format!("{sql} >= {}", right(value)?),
        "lt" => format!("{sql} < {}", right(value)?),
        "lte" => format!("{sql} <= {}", right(value)?),
        "range" => {
            let Some([low, high]) = value.items() else {
                return Err("a range that is not known".to_owned());
            };
            format!("{sql} BETWEEN {} AND {}", right(low)?, right(high)?)
        }
        "in" => {
            let items = value.items().ok_or("a list that is not known")?;
            let mut parts: Vec<String> = Vec::new();
            for item in items.iter().filter(|item| **item != Value::None) {
                let part = right(item)?;
                if !parts.contains(&part) {
                    parts.push(part);
                }
            }
            format!("{sql} IN ({})", parts.join(", "))
        }
        "contains" if array_like => format!("{sql} @> {}", right(value)?),
        "contained_by" => format!("{sql} <@ {}", right(value)?),
        "overlap" => format!("{sql} && {}", right(value)?),
        "has_key" => {
            let key = literal(value).ok_or("a key that is not known")?;
            format!("{sql} ? {key}")
        }
        "fully_lt" => format!("{sql} << {}", right(value)?),
        "fully_gt" => format!("{sql} >> {}", right(value)?),
        "not_lt" => format!("{sql} &> {}", right(value)?),
        "not_gt" => format!("{sql} &< {}", right(value)?),
        "adjacent_to" => format!("{sql} -|- {}", right(value)?),
        "iexact" => format!("UPPER({sql}::text) = UPPER({})", right(value)?),
        "contains" => format!("{sql}::text LIKE {}", pattern("%", "%")?),
        "startswith" => format!("{sql}::text LIKE {}", pattern("", "%")?),
        "endswith" => format!("{sql}::text LIKE {}", pattern("%", "")?),
        "icontains" => format!("UPPER({sql}::text) LIKE UPPER({})", pattern("%", "%")?),
        "istartswith" => format!("UPPER({sql}::text) LIKE UPPER({})", pattern("", "%")?),
        "iendswith" => format!("UPPER({sql}::text) LIKE UPPER({})", pattern("%", "")?),
        "regex" => format!("{sql}::text ~ {}", right(value)?),
        "iregex" => format!("{sql}::text ~* {}", right(value)?),
        other => return Err(format!("the lookup {other} is not known")),
    })
}

/// A lookup that is written as an object: `GreaterThan(F("a"), 0)`.
pub(super) fn lookup_object(compiler: &Compiler<'_, '_>, value: &Value) -> Result<Node> {
    let Value::Call(call) = value else {
        return match value {
            Value::Binary(..) | Value::Unary(..) => Ok(Node::Leaf(compiler.expression(value)?)),
            _ => Err("a condition that is not known".to_owned()),
        };
    };
    let lookup = match call.class() {
        "Exact" => "exact",
        "GreaterThan" => "gt",
        "GreaterThanOrEqual" => "gte",
        "LessThan" => "lt",
        "LessThanOrEqual" => "lte",
        "In" => "in",
        "IsNull" => "isnull",
        "Regex" => "regex",
        "Contains" => "contains",
        "StartsWith" => "startswith",
        "Range" => "range",
        _ => return Ok(Node::Leaf(compiler.expression(value)?)),
    };
    let [left, right] = &call.args[..] else {
        return Err("a lookup that is not known".to_owned());
    };
    let left = match left {
        Value::Str(name) => compiler.path(&name.text)?,
        other => compiler.compile(other)?,
    };
    Ok(Node::Leaf(compare(compiler, &left, lookup, right)?))
}
