//! Whether what one statement does may be put off until others are done.

use crate::ir::{
    Action, AlterAction, ConstraintKind, Migration, Name, ObjectKind, RelationKind, Statement,
};

/// What is put off, as far as others may need it.
#[derive(Debug)]
pub(super) struct PutOff {
    /// The relation that it works on, and what it makes or takes away there.
    table: Vec<String>,
    things: Vec<String>,
    /// Others may need that rows are unique.
    is_key: bool,
}

impl PutOff {
    pub(super) fn of(statement: &Statement) -> Self {
        let mut put_off = Self {
            table: Vec::new(),
            things: Vec::new(),
            is_key: false,
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
                        AlterAction::DetachPartition { partition, .. } => {
                            put_off.things.push(partition.name.clone());
                        }
                        _ => {}
                    }
                }
            }
            Action::Drop(drop) => put_off.things.extend(names(&drop.names)),
            Action::Refresh { view, .. } => put_off.things.push(view.name.clone()),
            Action::Reindex { name, .. } => {
                put_off.things.extend(name.iter().map(|it| it.name.clone()));
            }
            _ => {}
        }
        put_off
    }

    /// Whether another statement does the same before it as behind it.
    pub(super) fn may_wait_for(&self, other: &Statement, migration: &Migration) -> bool {
        let text = migration.text_of(other);
        let mentions = |names: &[String]| names.iter().any(|name| mentions(text, name));
        if mentions(&self.things) {
            return false;
        }
        if self.table.is_empty() {
            return true;
        }
        if !mentions(&self.table) {
            // CASCADE may take along what is not named, but an index takes nothing; what code does is not looked at.
            return match &other.action {
                Action::Drop(drop) => {
                    !drop.cascade || drop.kind == ObjectKind::Relation(RelationKind::Index)
                }
                Action::Do { .. } | Action::Unknown => false,
                _ => true,
            };
        }
        match &other.action {
            Action::CreateIndex(_) => true,
            Action::Dml(_) => !self.is_key,
            Action::AlterTable(alter) => {
                alter.commands.iter().all(|command| match &command.action {
                    AlterAction::AddConstraint(added) => {
                        !(self.is_key && matches!(added.kind, ConstraintKind::ForeignKey { .. }))
                    }
                    AlterAction::AddColumn { column, .. } => {
                        !(self.is_key
                            && column
                                .constraints
                                .iter()
                                .any(|it| matches!(it.kind, ConstraintKind::ForeignKey { .. })))
                    }
                    AlterAction::ValidateConstraint { .. }
                    | AlterAction::SetDefault { .. }
                    | AlterAction::DropDefault { .. }
                    | AlterAction::SetStatistics { .. }
                    | AlterAction::SetNotNull { .. } => true,
                    _ => false,
                })
            }
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

fn names(names: &[Name]) -> impl Iterator<Item = String> {
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
