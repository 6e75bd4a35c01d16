//! A finding: what a migration does wrong, where, whom it hurts and what to write instead.

use crate::effects::{Effect, HeldLock, Reason};
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
    /// The SQL that is run, where it does not stand in the file.
    pub sql: Option<Arc<str>>,
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
    /// What it is about, the chief cause first; a cause is reported once.
    pub causes: Vec<Cause>,
}

/// Makes a finding, piece by piece. Without a place and a cause there is none to start from.
#[derive(Clone, Debug)]
pub struct Builder(Finding);

impl Builder {
    /// A finding of `rule` about `statement`: an error without a message, until more is said.
    #[must_use]
    pub fn new(rule: &'static str, file: Arc<SourceFile>, statement: Span, cause: Cause) -> Self {
        Self(Finding {
            rule,
            level: Level::Error,
            message: String::new(),
            file,
            span: statement,
            statement,
            sql: None,
            label: String::new(),
            wait: None,
            size: None,
            help: None,
            suggestion: Vec::new(),
            notes: Vec::new(),
            effects: Vec::new(),
            causes: vec![cause],
        })
    }

    /// Marks a part of the statement instead of the whole.
    #[must_use]
    pub fn at(mut self, span: Span) -> Self {
        self.0.span = span;
        self
    }

    /// The SQL that is run, where it does not stand in the file.
    #[must_use]
    pub fn sql(mut self, sql: Option<Arc<str>>) -> Self {
        self.0.sql = sql;
        self
    }

    #[must_use]
    pub fn level(mut self, level: Level) -> Self {
        self.0.level = level;
        self
    }

    /// A further cause that this finding explains.
    #[must_use]
    pub fn also(mut self, cause: Cause) -> Self {
        if !self.0.causes.contains(&cause) {
            self.0.causes.push(cause);
        }
        self
    }

    /// What is wrong; what stands under the marked text.
    #[must_use]
    pub fn says(mut self, message: impl Into<String>, label: impl Into<String>) -> Self {
        self.0.message = message.into();
        self.0.label = label.into();
        self
    }

    #[must_use]
    pub fn wait(mut self, wait: String) -> Self {
        self.0.wait = Some(wait).filter(|text| !text.is_empty());
        self
    }

    #[must_use]
    pub fn size(mut self, size: String) -> Self {
        self.0.size = Some(size).filter(|text| !text.is_empty());
        self
    }

    /// What to do instead, with SQL to paste, one statement each.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>, suggestion: Vec<String>) -> Self {
        self.0.help = Some(help.into());
        self.0.suggestion = suggestion;
        self
    }

    /// A further remark, where there is one.
    #[must_use]
    pub fn note(mut self, message: Option<String>) -> Self {
        let note = message.map(|message| Note {
            rule: None,
            message,
        });
        self.0.notes.extend(note);
        self
    }

    /// Tables that stay locked meanwhile, each as a note.
    #[must_use]
    pub fn locked(mut self, held: &[HeldLock]) -> Self {
        for held in held {
            self = self.note(Some(format!(
                "{} stays locked meanwhile, {} since line {}",
                held.relation,
                held.lock.sql_name(),
                held.place.line
            )));
        }
        self
    }

    #[must_use]
    pub fn effects(mut self, effects: Vec<Effect>) -> Self {
        self.0.effects = effects;
        self
    }

    /// The finding.
    #[must_use]
    pub fn build(self) -> Finding {
        self.0
    }
}

impl Finding {
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
    /// Done at once, but behind a long transaction others queue up after it.
    Queue,
    /// Code that runs already stops working.
    BreaksCode,
    /// The migration itself fails.
    Fails,
    /// It could not be checked.
    Unchecked,
    /// A comment for this tool does not do what it seems to.
    Suppression,
}
