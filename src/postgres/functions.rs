//! Volatility of built-in functions, from `pg_proc.provolatile`.

use serde::Serialize;
use std::collections::HashMap;
use std::sync::LazyLock;

/// How far a function's result may change between calls with the same arguments.
///
/// Source: PostgreSQL documentation, "Function Volatility Categories".
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub enum Volatility {
    Immutable,
    /// The same within one statement: `now()`.
    Stable,
    /// May differ from row to row: `random()`.
    Volatile,
}

static BUILT_IN: LazyLock<HashMap<&'static str, Volatility>> = LazyLock::new(|| {
    super::data::rows(include_str!("data/functions.tsv"))
        .map(|[name, volatility]| {
            let volatility = match volatility {
                "i" => Volatility::Immutable,
                "s" => Volatility::Stable,
                _ => Volatility::Volatile,
            };
            (name, volatility)
        })
        .collect()
});

/// The volatility of the built-in function `name`; the most volatile one where the name is overloaded; `None` where it is not built in.
///
/// The SQL value functions without parentheses (`current_timestamp`, ...) are not functions of the catalog; all of them are stable.
#[must_use]
pub fn volatility(name: &str) -> Option<Volatility> {
    match name {
        "current_date" | "current_time" | "current_timestamp" | "localtime" | "localtimestamp"
        | "current_user" | "session_user" | "user" | "current_role" | "current_catalog"
        | "current_schema" | "coalesce" | "nullif" | "greatest" | "least" => {
            Some(Volatility::Stable)
        }
        _ => BUILT_IN.get(name).copied(),
    }
}
