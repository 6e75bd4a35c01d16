//! A rule, and the folder that it stands in.

use super::context::Context;
use super::whole::Whole;
use crate::finding::{Builder, Cause, Finding, Harm, Level};
use crate::ir::Family;
use crate::postgres::Version;
use crate::source::{SourceFile, Span};
use std::sync::Arc;

/// A rule: what is fixed about it, and the question it asks. Its id is the name of its folder.
#[derive(Debug)]
pub struct Rule {
    pub category: Category,
    pub severity: Severity,
    /// The mig-lint release that brought it.
    pub since: &'static str,
    /// Ids that its findings had before it was split off or renamed: they still name it, and never anything else.
    pub formerly: &'static [&'static str],
    /// The first PostgreSQL version that it applies to.
    pub from: Version,
    pub kind: Kind,
}

/// What a rule is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Category {
    /// Others wait while the migration works.
    Blocking,
    /// Code that is running stops working.
    Compatibility,
    /// The migration itself fails.
    Failure,
    /// Rows, or what they say, are lost.
    Data,
    /// It is slow afterwards.
    Performance,
    /// Something was not, or could not be, checked.
    Checking,
}

impl Category {
    /// All categories.
    pub const ALL: [Self; 6] = [
        Self::Blocking,
        Self::Compatibility,
        Self::Failure,
        Self::Data,
        Self::Performance,
        Self::Checking,
    ];

    /// How people name it in `--select` and `--ignore`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Blocking => "blocking",
            Self::Compatibility => "compatibility",
            Self::Failure => "failure",
            Self::Data => "data",
            Self::Performance => "performance",
            Self::Checking => "checking",
        }
    }
}

/// What decides the level of a rule's findings, where the config does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    /// The size of the table that is worked on: large or unknown is an error, middling a warning, small an info.
    BySize,
    Always(Level),
    /// The case at hand, which the rule says; most often this.
    ByCase(Level),
}

impl Severity {
    /// The level where nothing else is known.
    #[must_use]
    pub const fn usual(self) -> Level {
        match self {
            Self::BySize => Level::Error,
            Self::Always(level) | Self::ByCase(level) => level,
        }
    }
}

/// Where a rule's findings come from.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// It is asked about every statement that touches a relation, or that refuses to run where it stands.
    Check(fn(&Context<'_>) -> Vec<Finding>),
    /// It is asked about the statements of these families, whether they touch a relation or not.
    On(&'static [Family], fn(&Context<'_>) -> Vec<Finding>),
    /// It is asked about every migration, once, behind its last statement.
    Migration(fn(&Whole<'_>) -> Vec<Finding>),
    /// It is asked about every statement, and speaks only where no other rule explains the cause.
    Fallback(fn(&Context<'_>) -> Vec<Finding>),
    /// The engine reports it by itself.
    Engine(Report),
}

/// What it means that the engine reports something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report {
    /// The file was not checked, wholly or in part: whatever stands in it, the run has failed.
    UncheckedFile,
    /// The statement was not checked, and nothing else.
    UncheckedStatement,
    /// What it says, and nothing more.
    Remark,
}

impl Rule {
    /// Whether its findings say that a file was not checked, wholly or in part.
    #[must_use]
    pub const fn is_unchecked_file(&self) -> bool {
        matches!(self.kind, Kind::Engine(Report::UncheckedFile))
    }

    /// Whether its findings say that a statement was not checked.
    #[must_use]
    pub const fn is_unchecked_statement(&self) -> bool {
        matches!(self.kind, Kind::Engine(Report::UncheckedStatement))
    }

    /// Whether a comment can silence it: not so what could not be read, and what is said of the comments themselves.
    #[must_use]
    pub const fn can_be_silenced(&self) -> bool {
        !matches!(
            self.kind,
            Kind::Engine(Report::UncheckedFile | Report::Remark)
        )
    }
}

/// A rule with all that its folder holds.
#[derive(Debug)]
pub struct Entry {
    /// The folder's name, with hyphens.
    pub id: &'static str,
    pub rule: &'static Rule,
    /// `rule.md`.
    pub doc: &'static str,
    /// `bad.sql` and `good.sql`; empty for a rule of the engine.
    pub bad: &'static str,
    pub good: &'static str,
    /// `bad.py` and `good.py`: the same as migrations of Django's; empty where that has no form of its own.
    pub bad_py: &'static str,
    pub good_py: &'static str,
    /// `proof.toml`: what a server must show for the two; `observed.json`: what servers did show.
    pub proof: &'static str,
    pub observed: &'static str,
}

impl Entry {
    /// Whether it is called so, or was once.
    #[must_use]
    pub fn is_called(&self, id: &str) -> bool {
        self.names().any(|name| name == id)
    }

    /// Its id, and those that it had.
    pub fn names(&self) -> impl Iterator<Item = &'static str> + use<> {
        std::iter::once(self.id).chain(self.rule.formerly.iter().copied())
    }

    /// Whether the rule says this, or would: of who waits a fallback says nothing where a more particular rule does.
    #[must_use]
    pub fn answers(&self, finding: &Finding) -> bool {
        let of_waiting = |cause: &Cause| matches!(cause.harm, Harm::Wait(_));
        let is_fallback = matches!(self.rule.kind, Kind::Fallback(_));
        finding.rule == self.id || is_fallback && finding.causes.iter().any(of_waiting)
    }

    /// Starts a finding about `statement`, of the level that the rule has.
    #[must_use]
    pub fn finding(&self, file: Arc<SourceFile>, statement: Span, cause: Cause) -> Builder {
        Builder::new(
            (self.id, self.rule.severity.usual()),
            file,
            statement,
            cause,
        )
    }
}
