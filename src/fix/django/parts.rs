//! An operation whose SQL is run in parts, since Django has no other form of it.

use super::module::Operation;
use crate::advice::Case;
use crate::finding::{Block, Finding, Remedy};
use crate::fix::apart::PutOff;
use crate::fix::draft::{THEN, word};
use crate::fix::reverse::Reverse;
use crate::fix::statement::ends_otherwise;
use crate::ir::{Action, AlterAction, Migration, Origin, Statement, Transaction};
use crate::rule::{quote, quote_name};

/// What an operation runs now, and in migrations of their own behind it.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub(super) now: Vec<String>,
    pub(super) later: Vec<Block>,
    /// What of it comes later than the operation does.
    pub(super) put_off: Vec<PutOff>,
    /// What it did and is left to a later release.
    pub(super) left: Vec<String>,
    /// What takes away a default that the operation itself has set: nothing has to be taken back of that.
    temporary: Vec<String>,
    /// A person has to decide.
    pub(super) is_unsafe: bool,
}

impl Parts {
    /// What the findings about an operation make of its SQL; nothing where none of them says how.
    pub(super) fn of(
        migration: &Migration,
        operation: &Operation<'_>,
        findings: &[&Finding],
    ) -> Option<Self> {
        let mut parts = Self::default();
        let mut is_changed = false;
        let mut defaults = Vec::new();
        let own = |it: &&Statement| it.span == operation.span;
        for statement in migration.statements.iter().filter(own) {
            let Origin::Generated(text) = &statement.origin else {
                return None;
            };
            let about = |it: &&&Finding| it.sql.as_deref() == Some(&**text);
            let about = findings.iter().filter(about);
            let remedies: Vec<&Remedy> = about.filter_map(|it| it.remedy.as_ref()).collect();
            if takes_away(statement, &mut defaults) {
                parts.temporary.push(format!("{text};"));
            }
            is_changed |= parts.add(migration, statement, text, &remedies);
        }
        is_changed.then_some(parts)
    }

    /// What takes back a statement of these; nothing where that cannot be told.
    pub(super) fn reverse(&self, statement: &String) -> Option<Reverse> {
        if self.temporary.contains(statement) || self.has_added(statement) {
            return Some(Reverse::Nothing);
        }
        Reverse::of(statement)
    }

    /// Whether a statement drops a constraint that one of these before it adds.
    fn has_added(&self, statement: &str) -> bool {
        let Some((_, name)) = statement.split_once(" DROP CONSTRAINT ") else {
            return false;
        };
        let added = format!(" ADD CONSTRAINT {} ", name.trim_end_matches(';'));
        let later = self.later.iter().flat_map(|block| &block.statements);
        let mut before = self
            .now
            .iter()
            .chain(later)
            .take_while(|it| *it != statement);
        before.any(|it| it.contains(&added))
    }

    /// Adds what is run for a statement; whether that is otherwise than it is.
    fn add(
        &mut self,
        migration: &Migration,
        statement: &Statement,
        text: &str,
        remedies: &[&Remedy],
    ) -> bool {
        if let Some(now) = remedies.iter().find_map(|it| released_first(statement, it)) {
            self.left.push(format!("{text};"));
            self.is_unsafe = true;
            self.run(statement, now.into_iter().map(|it| Block::new(vec![it])));
            return true;
        }
        let found = remedies
            .iter()
            .find_map(|it| Some((it, recipe(migration, statement, it)?)));
        if let Some((remedy, recipe)) = found {
            self.is_unsafe |= ends_otherwise(remedy, &recipe);
            self.run(statement, recipe);
            return true;
        }
        // It is there for what the same transaction has done before.
        let is_flush = matches!(
            statement.action,
            Action::Transaction(Transaction::SetConstraints { .. })
        );
        if is_flush && !self.later.is_empty() {
            return false;
        }
        let plain = format!("{text};");
        match self.later.last_mut() {
            Some(last) if word(last) == THEN => {
                last.statements.push(plain);
                self.put_off.push(PutOff::of(statement));
            }
            _ => self.run(statement, [Block::new(vec![plain])]),
        }
        false
    }

    /// Whatever follows what comes later does so too.
    fn run(&mut self, statement: &Statement, blocks: impl IntoIterator<Item = Block>) {
        for (at, block) in blocks.into_iter().enumerate() {
            if at == 0 && self.later.is_empty() && !block.outside_transaction {
                self.now.extend(block.statements);
            } else {
                self.later.push(block);
            }
        }
        if !self.later.is_empty() {
            self.put_off.push(PutOff::of(statement));
        }
    }
}

/// Whether a statement takes away a default that one before it has set; notes those that it sets.
fn takes_away<'s>(statement: &'s Statement, defaults: &mut Vec<&'s String>) -> bool {
    let Action::AlterTable(alter) = &statement.action else {
        return false;
    };
    let mut takes = false;
    for command in &alter.commands {
        match &command.action {
            AlterAction::AddColumn { column, .. } if column.default.is_some() => {
                defaults.push(&column.name);
            }
            AlterAction::SetDefault { column, .. } => defaults.push(column),
            AlterAction::DropDefault { column } => takes |= defaults.contains(&column),
            _ => {}
        }
    }
    takes
}

/// What a statement becomes: only where it does nothing else.
fn recipe(migration: &Migration, statement: &Statement, remedy: &Remedy) -> Option<Vec<Block>> {
    let is_setting = matches!(remedy, Remedy::LockTimeout { .. });
    let is_one = match &statement.action {
        Action::AlterTable(alter) => alter.commands.len() == 1,
        _ => true,
    };
    let case = Case {
        migration,
        statement,
    };
    let recipe = case.recipe(remedy);
    (!is_setting && is_one && !recipe.is_empty()).then_some(recipe)
}

/// What is run instead of a statement that has to wait until code is released: a column stays, and need not be named; a default stays.
fn released_first(statement: &Statement, remedy: &Remedy) -> Option<Vec<String>> {
    let Action::AlterTable(alter) = &statement.action else {
        return None;
    };
    match (alter.commands.as_slice(), remedy) {
        ([command], Remedy::DropColumnLater { required }) => {
            let AlterAction::DropColumn { column, .. } = &command.action else {
                return None;
            };
            let (table, column) = (quote_name(&alter.name), quote(column));
            let freed = format!("ALTER TABLE {table} ALTER COLUMN {column} DROP NOT NULL;");
            Some(required.then_some(freed).into_iter().collect())
        }
        ([command], Remedy::KeepDefault) => {
            matches!(command.action, AlterAction::DropDefault { .. }).then(Vec::new)
        }
        _ => None,
    }
}
