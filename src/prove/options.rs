//! How proofs are made, and why one is not.

use super::definition::DefinitionError;
use crate::estimate::Profile;
use crate::postgres::Version;
use mig_lint_demo_db::Error;
use std::time::Duration;

/// Rows in each large table of the ride, where nobody says more.
pub const DEFAULT_ROWS: u64 = 200_000;

/// How proofs are made.
#[derive(Clone, Copy, Debug)]
pub struct Options<'a> {
    /// Rows in each large table of the ride; else as many as a demo project tells of, or `DEFAULT_ROWS`.
    pub rows: Option<u64>,
    /// How long one statement may take.
    pub timeout: Duration,
    /// Run at scale, beside what decides the verdict.
    pub ride: bool,
    /// Leave the databases of the ride as they are at its end.
    pub keep: bool,
    /// SQL that is run before somebody's own migrations.
    pub setup: &'a str,
    /// How fast the server works; somebody's own migrations have a config that says so.
    pub profile: Profile,
}

/// Why there is no proof.
#[derive(Debug, thiserror::Error)]
pub enum ProofError {
    #[error(transparent)]
    Server(#[from] Error),
    #[error("{name}: {error}")]
    Definition {
        name: String,
        error: DefinitionError,
    },
    #[error("{name}: {why}")]
    Build { name: String, why: String },
    #[error(
        "{place}: {kind} changes the whole server, and this one is not a private one: leave --database-url out, and one is started for the proof"
    )]
    Shared { place: String, kind: String },
    #[error("PostgreSQL {0} is newer than what can be predicted: the newest is {newest}", newest = Version::NEWEST)]
    TooNew(u16),
}
