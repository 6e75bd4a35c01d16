//! The tools that run migrations, and how they wrap them.

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

/// How one migration is run outside a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outside {
    /// It holds one statement and nothing else.
    Alone,
    /// This text at its head, or in a file beside it, says so.
    Head(&'static str),
    /// Its runner cannot do it; what to do instead.
    ByHand(&'static str),
}

impl Framework {
    /// What its users write, as its documentation or its source has it.
    #[must_use]
    pub const fn outside_transaction(self) -> Outside {
        match self {
            // Sent as one query without a wrapper; Django's is an attribute, and stands in the words.
            Self::Plain | Self::GolangMigrate | Self::Prisma | Self::Sqitch | Self::Django => {
                Outside::Alone
            }
            Self::Goose => Outside::Head("-- +goose NO TRANSACTION"),
            Self::Dbmate => Outside::Head("-- migrate:up transaction:false"),
            Self::Sqlx => Outside::Head("-- no-transaction"),
            Self::Diesel => {
                Outside::Head("-- run_in_transaction = false in metadata.toml beside it")
            }
            // It sees by itself that an index is built CONCURRENTLY, and no more than that.
            Self::Flyway => Outside::Head(
                "-- executeInTransaction=false in a file of this name with .conf behind it",
            ),
            Self::GraphileMigrate => Outside::Head("--! no-transaction"),
            Self::Liquibase => Outside::Head("--changeset you:id runInTransaction:false"),
            // Its wrapper is one transaction of all that is pending, which a statement of its own can end.
            Self::Drizzle => Outside::Head("COMMIT;\n--> statement-breakpoint"),
            Self::Refinery => Outside::ByHand("refinery wraps every migration: run it by hand"),
            Self::NodePgMigrate => Outside::ByHand(
                "a migration in SQL is always wrapped: write it in JavaScript with pgm.noTransaction()",
            ),
            Self::Supabase => Outside::ByHand(
                "the CLI sends a file as one transaction: run it by hand, then supabase migration repair --status applied",
            ),
        }
    }
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
