//! What a statement leaves behind: the catalog, the transaction, the session.

use super::Fold;
use crate::effects::code::Run;
use crate::ir::{Action, Transaction};

impl Fold<'_> {
    /// Moves the state past all that a statement makes run.
    pub(super) fn apply_run(&mut self, run: &Run, statement: &Action) {
        if !run.unread.is_empty() {
            self.catalog.overlook();
        }
        for action in run.actions(statement) {
            // COMMIT in a procedure ends no block of the migration: it can be called outside of one only.
            if !matches!(action, Action::Transaction(_)) {
                self.apply_one(action);
            }
        }
    }

    /// Moves the state past a statement that makes no other run.
    pub(super) fn apply_one(&mut self, action: &Action) {
        match action {
            Action::Transaction(transaction) => self.transaction(transaction),
            Action::Set(set) => {
                self.block.session_mut().set(set, self.parameters);
                self.follow_search_path();
            }
            other => {
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
