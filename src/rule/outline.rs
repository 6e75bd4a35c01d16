//! What rules ask of a whole migration for one statement after another, found out once, when it is asked for first.

use crate::ir::{Action, AlterAction, Migration, Name, Transaction};
use std::cell::OnceCell;
use std::collections::HashMap;

/// What a migration makes, and whether it begins transactions.
#[derive(Debug, Default)]
pub struct Outline {
    last: OnceCell<Last>,
    begins: OnceCell<bool>,
}

/// Which statement is the last that makes a relation of a name, counted from 0.
#[derive(Debug, Default)]
struct Last {
    made: HashMap<Name, usize>,
    /// RENAME TO, which gives no schema.
    renamed: HashMap<String, usize>,
}

impl Outline {
    /// The last statement that makes a relation of this name, if that stands `from` this place on.
    pub(super) fn made_from(
        &self,
        migration: &Migration,
        from: usize,
        name: &Name,
    ) -> Option<usize> {
        let last = self.last.get_or_init(|| Last::of(migration));
        let made = last.made.get(name);
        let renamed = last.renamed.get(&name.name);
        made.max(renamed).copied().filter(|last| *last >= from)
    }

    /// Whether it opens a transaction itself.
    pub(super) fn begins(&self, migration: &Migration) -> bool {
        *self.begins.get_or_init(|| {
            let mut statements = migration.statements.iter();
            let begin = Action::Transaction(Transaction::Begin);
            statements.any(|statement| statement.action == begin)
        })
    }
}

impl Last {
    fn of(migration: &Migration) -> Self {
        let mut last = Self::default();
        for (at, statement) in migration.statements.iter().enumerate() {
            last.note(at, &statement.action);
            if let Action::Do { code, .. } = &statement.action {
                for step in &code.steps {
                    last.note(at, &step.action);
                }
            }
        }
        last
    }

    fn note(&mut self, at: usize, action: &Action) {
        let made = match action {
            Action::CreateTable(create) => &create.name,
            Action::CreateTableAs(create) => &create.name,
            Action::CreateView(create) => &create.name,
            Action::AlterTable(alter) => {
                for command in &alter.commands {
                    if let AlterAction::RenameTo(to) = &command.action {
                        self.renamed.insert(to.clone(), at);
                    }
                }
                return;
            }
            _ => return,
        };
        self.made.insert(made.clone(), at);
    }
}
