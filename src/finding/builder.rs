//! The one builder of findings.

use super::{Cause, Finding, Level, Note, Remedy, TableSizes, Waits};
use crate::effects::{Effect, HeldElsewhere};
use crate::estimate::Seconds;
use crate::source::{SourceFile, Span};
use std::cmp::Reverse;
use std::sync::Arc;

/// How many effects a finding keeps.
const EFFECTS: usize = 3;

/// Makes a finding, piece by piece. Without a place and a cause there is none to start from.
#[derive(Clone, Debug)]
pub struct Builder(Finding);

impl Builder {
    /// A finding of a rule about `statement`, of the level that the rule has: without a message, until more is said.
    #[must_use]
    pub fn new(
        (rule, level): (&'static str, Level),
        file: Arc<SourceFile>,
        statement: Span,
        cause: Cause,
    ) -> Self {
        Self(Finding {
            rule,
            level,
            message: String::new(),
            file,
            span: statement,
            statement,
            sql: None,
            sqlstate: None,
            label: String::new(),
            waits: Waits::default(),
            sizes: TableSizes::default(),
            seconds: None,
            remedy: None,
            help: None,
            recipe: Vec::new(),
            fix: None,
            held: HeldElsewhere::default(),
            notes: Vec::new(),
            effects: Vec::new(),
            effects_total: 0,
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

    /// Another level than the rule's, where that depends on the case.
    #[must_use]
    pub fn level(mut self, level: Level) -> Self {
        self.0.level = level;
        self
    }

    /// How long others wait for it.
    #[must_use]
    pub fn seconds(mut self, seconds: Option<Seconds>) -> Self {
        self.0.seconds = seconds;
        self
    }

    /// A further cause that this finding explains.
    #[must_use]
    pub fn also(mut self, cause: Cause) -> Self {
        if self.0.causes.first() != Some(&cause) {
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

    /// The SQLSTATE with which the server refuses it.
    #[must_use]
    pub fn sqlstate(mut self, sqlstate: &'static str) -> Self {
        self.0.sqlstate = Some(sqlstate);
        self
    }

    /// Who has to wait, and how large the tables are that are worked on.
    #[must_use]
    pub fn facts(mut self, waits: Waits, sizes: TableSizes) -> Self {
        self.0.waits = waits;
        self.0.sizes = sizes;
        self
    }

    /// What to do instead, which who knows the migration's front end puts into words.
    #[must_use]
    pub fn remedy(mut self, remedy: Remedy) -> Self {
        self.0.remedy = Some(remedy);
        self
    }

    /// What to do about it, where that is the same for all.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.0.help = Some(help.into());
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

    /// Tables that stay locked meanwhile.
    #[must_use]
    pub fn locked(mut self, held: &HeldElsewhere) -> Self {
        self.0.held = held.clone();
        self
    }

    /// The effects that it is about: that on the relation of its chief cause is kept, and the worst of the others.
    #[must_use]
    pub fn effects<'e>(mut self, effects: impl IntoIterator<Item = &'e Arc<Effect>>) -> Self {
        let chief = self.0.causes.first().and_then(|cause| cause.relation);
        let mut effects: Vec<&Arc<Effect>> = effects.into_iter().collect();
        effects.sort_by_key(|effect| {
            let worst = (effect.work, effect.effective_lock());
            (chief != Some(effect.id), Reverse(worst))
        });
        self.0.effects_total = effects.len();
        self.0.effects = effects.into_iter().take(EFFECTS).cloned().collect();
        self
    }

    /// The finding.
    #[must_use]
    pub fn build(self) -> Finding {
        self.0
    }
}
