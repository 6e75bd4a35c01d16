//! What every front end answers with.

use crate::ir::{Migration, Outline};
use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

/// The migrations of one database, those that are only context included.
pub struct History {
    /// The folder that holds it.
    pub root: PathBuf,
    /// In the order in which they run; read while they are asked for.
    pub migrations: Box<dyn Iterator<Item = Read> + Send>,
    /// The first migration that is pending, counted from 0, where somebody said what is: all that are reported are pending together.
    /// Else each is judged as if it alone were.
    pub pending_from: Option<usize>,
    /// What its runner sets in each session, by folded parameter name.
    pub parameters: BTreeMap<String, String>,
    /// What was assumed without being told.
    pub notices: Vec<String>,
}

/// A migration as a front end has read it.
#[derive(Debug)]
pub struct Read {
    pub migration: Migration,
    /// What its file holds, where that is not the SQL itself.
    pub outline: Option<Box<Outline>>,
    /// Whether what runs right before it was not read: what is known of the database no longer holds.
    pub after_unread: bool,
    /// What takes it back, where that is asked for.
    pub way_back: Option<Box<Back>>,
}

/// What takes a migration back.
#[derive(Debug)]
pub enum Back {
    /// Its runner takes nothing back by SQL that somebody writes.
    Unsupported,
    /// Nothing is written that does.
    Missing,
    /// There may be something, in what was not read.
    Unread,
    /// A migration that runs on what it has left.
    Migration(Migration, Option<Box<Outline>>),
}

impl Read {
    pub(super) fn outlined(migration: Migration, outline: Outline) -> Self {
        Self {
            migration,
            outline: Some(Box::new(outline)),
            after_unread: false,
            way_back: None,
        }
    }
}

impl From<Migration> for Read {
    fn from(migration: Migration) -> Self {
        Self {
            migration,
            outline: None,
            after_unread: false,
            way_back: None,
        }
    }
}

impl History {
    /// Puts a migration before the first one, as context.
    pub(super) fn begin_with(&mut self, first: Read) {
        let others = std::mem::replace(&mut self.migrations, Box::new(std::iter::empty()));
        self.migrations = Box::new(std::iter::once(first).chain(others));
        self.pending_from = self.pending_from.map(|pending| pending + 1);
    }
}

impl fmt::Debug for History {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("History")
            .field("root", &self.root)
            .field("pending_from", &self.pending_from)
            .finish_non_exhaustive()
    }
}
