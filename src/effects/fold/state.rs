//! What a statement leaves behind: the catalog, the transaction, the session.

use super::Fold;
use crate::effects::code;
use crate::ir::{Action, SetVariable, Transaction};

impl Fold<'_> {
    pub(super) fn apply(&mut self, action: &Action) {
        let Some(run) = code::run(&self.catalog, action) else {
            return self.apply_one(action);
        };
        for step in &run.steps {
            // COMMIT in a procedure ends no block of the migration: it can be called outside of one only.
            if !matches!(step.action, Action::Transaction(_)) {
                self.apply_one(&step.action);
            }
        }
    }

    fn apply_one(&mut self, action: &Action) {
        match action {
            Action::Transaction(transaction) => self.transaction(transaction),
            Action::Set(set) => self.set(set),
            other => self.catalog.apply(other),
        }
    }

    fn transaction(&mut self, transaction: &Transaction) {
        let ended = self.block.apply(transaction, &mut self.catalog);
        if ended {
            self.catalog.now.transaction += 1;
            self.follow_search_path();
        }
    }

    fn set(&mut self, set: &SetVariable) {
        match &set.value {
            Some(value) => {
                self.session.insert(set.name.clone(), value.join(","));
            }
            None if matches!(&*set.name, "all" | "discard") => {
                self.session.clone_from(self.parameters);
            }
            None => {
                self.session.remove(&set.name);
                if let Some(default) = self.parameters.get(&set.name) {
                    self.session.insert(set.name.clone(), default.clone());
                }
            }
        }
        self.follow_search_path();
    }

    pub(super) fn follow_search_path(&mut self) {
        let path = self.session.get("search_path");
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
