//! Facts about built-in types: their names, which casts are free, which modifiers only widen.
//!
//! Source: `src/backend/parser/gram.y` (`SimpleTypename`), `src/backend/utils/adt/format_type.c`; casts and operator classes: `data/`.

use super::data::rows;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

/// The name in `pg_type` of a type that is written as the single, folded word `word`: `integer` is `int4`.
///
/// Words that are no alias come back as they are.
#[must_use]
pub fn catalog_name(word: &str) -> &str {
    match word {
        "int" | "integer" => "int4",
        "smallint" => "int2",
        "bigint" => "int8",
        "real" => "float4",
        "float" => "float8",
        "decimal" | "dec" => "numeric",
        "boolean" => "bool",
        "character" | "char" | "nchar" => "bpchar",
        "serial4" => "serial",
        "serial8" => "bigserial",
        "serial2" => "smallserial",
        other => other,
    }
}

/// Types that columns have all the time, as people write them.
const EVERYDAY: [&str; 16] = [
    "bigint",
    "bigserial",
    "boolean",
    "bytea",
    "character",
    "decimal",
    "integer",
    "interval",
    "jsonb",
    "numeric",
    "serial",
    "smallint",
    "smallserial",
    "timestamp",
    "timestamptz",
    "varchar",
];

/// The everyday type that a name differs from by one letter: one too many, one missing, another one, or two in the wrong order. Oracle's `varchar2`, which an extension
/// has, is another name.
#[must_use]
pub fn resembled(name: &str) -> Option<&'static str> {
    let mut all = EVERYDAY.into_iter();
    let near = |known: &&str| strsim::damerau_levenshtein(name, known) == 1;
    all.find(near).filter(|_| name != "varchar2")
}

/// How documentation and error messages write the type that `pg_type` stores as `name`.
#[must_use]
pub fn display_name(name: &str) -> &str {
    match name {
        "int4" => "integer",
        "int2" => "smallint",
        "int8" => "bigint",
        "float4" => "real",
        "float8" => "double precision",
        "bool" => "boolean",
        "bpchar" => "char",
        other => other,
    }
}

/// Whether two values of a type are compared by one or a few instructions, as numbers are; not so text, whose order is the collation's.
#[must_use]
pub fn is_compared_as_number(name: &str) -> bool {
    let name = catalog_name(name);
    let numbers = [
        "int2",
        "int4",
        "int8",
        "float4",
        "float8",
        "oid",
        "bool",
        "date",
        "time",
        "timestamp",
        "timestamptz",
        "uuid",
        "money",
        "inet",
        "cidr",
        "macaddr",
    ];
    numbers.contains(&name) || is_serial(name)
}

/// Whether values of a type can be compared for equality, which DISTINCT, GROUP BY and UNION do.
///
/// Source: `pg_opclass`, which has no default operator class of `btree` or `hash` for these.
#[must_use]
pub fn has_equality(name: &str) -> bool {
    !matches!(
        name,
        "json"
            | "xml"
            | "jsonpath"
            | "point"
            | "line"
            | "lseg"
            | "box"
            | "path"
            | "polygon"
            | "circle"
            | "pg_snapshot"
            | "txid_snapshot"
    )
}

/// Whether `name` is one of the pseudo-types that stand for an integer column with a sequence.
#[must_use]
pub fn is_serial(name: &str) -> bool {
    type_of_serial(name).is_some()
}

/// The type that a column has for which one of those pseudo-types is written.
///
/// Source: PostgreSQL documentation, "Serial Types".
#[must_use]
pub fn type_of_serial(name: &str) -> Option<&'static str> {
    match name {
        "smallserial" => Some("smallint"),
        "serial" => Some("integer"),
        "bigserial" => Some("bigint"),
        _ => None,
    }
}

static RELABELLED: LazyLock<HashSet<(&'static str, &'static str)>> = LazyLock::new(|| {
    rows(include_str!("data/casts.tsv"))
        .map(|[source, target]| (source, target))
        .collect()
});

static OPERATOR_CLASSES: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    rows(include_str!("data/opclasses.tsv"))
        .map(|[ty, _family, class]| (ty, class))
        .collect()
});

/// Whether a value of type `from` becomes one of type `to` (names as in `pg_type`) without being touched: `varchar` to `text`, `int4` to `oid`.
#[must_use]
pub fn is_binary_coercible(from: &str, to: &str) -> bool {
    from == to || RELABELLED.contains(&(from, to))
}

/// The operator class that a btree index on a column of this type has, if the type is built in and can be ordered.
#[must_use]
pub fn default_operator_class(name: &str) -> Option<&'static str> {
    OPERATOR_CLASSES.get(name).copied()
}

/// Whether an operator class is the one that columns of some built-in type have without saying so; `varchar_ops` is another name for `text_ops`.
#[must_use]
pub fn is_default_operator_class(class: &str) -> bool {
    class == "varchar_ops" || OPERATOR_CLASSES.values().any(|default| *default == class)
}

/// Whether changing the modifiers of type `name` from `from` to `to` leaves every stored value valid as it is, so that nothing is rewritten.
///
/// Source: the planner support functions `varchar_support` (`varchar.c`), `varbit_support` (`varbit.c`), `numeric_support` (`numeric.c`) and
/// `timestamp_support`/`time_support` by `TemporalSimplify` (`datetime.c`); the other types have none, so that any change rewrites.
#[must_use]
pub fn modifiers_widen(name: &str, from: &[String], to: &[String]) -> bool {
    if from == to || name == "interval" && to.is_empty() {
        return true;
    }
    let numbers = |modifiers: &[String]| -> Option<Vec<i64>> {
        modifiers
            .iter()
            .map(|text| text.trim().parse().ok())
            .collect()
    };
    let (Some(from), Some(to)) = (numbers(from), numbers(to)) else {
        return false;
    };
    match name {
        "varchar" | "varbit" => match (from.as_slice(), to.as_slice()) {
            (_, []) => true,
            ([from], [to]) => to >= from,
            _ => false,
        },
        "numeric" => match (from.as_slice(), to.as_slice()) {
            (_, []) => true,
            ([from, rest @ ..], [to, more @ ..]) => {
                let scale = |rest: &[i64]| rest.first().copied().unwrap_or(0);
                to >= from && scale(rest) == scale(more)
            }
            _ => false,
        },
        "bpchar" => to.is_empty(),
        "timestamp" | "timestamptz" | "time" | "timetz" | "interval" => {
            // No precision is the largest, 6.
            let precision = |modifiers: &[i64]| modifiers.first().copied().unwrap_or(6).min(6);
            precision(&to) >= precision(&from)
        }
        _ => false,
    }
}

static CATEGORIES: LazyLock<HashMap<&'static str, &'static str>> = LazyLock::new(|| {
    rows(include_str!("data/types.tsv"))
        .map(|[ty, category]| (ty, category))
        .collect()
});

static ASSIGNED: LazyLock<HashSet<(&'static str, &'static str)>> = LazyLock::new(|| {
    rows(include_str!("data/assignments.tsv"))
        .map(|[source, target]| (source, target))
        .collect()
});

static REFERRING: LazyLock<HashSet<(&'static str, &'static str)>> = LazyLock::new(|| {
    rows(include_str!("data/references.tsv"))
        .map(|[referring, referred]| (referring, referred))
        .collect()
});

/// Whether a type is a built-in base type.
#[must_use]
pub fn is_built_in(name: &str) -> bool {
    CATEGORIES.contains_key(name)
}

/// Whether a column of built-in type `from` is turned into `to`, a type that is built in too or an enum, without anybody saying how.
///
/// Source: PostgreSQL documentation, `CREATE CAST`: casts to strings by I/O conversion are made on assignment, others only where they are asked for.
#[must_use]
pub fn is_cast_on_assignment(from: &str, to: &str) -> bool {
    let is_string = CATEGORIES.get(to) == Some(&"S");
    from == to || is_string || ASSIGNED.contains(&(from, to))
}

/// Whether a foreign key of built-in type `referring` may refer to a key of type `referred`.
#[must_use]
pub fn can_refer(referring: &str, referred: &str) -> bool {
    referring == referred || REFERRING.contains(&(referring, referred))
}
