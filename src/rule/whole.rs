//! What a rule may look at when it is asked about a migration as a whole, behind its last statement.

use super::Entry;
use crate::finding::{Builder, Cause, Harm};
use crate::ir::{Migration, Outline, Statement};
use crate::postgres::Version;
use crate::schema::{Catalog, RelationId};
use crate::sizes::Sizes;
use crate::source::Span;

/// A migration as a rule sees it that is asked once about all of it.
#[derive(Clone, Copy, Debug)]
pub struct Whole<'a> {
    pub entry: &'static Entry,
    pub migration: &'a Migration,
    /// What its file holds, where that is not the SQL itself.
    pub outline: Option<&'a Outline>,
    /// The catalog behind its last statement.
    pub catalog: &'a Catalog,
    /// Whether a transaction is open then: its runner's, or one that it has begun itself.
    pub in_transaction: bool,
    pub version: Version,
    pub sizes: &'a Sizes,
}

impl<'a> Whole<'a> {
    /// Its statements, counted from 0.
    pub fn statements(&self) -> impl Iterator<Item = (usize, &'a Statement)> + use<'a> {
        self.migration.statements.iter().enumerate()
    }

    /// Starts a finding about a statement of it, and, where one is touched, a relation; `command` counts subcommands from 0.
    #[must_use]
    pub fn finding(
        &self,
        statement: &Statement,
        command: usize,
        relation: Option<RelationId>,
        harm: Harm,
    ) -> Builder {
        let cause = Cause {
            statement: statement.span.start,
            command,
            relation,
            harm,
        };
        let file = self.migration.file.clone();
        let found = self.entry.finding(file, statement.span, cause);
        found
            .at(statement.span_of(command))
            .sql(statement.origin.made_text())
    }

    /// Starts a finding about a place in its file that is no statement: an operation, or code.
    #[must_use]
    pub fn finding_at(&self, place: Span, harm: Harm) -> Builder {
        let cause = Cause {
            statement: place.start,
            command: 0,
            relation: None,
            harm,
        };
        let file = self.migration.file.clone();
        self.entry.finding(file, place, cause)
    }
}
