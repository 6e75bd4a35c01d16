//! Whether what one statement does may be put off until others are done.

use super::words::Words;
use crate::ir::{Action, AlterAction, ConstraintKind, Migration, Name, Statement};

/// What is put off, as far as others may need it.
#[derive(Clone, Debug)]
pub(super) struct PutOff {
    /// The relation that it works on, and what it makes or takes away there.
    table: Vec<String>,
    things: Vec<String>,
    /// Columns of the relation that are not all that they will be.
    columns: Vec<String>,
    /// Others may need that rows are unique.
    is_key: bool,
    /// It writes rows of the relation: others may need what they hold then.
    is_rows: bool,
    /// Nobody knows all that it does.
    is_code: bool,
}

impl PutOff {
    pub(super) fn of(statement: &Statement) -> Self {
        let mut put_off = Self {
            table: Vec::new(),
            things: Vec::new(),
            columns: Vec::new(),
            is_key: false,
            is_rows: false,
            is_code: false,
        };
        match &statement.action {
            Action::CreateIndex(create) => {
                put_off.table.push(create.table.name.clone());
                put_off.things.extend(create.name.clone());
                put_off.is_key = create.unique;
            }
            Action::AlterTable(alter) => {
                put_off.table.push(alter.name.name.clone());
                for command in &alter.commands {
                    match &command.action {
                        AlterAction::AddConstraint(added) => {
                            put_off.things.extend(added.name.clone());
                            put_off.is_key |= is_key(&added.kind);
                        }
                        AlterAction::AddColumn { column, .. } => {
                            let given = column.constraints.iter().filter_map(|it| it.name.clone());
                            put_off.things.extend(given);
                            let is_key = column.constraints.iter().any(|it| is_key(&it.kind));
                            if is_key || column.default.is_some() || column.has_sequence() {
                                put_off.columns.push(column.name.clone());
                            }
                            put_off.is_key |= is_key;
                        }
                        AlterAction::DetachPartition { partition, .. } => {
                            put_off.things.push(partition.name.clone());
                        }
                        _ => {}
                    }
                }
            }
            Action::Drop(drop) => put_off.things.extend(names(&drop.names)),
            Action::Dml(dml) => {
                put_off.is_rows = true;
                put_off.table.extend(names(dml.target.as_slice()));
                put_off.things.extend(names(&dml.reads));
            }
            Action::Do { .. } => put_off.is_code = true,
            Action::Refresh { view, .. } => put_off.things.push(view.name.clone()),
            Action::Reindex { name, .. } => {
                put_off.things.extend(name.iter().map(|it| it.name.clone()));
            }
            _ => {}
        }
        put_off
    }

    /// Whether one of these statements of a migration may need it, or be needed by it: not the same before it as behind it.
    pub(super) fn is_needed(
        &self,
        migration: &Migration,
        words: &Words,
        by: impl Fn(usize) -> bool,
    ) -> bool {
        if self.is_code {
            return (0..migration.statements.len()).any(by);
        }
        let named = |names: &[String], needs: &dyn Fn(usize) -> bool| {
            let naming = names.iter().flat_map(|name| words.naming(name));
            naming.copied().any(|at| by(at) && needs(at))
        };
        let works_on_it = |at: usize| !self.may_wait_for(&migration.statements[at].action);
        let has_it = |at: usize| {
            let mut tables = self.table.iter();
            tables.any(|name| words.naming(name).binary_search(&at).is_ok())
        };
        named(&self.things, &|_| true)
            || named(&self.columns, &has_it)
            || named(&self.table, &works_on_it)
            || !self.table.is_empty() && words.reaching.iter().any(|at| by(*at))
    }

    /// Whether what another statement does to the relation is the same before it as behind it.
    fn may_wait_for(&self, other: &Action) -> bool {
        match other {
            _ if self.is_rows => false,
            Action::CreateIndex(_) => true,
            Action::Dml(_) => !self.is_key,
            Action::AlterTable(alter) => {
                let mut commands = alter.commands.iter();
                commands.all(|command| self.may_wait_for_command(&command.action))
            }
            _ => false,
        }
    }

    fn may_wait_for_command(&self, command: &AlterAction) -> bool {
        let refers = |kind: &ConstraintKind| matches!(kind, ConstraintKind::ForeignKey { .. });
        match command {
            AlterAction::AddConstraint(added) => !(self.is_key && refers(&added.kind)),
            AlterAction::AddColumn { column, .. } => {
                let mut constraints = column.constraints.iter();
                !(self.is_key && constraints.any(|it| refers(&it.kind)))
            }
            AlterAction::ValidateConstraint { .. }
            | AlterAction::SetDefault { .. }
            | AlterAction::DropDefault { .. }
            | AlterAction::SetStatistics { .. }
            | AlterAction::SetNotNull { .. } => true,
            _ => false,
        }
    }
}

const fn is_key(kind: &ConstraintKind) -> bool {
    matches!(
        kind,
        ConstraintKind::Unique { .. } | ConstraintKind::PrimaryKey { .. }
    )
}

fn names(names: &[Name]) -> impl Iterator<Item = String> + '_ {
    names.iter().map(|name| name.name.clone())
}

/// Whether a name stands in the text as a word, in whatever case.
pub(super) fn mentions(text: &str, name: &str) -> bool {
    let (text, name) = (text.to_lowercase(), name.to_lowercase());
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == '$';
    text.match_indices(&name).any(|(at, found)| {
        let before = text[..at].chars().next_back();
        let behind = text[at + found.len()..].chars().next();
        !before.is_some_and(is_part) && !behind.is_some_and(is_part)
    })
}
