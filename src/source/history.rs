//! A history: the migrations of one database, in the order in which their runner runs them.

use super::{Framework, SourceFile, Span, TransactionMode};
use std::path::PathBuf;
use std::sync::Arc;

/// The migrations of one database, in running order.
#[derive(Debug)]
pub struct History {
    /// The folder that holds it.
    pub root: PathBuf,
    pub framework: Framework,
    /// Its migrations, first to run first.
    pub scripts: Vec<Script>,
    /// Whether only some of a folder's migrations are asked for, which says what is pending.
    pub is_selection: bool,
}

/// One migration as its runner sees it: a file, or the part of a file, that is run and recorded as a unit.
#[derive(Debug)]
pub struct Script {
    pub file: Arc<SourceFile>,
    /// What its runner calls it: a version, a folder or a file name.
    pub name: String,
    pub framework: Framework,
    /// How it is wrapped, from the framework's habit and the markers in the file.
    pub transaction: TransactionMode,
    /// Whether the runner or the config says so; else nobody knows who runs it, and how.
    pub is_transaction_known: bool,
    /// How it reaches the server.
    pub delivery: Delivery,
    /// The ranges of the file that run on the way up, in order.
    pub up: Vec<Span>,
    pub way_back: WayBack,
    /// Comments that end a statement for this runner, as they start: `-- +goose StatementEnd`, `--> statement-breakpoint`.
    pub separators: &'static [&'static str],
    /// Whether findings are reported; else it is context.
    pub reported: bool,
    /// Whether what runs right before it was not read.
    pub after_unread: bool,
}

/// Which way migrations are run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Direction {
    /// The way that they are written for
    #[default]
    Up,
    /// What takes each of them back, from the state that it has left
    Down,
}

/// What takes a script back.
#[derive(Clone, Debug)]
pub enum WayBack {
    /// Its runner takes nothing back by SQL that somebody writes.
    Unsupported,
    /// Nothing is written that does.
    Missing,
    /// There may be one, in what was not read.
    Unread,
    /// These ranges of a file, its own or another one.
    Written(Arc<SourceFile>, Vec<Span>),
}

/// How a runner sends a script to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Delivery {
    /// As one query string: without a wrapper its statements are one implicit transaction.
    OneQuery,
    /// Statement by statement.
    Statements,
    /// In one batch, which is one transaction, but for statements that none can hold: those alone, between batches.
    Batches,
}
