//! The tools that run migrations, and how they wrap them.

use serde::{Deserialize, Serialize};

/// How a runner wraps one migration in transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum TransactionMode {
    /// The runner opens a transaction, runs the file, commits.
    PerFile,
    /// The file is sent as one query: PostgreSQL makes one transaction of its statements, and BEGIN and COMMIT inside cut it.
    Implicit,
    /// Each statement commits by itself; nothing wraps them.
    PerStatement,
    /// The runner's wrapper was switched off for this migration, and each statement commits by itself.
    None,
    /// All pending migrations run in one transaction.
    AllPending,
}

/// How one migration is run outside a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outside {
    /// It holds one statement and nothing else.
    Alone,
    /// This text at its head, or in a file beside it, says so.
    Head(&'static str),
    /// All that is pending is one transaction, which this text ends.
    Ended(&'static str),
    /// Its runner cannot do it; what to do instead.
    ByHand(&'static str),
}

/// The tool that runs a history, found by its conventions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Framework {
    /// SQL files in a folder, in the order of their names.
    Plain,
    GolangMigrate,
    Goose,
    Dbmate,
    Sqlx,
    Diesel,
    Flyway,
    Refinery,
    Prisma,
    Drizzle,
    Sqitch,
    GraphileMigrate,
    Liquibase,
    NodePgMigrate,
    Supabase,
    Atlas,
    Hasura,
    Pop,
    PostgresMigrations,
    Django,
}
