//! Files: finding them, ordering them into histories, reading them, and pointing into them.

mod dialect;
mod discover;
mod file;
mod folder;
mod framework;
mod history;
mod ignored;
mod order;
mod pending;
mod place;
mod python;
mod read;
mod span;
mod suppress;
mod surroundings;
mod walk;

pub use discover::{Discovery, Fault, FaultKind, HistoryOverride, Request, discover, from_text};
pub use file::SourceFile;
pub use history::{Delivery, History, Script};
pub use order::Order;
pub use pending::{is_selection, last_deployed};
pub use python::python_migrations;
pub use read::read_python;
pub use span::{Place, Span};
pub use suppress::{Scope, Suppression, suppression};

use serde::{Deserialize, Serialize};

/// How a runner wraps one migration in transactions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
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

/// The tool that runs a history, found by its conventions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
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
    Django,
}
