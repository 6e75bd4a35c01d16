//! The finding itself, as the builder makes it and reports read it.

use super::cause::{Cause, Harm};
use super::level::Level;
use super::{Block, Fix, Remedy, TableSizes, Waits};
use crate::effects::{Effect, HeldElsewhere};
use crate::estimate::Seconds;
use crate::source::{SourceFile, Span};
use serde::Serialize;
use std::sync::Arc;

/// One finding, ready to be reported.
#[derive(Clone, Debug)]
pub struct Finding {
    /// The id of the rule.
    pub rule: &'static str,
    pub level: Level,
    /// What is wrong: the danger first, lower case, the relation named, no full stop.
    pub message: String,
    pub file: Arc<SourceFile>,
    /// The part of the file that is to blame: a statement or one of its subcommands.
    pub span: Span,
    /// The whole statement, for suppression comments.
    pub statement: Span,
    /// The SQL that is run, where it does not stand in the file.
    pub sql: Option<Arc<str>>,
    /// The SQLSTATE with which the server refuses it.
    pub sqlstate: Option<&'static str>,
    /// What stands under the marked text: the lock, until when, what is done meanwhile.
    pub label: String,
    /// Who has to wait.
    pub waits: Waits,
    /// The sizes that decided the level, and who said so.
    pub sizes: TableSizes,
    /// How long others wait for what the statement does, where that can be told.
    pub seconds: Option<Seconds>,
    /// What to do instead.
    pub remedy: Option<Remedy>,
    /// The same in one line.
    pub help: Option<String>,
    /// SQL to write instead.
    pub recipe: Vec<Block>,
    /// The same as edits, where it is known that the migration is still pending.
    pub fix: Option<Fix>,
    /// What stays locked meanwhile.
    pub held: HeldElsewhere,
    pub notes: Vec<Note>,
    /// The worst few of the effects that it is about, the chief one first.
    pub effects: Vec<Arc<Effect>>,
    /// How many effects it is about.
    pub effects_total: usize,
    /// What it is about, the chief cause first; a cause is reported once.
    pub causes: Vec<Cause>,
}

impl Finding {
    /// It is told, and nobody asks any more which relations it is about: of its causes those that differ in their harm are kept.
    pub(crate) fn settle(&mut self) {
        let mut harms = Vec::new();
        self.causes.retain(|cause| {
            let new = !harms.contains(&cause.harm);
            if new {
                harms.push(cause.harm);
            }
            new
        });
        self.causes.shrink_to_fit();
    }

    /// Whether it is about a wait; its label then tells of a lock.
    #[must_use]
    pub fn is_wait(&self) -> bool {
        matches!(
            self.causes.first(),
            Some(Cause {
                harm: Harm::Wait(_) | Harm::Queue,
                ..
            })
        )
    }
}

/// A further remark on the same cause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Note {
    /// The rule that had it to say, where it is another one's finding.
    pub rule: Option<&'static str>,
    pub message: String,
}
