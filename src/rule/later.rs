//! What a migration makes, by name: whether something that goes comes again.

use crate::ir::{Action, AlterAction, Migration, Name};
use std::cell::OnceCell;
use std::collections::HashMap;

/// Which statement of a migration is the last that makes a relation of a name, counted from 0. Found out when it is asked for first.
#[derive(Debug, Default)]
pub struct Makes(OnceCell<Last>);

#[derive(Debug, Default)]
struct Last {
    made: HashMap<Name, usize>,
    /// RENAME TO, which gives no schema.
    renamed: HashMap<String, usize>,
}

impl Makes {
    /// Whether a statement behind the one `at` this place makes a relation of this name.
    pub(super) fn is_made_behind(&self, migration: &Migration, at: usize, name: &Name) -> bool {
        let last = self.0.get_or_init(|| Last::of(migration));
        let made = last.made.get(name);
        let renamed = last.renamed.get(&name.name);
        made.max(renamed).is_some_and(|last| *last > at)
    }
}

impl Last {
    fn of(migration: &Migration) -> Self {
        let mut last = Self::default();
        for (at, statement) in migration.statements.iter().enumerate() {
            let made = match &statement.action {
                Action::CreateTable(create) => &create.name,
                Action::CreateTableAs(create) => &create.name,
                Action::CreateView(create) => &create.name,
                Action::AlterTable(alter) => {
                    for command in &alter.commands {
                        if let AlterAction::RenameTo(to) = &command.action {
                            last.renamed.insert(to.clone(), at);
                        }
                    }
                    continue;
                }
                _ => continue,
            };
            last.made.insert(made.clone(), at);
        }
        last
    }
}
