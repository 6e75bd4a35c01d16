//! A finding: what a migration does wrong, where, whom it hurts and what to write instead.

use crate::effects::{Effect, Reason};
use crate::schema::RelationId;
use crate::source::{SourceFile, Span};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// How bad a finding is, mildest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    Info,
    Warning,
    Error,
}

impl Level {
    /// `error`, `warning` or `info`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

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
    /// What stands under the marked text: the lock, until when, what is done meanwhile.
    pub label: String,
    /// Who has to wait, and who does not.
    pub wait: Option<String>,
    /// The size that decided the level, and who said so; or that it is not known.
    pub size: Option<String>,
    /// What to do instead, in one line.
    pub help: Option<String>,
    /// SQL to write instead, one statement a line.
    pub suggestion: Vec<String>,
    pub notes: Vec<Note>,
    /// The effects that it is about.
    pub effects: Vec<Effect>,
    /// What it is about; findings with the same cause are reported once.
    pub cause: Cause,
}

/// A further remark on the same cause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Note {
    /// The rule that had it to say, where it is another one's finding.
    pub rule: Option<&'static str>,
    pub message: String,
}

/// What a finding is about: the subcommand of a statement, what it touches, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cause {
    /// Byte offset of the statement in its file.
    pub statement: usize,
    /// Which subcommand, counted from 0.
    pub command: usize,
    /// The relation; `None` where no relation is touched.
    pub relation: Option<RelationId>,
    pub harm: Harm,
}

/// How something hurts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Harm {
    /// Others wait while this work is done.
    Wait(Reason),
    /// Code that runs already stops working.
    BreaksCode,
    /// It could not be checked.
    Unchecked,
    /// A comment for this tool does not do what it seems to.
    Suppression,
}
