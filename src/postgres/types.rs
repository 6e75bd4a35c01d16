//! Names of built-in types: the spellings that SQL allows, and the one that `pg_type.typname` stores.
//!
//! Source: `src/backend/parser/gram.y` (`SimpleTypename`) and `src/backend/utils/adt/format_type.c`.

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

/// Whether `name` is one of the pseudo-types that stand for an integer column with a sequence.
#[must_use]
pub fn is_serial(name: &str) -> bool {
    matches!(name, "serial" | "bigserial" | "smallserial")
}
