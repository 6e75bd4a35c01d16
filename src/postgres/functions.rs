//! Volatility of built-in functions, from `pg_proc.provolatile`.

use serde::Serialize;
use std::collections::HashMap;
use std::sync::LazyLock;

/// Functions each of whose results is drawn from the system's source of strong random numbers, which takes longer than all else that is done to a row.
///
/// Source: `pg_strong_random` in `src/port/pg_strong_random.c`, and its callers; `contrib/uuid-ossp`.
const DRAWN: [&str; 5] = [
    "gen_random_bytes",
    "gen_random_uuid",
    "uuid_generate_v4",
    "uuidv4",
    "uuidv7",
];

/// Whether each call of a function draws strong random numbers.
#[must_use]
pub fn draws_random(name: &str) -> bool {
    DRAWN.contains(&name)
}

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
