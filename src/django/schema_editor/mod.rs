//! The SQL that Django's PostgreSQL backend runs for a migration, statement by statement and in its order.
//!
//! Source: `django/db/backends/base/schema.py`, `django/db/backends/postgresql/schema.py`, `django/db/migrations/operations`.

mod alter_field;
mod backwards;
mod catalogue;
mod condition;
mod constraint;
mod data;
mod ddl;
mod definition;
mod editor;
mod expression;
mod field;
mod follower;
mod functions;
mod given_up;
mod index;
mod lookup;
mod many_to_many;
pub mod names;
mod operation;
mod rename;
mod table;
mod together;
mod values;

use super::facts::{Compiled, ProjectFacts, View};
use super::migration::DjangoMigration;
use super::operation::{Operation, OperationKind};
use super::state::State;
use super::value::Opaque;
use backwards::is_reversible;
use catalogue::Catalogue;
use editor::Editor;
use given_up::GivenUp;

/// Replays the migrations of a project, in the order in which Django runs them.
#[derive(Debug)]
pub struct Replay<'a> {
    facts: &'a ProjectFacts<'a>,
    state: State,
    catalogue: Catalogue,
    given_up: GivenUp,
}

impl<'a> Replay<'a> {
    /// A project before its first migration.
    #[must_use]
    pub fn new(facts: &'a ProjectFacts<'a>) -> Self {
        Self {
            facts,
            state: State::default(),
            catalogue: Catalogue::default(),
            given_up: GivenUp::default(),
        }
    }

    /// What the next migration runs; the state then moves past it.
    pub fn next(&mut self, migration: &DjangoMigration) -> Compiled {
        let mut state = std::mem::take(&mut self.state);
        let mut compiled = self.compile(migration, &mut state);
        (compiled.unused, compiled.given_up) = self.given_up.settle(&state);
        self.state = state;
        compiled
    }

    /// What takes the migration back that ran last, from the state before it; `None` where Django does not. The state stays as it is.
    #[must_use]
    pub fn back(
        &self,
        migration: &DjangoMigration,
        before: &State,
        view: View,
    ) -> Option<Compiled> {
        if !is_reversible(migration) {
            return None;
        }
        let mut aside = self.catalogue.clone();
        aside.frozen = view == View::Printed;
        let mut editor = Editor::new(self.facts, &mut aside);
        editor.atomic = migration.atomic;
        editor.undo_all(&migration.key.app, &migration.operations, before);
        Some(editor.finish())
    }

    /// What `sqlmigrate` prints for the next migration; the state then moves past what really runs.
    ///
    /// `seen`: the models that its ancestors alone have made, where more has run.
    pub fn print_next(&mut self, migration: &DjangoMigration, seen: Option<State>) -> Compiled {
        let mut state = seen.unwrap_or_else(|| self.state.clone());
        self.catalogue.frozen = true;
        let mut printed = self.compile(migration, &mut state);
        self.catalogue.thaw();
        self.next(migration);
        if let Some(refused) = refused(migration) {
            printed.statements.clear();
            printed.opaque.push(refused);
        }
        printed
    }

    fn compile(&mut self, migration: &DjangoMigration, state: &mut State) -> Compiled {
        let mut editor = Editor::new(self.facts, &mut self.catalogue);
        editor.atomic = migration.atomic;
        for operation in &migration.operations {
            let app = &migration.key.app;
            self.given_up.note(app, operation, state, self.facts);
            editor.operation(app, operation, state);
        }
        let mut compiled = editor.finish();
        compiled
            .opaque
            .splice(0..0, migration.opaque.iter().cloned());
        compiled
    }

    /// The state as it is now.
    #[must_use]
    pub fn state(&self) -> &State {
        &self.state
    }
}

/// The operation at which Django stops before it has run anything: one that cannot be in a transaction.
///
/// Source: `NotInTransactionMixin` in `django/contrib/postgres/operations.py`.
fn refused(migration: &DjangoMigration) -> Option<Opaque> {
    fn concurrent(operations: &[Operation]) -> Option<&Operation> {
        operations
            .iter()
            .find_map(|operation| match &operation.kind {
                OperationKind::AddIndex { concurrently, .. }
                | OperationKind::RemoveIndex { concurrently, .. } => {
                    concurrently.then_some(operation)
                }
                OperationKind::SeparateDatabaseAndState {
                    database_operations,
                    ..
                } => concurrent(database_operations),
                _ => None,
            })
    }
    let operation = concurrent(&migration.operations).filter(|_| migration.atomic)?;
    Some(Opaque {
        span: operation.span,
        reason: "Django stops here: this operation cannot run in a transaction, so the migration needs atomic = False".to_owned(),
    })
}
