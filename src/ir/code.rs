//! What procedural code runs: the statements inside DO, functions and procedures, as far as they can be read.

use super::{Action, Dml, DmlKind, Name};
use crate::postgres::functions::Volatility;
use crate::source::Span;
use serde::Serialize;
use std::sync::Arc;

/// The statements of a body of code, in the order in which they stand.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Code {
    pub steps: Vec<CodeStep>,
    /// What of it cannot be seen.
    pub unread: Vec<Unread>,
    /// Where it stands in the text of the statement that holds it, unless that writes it with escapes.
    pub body: Option<Span>,
    /// The columns of `NEW` that it assigns, as the function of a trigger.
    pub fills: Vec<String>,
}

impl Code {
    /// The INSERTs among its statements.
    pub fn inserts(&self) -> impl Iterator<Item = &Dml> {
        self.steps.iter().filter_map(|step| match &step.action {
            Action::Dml(dml) => Some(dml).filter(|dml| dml.kind == DmlKind::Insert),
            _ => None,
        })
    }
}

/// One statement inside code.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CodeStep {
    pub action: Action,
    /// Whether it runs depends on what only the server knows: it stands under IF, CASE or EXCEPTION, or in a loop over rows.
    pub conditional: bool,
    /// It may not come to that, or not stay so, whatever the condition: a RETURN may leave before it, or its block catches errors and goes back.
    pub uncertain: bool,
    pub written: Written,
}

/// How a statement inside code is written.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Written {
    /// Where it stands, or what makes it, in the text of the statement that holds the code.
    pub span: Option<Span>,
    /// It is run as it stands there, and all places inside its action are places of that text; else of its own.
    pub in_place: bool,
    /// Its own text.
    pub text: Arc<str>,
}

/// A part of code that cannot be seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Unread {
    /// Where it stands in the text of the statement that holds the code.
    pub span: Option<Span>,
    pub reason: UnreadReason,
}

/// Why a part of code cannot be seen.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum UnreadReason {
    /// A statement that is not known.
    Statement,
    /// EXECUTE of a text that is computed.
    Computed,
    /// Code inside code.
    Nested,
    /// Code that calls code, too deep or too much to be followed.
    Deep,
    /// Another language than SQL and PL/pgSQL.
    Language(String),
}

/// `CREATE [OR REPLACE] FUNCTION` or `PROCEDURE`.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CreateRoutine {
    pub name: Name,
    pub or_replace: bool,
    pub procedure: bool,
    /// Folded: `sql`, `plpgsql`, ...
    pub language: String,
    /// As declared; VOLATILE where nothing is said.
    pub volatility: Volatility,
    pub code: Arc<Code>,
    pub arguments: Arguments,
    /// RETURNS trigger or event_trigger: no query calls it.
    pub is_trigger: bool,
}

/// How many arguments a call of a function may have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Arguments {
    /// Those that have no default.
    pub required: usize,
    pub all: usize,
    /// VARIADIC: any number.
    pub variadic: bool,
}

impl Arguments {
    /// Whether a call with so many fits.
    #[must_use]
    pub const fn take(self, given: usize) -> bool {
        given >= self.required && (self.variadic || given <= self.all)
    }
}
