//! What a rule may look at when it is asked about a migration as a whole, behind its last statement.

use super::Entry;
use crate::finding::{Builder, Cause, Harm};
use crate::ir::{
    Action, AlterAction, ColumnDef, Constraint, ConstraintKind, Migration, Name, Outline, Statement,
};
use crate::postgres::Version;
use crate::schema::{self, Catalog, Relation, RelationId};
use crate::sizes::Sizes;
use crate::source::{Span, TransactionMode};

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

    /// What it runs, statement by statement, with what stands in its DO blocks.
    pub fn actions(&self) -> impl Iterator<Item = (&'a Statement, &'a Action)> + use<'a> {
        let statements = self.migration.statements.iter();
        statements.flat_map(|statement| {
            let steps = match &statement.action {
                Action::Do { code, .. } => code.steps.as_slice(),
                _ => &[],
            };
            let inside = steps.iter().map(|step| &step.action);
            let all = std::iter::once(&statement.action).chain(inside);
            all.map(move |action| (statement, action))
        })
    }

    /// The foreign keys that it adds, as they are at its end: the statement, the subcommand counted from 0, the table, and the constraint.
    #[must_use]
    pub fn foreign_keys(
        &self,
    ) -> Vec<(&'a Statement, usize, &'a Relation, &'a schema::Constraint)> {
        let mut all = Vec::new();
        for (statement, action) in self.actions() {
            for (command, name, columns) in added_keys(action) {
                let Some(table) = self.catalog.find(name).filter(|table| !table.dropped) else {
                    continue;
                };
                let mut constraints = table.constraints.iter();
                let same = |one: &&schema::Constraint| {
                    one.references.is_some() && one.columns() == columns
                };
                let found = constraints.find(same);
                all.extend(found.map(|constraint| (statement, command, table, constraint)));
            }
        }
        all
    }

    /// Whether its runner runs all of it in a transaction that it opens and ends itself.
    #[must_use]
    pub const fn is_wrapped(&self) -> bool {
        matches!(
            self.migration.transaction,
            TransactionMode::PerFile | TransactionMode::AllPending
        )
    }

    /// Whether all of it is sent as one query.
    #[must_use]
    pub fn is_one_query(&self) -> bool {
        self.migration.transaction == TransactionMode::Implicit
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

/// The foreign keys that an action adds: the subcommand, the table, and the columns that refer.
fn added_keys(action: &Action) -> Vec<(usize, &Name, Vec<&str>)> {
    match action {
        Action::CreateTable(create) => {
            let columns = create.columns.iter().flat_map(of_column);
            let all = columns.chain(create.constraints.iter().filter_map(referring));
            all.map(|columns| (0, &create.name, columns)).collect()
        }
        Action::AlterTable(alter) => {
            let commands = alter.commands.iter().enumerate();
            let all = commands.flat_map(|(at, command)| {
                let keys: Vec<Vec<&str>> = match &command.action {
                    AlterAction::AddColumn { column, .. } => of_column(column).collect(),
                    AlterAction::AddConstraint(added) => referring(added).into_iter().collect(),
                    _ => Vec::new(),
                };
                let all = keys.into_iter();
                all.map(move |columns| (at, &alter.name, columns))
            });
            all.collect()
        }
        _ => Vec::new(),
    }
}

fn of_column(column: &ColumnDef) -> impl Iterator<Item = Vec<&str>> {
    let keys = column.constraints.iter().filter_map(referring);
    keys.map(|_| vec![column.name.as_str()])
}

/// The columns that refer, if the constraint is a foreign key.
fn referring(constraint: &Constraint) -> Option<Vec<&str>> {
    match &constraint.kind {
        ConstraintKind::ForeignKey { columns, .. } => {
            Some(columns.iter().map(String::as_str).collect())
        }
        _ => None,
    }
}
