//! The result of a run: what every output format is made from.

use super::Unavailable;
use crate::effects::{Effect, Work};
use crate::estimate::Seconds;
use crate::finding::Finding;
use crate::fix::Pending;
use crate::ir::{Action, Origin, Outline};
use crate::postgres::{Access, Version};
use crate::source::{Framework, SourceFile, Span, TransactionMode};
use serde::Serialize;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Everything that a run found out.
#[derive(Debug)]
pub struct Report {
    pub version: Version,
    /// Where the version came from: `--pg-version`, `mig-lint.toml`, or nowhere, so that the oldest one is taken.
    pub version_from: Option<String>,
    /// Sorted by path, place and rule.
    pub findings: Vec<Finding>,
    pub summary: Summary,
    /// The migrations that are reported.
    pub migrations: Vec<MigrationReport>,
    /// The pending migrations of each history, where it is known which those are: what can be fixed.
    pub pending: Vec<Pending>,
    /// What the pending migrations of each history do to its tables together, the worst first; nothing where nobody said what is pending.
    pub release: Vec<Unavailable>,
    /// Migrations that cannot be taken back, where that was asked: the file, how its runner calls it, and why.
    pub one_way: Vec<(Arc<SourceFile>, String, NoWayBack)>,
    /// Whether somebody said what is pending, so that not all migrations were judged.
    pub is_pending_known: bool,
    /// What version control has said of that: `new or changed since main (merge base 1a2b3c4)`.
    pub since: Option<String>,
    /// The newest migration of the longest history of which nothing says what is pending.
    pub newest: Option<String>,
    /// Entries of the baseline that no finding is any more; by their place in it.
    pub stale: Vec<usize>,
    /// What was assumed, and a person should know.
    pub notices: Vec<String>,
    /// Files among the migrations that were not read, and why.
    pub not_read: Vec<(PathBuf, String)>,
    /// The top of the repository that the run is in: programs that see all of it want paths from there.
    pub top: Option<PathBuf>,
    /// Whether the config excludes whatever was named.
    pub is_all_excluded: bool,
}

impl Default for Report {
    /// What a run without migrations finds out.
    fn default() -> Self {
        Self {
            version: Version::OLDEST,
            version_from: None,
            findings: Vec::new(),
            summary: Summary::default(),
            migrations: Vec::new(),
            pending: Vec::new(),
            release: Vec::new(),
            one_way: Vec::new(),
            is_pending_known: false,
            since: None,
            newest: None,
            stale: Vec::new(),
            notices: Vec::new(),
            not_read: Vec::new(),
            top: None,
            is_all_excluded: false,
        }
    }
}

/// Why a migration cannot be taken back by its runner.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum NoWayBack {
    /// Its runner takes nothing back.
    Unsupported,
    /// Nothing is written that does.
    Missing,
    /// What may be written was not read.
    Unread,
}

/// Counts, over what is reported.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Summary {
    pub files: usize,
    pub migrations: usize,
    pub statements: usize,
    pub unknown_statements: usize,
    pub errors: usize,
    pub warnings: usize,
    pub infos: usize,
    pub suppressed: usize,
    /// Findings that the baseline holds.
    pub baselined: usize,
    /// Files among the migrations that were not read.
    pub unread_files: usize,
    /// Files that could not be checked, wholly or in part: with one of them the exit code is 2.
    pub unchecked_files: usize,
}

/// One reported migration.
#[derive(Debug)]
pub struct MigrationReport {
    pub file: Arc<SourceFile>,
    /// What its runner calls it.
    pub name: String,
    /// The file of the migration that it takes back, where it is such a one.
    pub takes_back: Option<PathBuf>,
    pub framework: Framework,
    pub transaction: TransactionMode,
    /// The ranges of the file that were read.
    pub parts: Vec<Span>,
    pub statements: Vec<StatementReport>,
    /// Tables that were there before and that somebody waits for, the worst first; kept with what every statement does.
    pub tables: Vec<Unavailable>,
    /// What its file holds, where that is not the SQL itself.
    pub outline: Option<Box<Outline>>,
}

/// One statement of a reported migration.
#[derive(Debug)]
pub struct StatementReport {
    pub span: Span,
    /// Where the statements of its code stand that were looked at, and where the code does.
    pub inside: Vec<Span>,
    pub body: Option<Span>,
    pub origin: Origin,
    /// Not so where the statement, or one of its subcommands, is unknown.
    pub known: bool,
    /// What it does, where the run was to keep that.
    pub prediction: Option<Box<Prediction>>,
}

impl Default for Prediction {
    /// What is predicted of a statement that does nothing.
    fn default() -> Self {
        Self {
            kind: String::new(),
            can_run_in_transaction: true,
            reaches_beyond_database: false,
            opaque: false,
            gives_up: false,
            action: Action::Unknown,
            effects: Vec::new(),
            seconds: None,
            waits: BTreeMap::new(),
        }
    }
}

impl Prediction {
    /// Whether it works on the rows of a relation.
    #[must_use]
    pub fn works(&self) -> bool {
        self.effects.iter().any(|effect| effect.work > Work::None)
    }
}

/// What one statement does.
#[derive(Clone, Debug)]
pub struct Prediction {
    /// What kind of statement it is, for example `alter-table`.
    pub kind: String,
    pub can_run_in_transaction: bool,
    /// It changes what belongs to the whole server, and not to one database.
    pub reaches_beyond_database: bool,
    /// It runs code of which some cannot be seen: more may be locked than is told.
    pub opaque: bool,
    /// It gives up a lock that does not come.
    pub gives_up: bool,
    pub action: Action,
    /// On relations that were there before the transaction, and, marked by their age, on the others.
    pub effects: Vec<Arc<Effect>>,
    /// How long it works on tables that were there before, where their sizes tell.
    pub seconds: Option<Seconds>,
    /// Who waits in all, per relation, while this statement's locks are held.
    pub waits: BTreeMap<String, Vec<Access>>,
}
