//! The fold: the effects of each statement in the state before it, then the state moves on.

use super::touch::Touches;
use super::transaction::{Block, can_run_in_transaction};
use super::{Age, Effect, Held, Part, Under, Work, alter, plain, waits};
use crate::ir::{Action, DmlKind, Migration, RelationKind, SetVariable, Statement, Transaction};
use crate::postgres::{Access, LockMode, Version};
use crate::schema::{Catalog, Relation, RelationId};
use crate::sizes::Sizes;
use crate::source::SourceFile;
use std::collections::BTreeMap;

/// Replays a history, statement by statement.
#[derive(Debug)]
pub struct Fold<'a> {
    pub catalog: Catalog,
    version: Version,
    sizes: &'a Sizes,
    /// What the config says a session starts with, by folded parameter name.
    parameters: &'a BTreeMap<String, String>,
    session: BTreeMap<String, String>,
    block: Block,
    /// The query that the last statement was part of.
    query: Option<usize>,
    /// The first migration that is pending, if a set of them is known.
    pending_from: Option<usize>,
}

/// What one statement does, seen from where it stands.
#[derive(Debug)]
pub struct Step {
    pub can_run_in_transaction: bool,
    /// Whether it stands inside a transaction that outlives it.
    pub in_transaction: bool,
    pub effects: Vec<Effect>,
}

impl<'a> Fold<'a> {
    /// An empty database, seen by a session with these parameters; `pending_from` counts migrations from 0.
    #[must_use]
    pub fn new(
        version: Version,
        sizes: &'a Sizes,
        parameters: &'a BTreeMap<String, String>,
        pending_from: Option<usize>,
    ) -> Self {
        Self {
            catalog: Catalog::default(),
            version,
            sizes,
            parameters,
            session: BTreeMap::new(),
            block: Block::default(),
            query: None,
            // Migrations are counted from 1 as they begin.
            pending_from: pending_from.map(|first| first + 1),
        }
    }

    /// Begins a migration: a fresh session, and the transaction that its runner opens; `joined` if that of the migration before it goes on.
    pub fn begin(&mut self, migration: &Migration, joined: bool) {
        self.session.clone_from(self.parameters);
        self.follow_search_path();
        self.catalog.now.migration += 1;
        self.query = None;
        if !joined {
            self.catalog.now.transaction += 1;
            self.block = Block::new(migration);
        }
    }

    /// Moves the state past a statement without asking what it does: for context.
    pub fn replay(&mut self, statement: &Statement) {
        self.enter(statement);
        self.apply(&statement.action);
    }

    /// What a statement does in the state before it. `advance` then moves the state on.
    pub fn look(&mut self, file: &SourceFile, statement: &Statement) -> Step {
        self.enter(statement);
        let touched = self.touches(&statement.action);
        let in_transaction = self.block.is_open();
        let mut effects: Vec<Effect> = Vec::new();
        for (id, parts) in touched {
            effects.push(self.effect(file, id, parts, in_transaction, &statement.action));
        }
        Step {
            can_run_in_transaction: can_run_in_transaction(&statement.action, &self.catalog),
            in_transaction,
            effects,
        }
    }

    /// Per relation, who waits while a statement that was looked at holds its locks, and its transaction those from before.
    #[must_use]
    pub fn waits(&self, statement: &Statement, step: &Step) -> BTreeMap<String, Vec<Access>> {
        waits::of_statement(
            &self.catalog,
            &self.block.held,
            &step.effects,
            &statement.action,
        )
    }

    /// Moves the state past a statement that was looked at.
    pub fn advance(&mut self, statement: &Statement, step: &Step) {
        if step.in_transaction {
            for effect in &step.effects {
                self.block.hold(effect.id, effect.lock, statement.span);
            }
        }
        self.apply(&statement.action);
    }

    /// A statement outside any transaction is one of its own, unless it shares a query with others.
    fn enter(&mut self, statement: &Statement) {
        if statement.query != self.query {
            self.query = statement.query;
            if self.block.set_implicit(statement.query.is_some()) {
                self.catalog.now.transaction += 1;
            }
        }
        if !self.block.is_open() {
            self.catalog.now.transaction += 1;
            self.block.held.clear();
        }
    }

    /// What each relation is touched by, in the order of first touch.
    fn touches(&mut self, action: &Action) -> Vec<(RelationId, Vec<Part>)> {
        let time_zone = self.session.get("timezone").cloned();
        let mut touches = Touches {
            catalog: &mut self.catalog,
            version: self.version,
            in_transaction: self.block.is_open(),
            time_zone: time_zone.as_deref(),
            list: Vec::new(),
            command: 0,
        };
        match action {
            Action::AlterTable(statement) => alter::alter(&mut touches, statement),
            Action::AlterDomain {
                name,
                command,
                not_valid,
            } => plain::alter_domain(&mut touches, name, command, *not_valid),
            other => plain::plain(&mut touches, other),
        }
        let mut grouped: Vec<(RelationId, Vec<Part>)> = Vec::new();
        for (id, part) in touches.list {
            match grouped.iter_mut().find(|(known, _)| *known == id) {
                Some((_, parts)) => parts.push(part),
                None => grouped.push((id, vec![part])),
            }
        }
        grouped
    }

    fn effect(
        &self,
        file: &SourceFile,
        id: RelationId,
        parts: Vec<Part>,
        in_transaction: bool,
        action: &Action,
    ) -> Effect {
        let relation = self.catalog.get(id);
        let lock = strongest(&parts);
        let table = relation
            .table
            .filter(|_| relation.kind == RelationKind::Index);
        let sized = table.map_or(relation, |table| self.catalog.get(table));
        let worst = parts.iter().max_by_key(|part| part.work);
        let work = worst.map_or(Work::None, |part| part.work);
        let under = self.block.held.get(&id).filter(|(held, _)| *held >= lock);
        Effect {
            relation: relation.name.clone(),
            schema: relation.schema.clone(),
            table: table.map(|table| self.catalog.get(table).name.clone()),
            lock,
            held: if in_transaction {
                Held::Transaction
            } else {
                Held::Statement
            },
            work,
            certainty: worst.map_or(super::Certainty::Known, |part| part.certainty),
            blocks: blocks(lock, work, action),
            under: under.map(|(lock, span)| Under {
                lock: *lock,
                place: file.place(span.start),
            }),
            estimate: self.sizes.of(sized.schema.as_deref(), &sized.name).cloned(),
            id,
            kind: relation.kind,
            age: self.age(relation),
            parts,
        }
    }

    /// When a relation came to be; for an index that is when its table did.
    fn age(&self, relation: &Relation) -> Age {
        let table = relation
            .table
            .map_or(relation, |table| self.catalog.get(table));
        let Some(created) = table.created else {
            return Age::Earlier;
        };
        if relation.temporary || created.transaction == self.catalog.now.transaction {
            Age::ThisTransaction
        } else if table.filled {
            // Made lately, but as large as what it was filled from.
            Age::Earlier
        } else if created.migration == self.catalog.now.migration {
            Age::ThisMigration
        } else if self
            .pending_from
            .is_some_and(|first| created.migration >= first)
        {
            Age::Pending
        } else {
            Age::Earlier
        }
    }

    fn apply(&mut self, action: &Action) {
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
            None if set.name == "all" => self.session.clone_from(self.parameters),
            None => {
                self.session.remove(&set.name);
                if let Some(default) = self.parameters.get(&set.name) {
                    self.session.insert(set.name.clone(), default.clone());
                }
            }
        }
        self.follow_search_path();
    }

    fn follow_search_path(&mut self) {
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

fn strongest(parts: &[Part]) -> LockMode {
    let locks = parts.iter().map(|part| part.lock);
    locks.max().unwrap_or(LockMode::AccessShare)
}

/// Who waits for this lock, and for the rows that an UPDATE or DELETE of many rows has locked.
fn blocks(lock: LockMode, work: Work, action: &Action) -> Vec<Access> {
    let mut blocked = lock.blocks();
    if let (Work::RowWrites, Action::Dml(dml)) = (work, action) {
        let rows: &[Access] = match dml.kind {
            DmlKind::Update | DmlKind::Delete => {
                &[Access::SelectForUpdate, Access::Update, Access::Delete]
            }
            DmlKind::Merge => &[Access::SelectForUpdate, Access::Update],
            DmlKind::Select | DmlKind::Insert => &[],
        };
        blocked.extend(rows);
        blocked.sort_unstable();
        blocked.dedup();
    }
    blocked
}
