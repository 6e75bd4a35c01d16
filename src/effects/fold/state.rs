//! What a statement leaves behind: the catalog, the transaction, the session.

use super::Fold;
use crate::effects::code::Run;
use crate::ir::{Action, AlterAction, Dml, DmlKind, Name, Transaction};
use crate::postgres::functions::volatility;
use crate::schema::Catalog;

impl Fold<'_> {
    /// Moves the state past all that a statement makes run.
    pub(super) fn apply_run(&mut self, run: &Run, statement: &Action) {
        if !run.unread.is_empty() {
            self.catalog.lose_sight();
        }
        for step in &run.steps {
            let action = step.action(statement);
            // COMMIT in a procedure ends no block of the migration: it can be called outside of one only.
            if !matches!(action, Action::Transaction(_)) {
                let outer = self.catalog.guess(true);
                let sure = step.is_sure() && !outer;
                self.catalog.guess(!sure);
                if sure && self.block.is_open() {
                    self.defer(action);
                }
                self.apply_one(action);
                self.catalog.guess(outer);
            }
        }
    }

    /// Moves the state past a statement that makes no other run.
    pub(super) fn apply_one(&mut self, action: &Action) {
        match action {
            Action::Transaction(transaction) => self.transaction(transaction),
            // Source: `set_config_option` in `src/backend/utils/misc/guc.c`: outside of a transaction block it ends with the statement.
            Action::Set(set) if set.local && !self.block.is_open() => {}
            Action::Set(set) => {
                self.block.session_mut().set(set, self.parameters);
                self.follow_search_path();
            }
            other => {
                if is_opaque(&self.catalog, other) {
                    self.catalog.lose_sight();
                }
                self.catalog.note(other);
                self.catalog.apply(other);
            }
        }
    }

    fn transaction(&mut self, transaction: &Transaction) {
        if self.block.apply(transaction, &mut self.catalog) {
            self.catalog.now.transaction += 1;
        }
        // A rollback sets the session back.
        self.follow_search_path();
    }

    pub(super) fn follow_search_path(&mut self) {
        let path = self.block.session().get("search_path");
        self.catalog.search_path = match path {
            Some(path) => path
                .split(',')
                .map(|name| name.trim().trim_matches(['"', '\'']).to_owned())
                .filter(|name| name != "$user")
                .collect(),
            None => vec!["public".to_owned()],
        };
    }
}

/// Whether a statement may do anything: it is not known, or all that it does is to call what is not known.
fn is_opaque(catalog: &Catalog, action: &Action) -> bool {
    let unknown =
        |name: &Name| catalog.routines(name).is_empty() && volatility(&name.name).is_none();
    match action {
        Action::Unknown | Action::Owned { drop: true, .. } => true,
        Action::AlterTable(alter) => {
            let mut commands = alter.commands.iter();
            commands.any(|command| command.action == AlterAction::Unknown)
        }
        Action::Call { procedure } => unknown(procedure),
        Action::Dml(Dml {
            kind: DmlKind::Select,
            reads,
            calls,
            ..
        }) => reads.is_empty() && calls.iter().any(unknown),
        _ => false,
    }
}
