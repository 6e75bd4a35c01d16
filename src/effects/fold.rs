//! The fold: the effects of each statement in the state before it, then the state moves on.

mod state;

use super::code::{self, Run};
use super::touch::Touches;
use super::transaction::{Block, can_run_in_transaction};
use super::{
    Age, Certainty, Effect, Held, HeldElsewhere, HeldLock, Part, Under, Work, alter, plain, waits,
};
use crate::ir::{Action, Migration, Name, RelationKind, Statement};
use crate::postgres::{Access, LockMode, Version};
use crate::schema::{Catalog, Creation, Relation, RelationId};
use crate::sizes::Sizes;
use crate::source::SourceFile;
use std::collections::BTreeMap;
use std::sync::Arc;

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
    pub effects: Vec<Arc<Effect>>,
    /// `lock_timeout` is set: it gives up a lock that does not come.
    pub gives_up: bool,
    /// What its transaction has locked before, on other relations.
    pub held: HeldElsewhere,
    /// It runs code of which some cannot be seen.
    pub opaque: bool,
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
        let run = code::run(&self.catalog, &statement.action);
        let touched = match &run {
            Some(run) => self.touched_by_run(run),
            None => {
                let mut catalog = std::mem::take(&mut self.catalog);
                let touched = self.touches(&mut catalog, &statement.action);
                self.catalog = catalog;
                touched
            }
        };
        let in_transaction = self.block.is_open();
        let effects: Vec<Arc<Effect>> = touched
            .into_iter()
            .map(|touched| Arc::new(self.effect(file, touched, in_transaction)))
            .collect();
        let held = self.held_elsewhere(file, &effects, &statement.action);
        Step {
            can_run_in_transaction: can_run_in_transaction(&statement.action, &self.catalog),
            in_transaction,
            effects,
            gives_up: self.gives_up(),
            held,
            opaque: run.is_some_and(|run| run.opaque),
        }
    }

    /// Source: PostgreSQL documentation, "Client Connection Defaults": `lock_timeout`, of which zero switches it off.
    fn gives_up(&self) -> bool {
        let value = self.session.get("lock_timeout");
        value.is_some_and(|value| value.contains(|c| matches!(c, '1'..='9')))
    }

    /// Locks that the transaction holds on relations that none of these effects is about, where users of a table that was there before wait for them.
    fn held_elsewhere(
        &self,
        file: &SourceFile,
        effects: &[Arc<Effect>],
        action: &Action,
    ) -> HeldElsewhere {
        // Who asks for what was dropped waits for what takes its name.
        let renewed = |dropped: &Relation| {
            let name = dropped.full_name();
            let made = match action {
                Action::CreateTable(create) => Some(&create.name),
                Action::CreateTableAs(create) => Some(&create.name),
                _ => None,
            };
            self.catalog.find(&name).is_some_and(|it| !it.dropped)
                || made.is_some_and(|made| made.name == name.name)
        };
        let mut held: Vec<HeldLock> = Vec::new();
        for id in &self.block.seen {
            let Some((lock, span)) = self.block.held.get(id) else {
                continue;
            };
            let relation = self.catalog.get(*id);
            let index = relation.kind == RelationKind::Index;
            let table = match relation.table.filter(|_| index) {
                Some(table) => self.catalog.get(table),
                None => relation,
            };
            let keeps_users = Access::EVERYDAY
                .into_iter()
                .any(|access| access.waits_for(*lock));
            let here = effects.iter().any(|effect| effect.id == table.id);
            let gone = table.dropped && !renewed(table);
            if here || gone || !keeps_users || self.age(table) != Age::Earlier {
                continue;
            }
            let known = held.iter_mut().find(|known| known.id == table.id);
            match known {
                Some(known) => known.lock = known.lock.max(*lock),
                None => held.push(HeldLock {
                    id: table.id,
                    relation: table.name.clone(),
                    lock: *lock,
                    place: file.place(span.start),
                    estimate: self.sizes.of(table.schema.as_deref(), &table.name).cloned(),
                }),
            }
        }
        held.into_iter().collect()
    }

    /// Per relation, who waits while a statement that was looked at holds its locks, and its transaction those from before.
    #[must_use]
    pub fn waits(&self, statement: &Statement, step: &Step) -> BTreeMap<String, Vec<Access>> {
        let run = code::run(&self.catalog, &statement.action);
        let actions: Vec<&Action> = match &run {
            Some(run) => run.steps.iter().map(|step| &step.action).collect(),
            None => vec![&statement.action],
        };
        waits::of_statement(&self.catalog, self.version, &self.block, step, &actions)
    }

    /// Moves the state past a statement that was looked at.
    pub fn advance(&mut self, statement: &Statement, step: &Step) {
        if step.in_transaction {
            for effect in &step.effects {
                self.block.hold(effect, statement.span);
                if let Action::Dml(_) = &statement.action {
                    self.block.hold_rows(effect.id, &effect.blocks);
                }
            }
            for (id, waiting) in waits::through_catalog(&self.catalog, &statement.action) {
                self.block.hold_catalog(id, waiting);
            }
            let rows = waits::locked_rows(&self.catalog, &step.effects, &[&statement.action]);
            self.block.rows.extend(rows);
            self.block.cursor |= waits::is_cursor(&statement.action);
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
            self.block.let_go();
        }
    }

    /// What each relation is touched by, in the order of first touch.
    fn touches<'s>(&self, catalog: &mut Catalog, action: &'s Action) -> Vec<Touched<'s>> {
        let time_zone = self.session.get("timezone");
        let mut touches = Touches {
            catalog,
            version: self.version,
            in_transaction: self.block.is_open(),
            time_zone: time_zone.map(String::as_str),
            list: Vec::new(),
            dropping: Vec::new(),
            adding: Vec::new(),
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
        let mut grouped: Vec<Touched<'s>> = Vec::new();
        for (id, part) in touches.list {
            add(&mut grouped, id, vec![part], action);
        }
        grouped
    }

    /// What a run of statements touches, each in the state after the one before it; relations that it makes itself are left out.
    fn touched_by_run<'s>(&mut self, run: &'s Run) -> Vec<Touched<'s>> {
        let mut trial = self.catalog.clone();
        let before = self.catalog.relations().count();
        let mut grouped: Vec<Touched<'s>> = Vec::new();
        for step in &run.steps {
            for touched in self.touches(&mut trial, &step.action) {
                let Some(id) = self.known(&trial, touched.id, before) else {
                    continue;
                };
                let mut parts = touched.parts;
                for part in &mut parts {
                    part.command = 0;
                    if step.conditional {
                        part.certainty = part.certainty.max(Certainty::Assumed);
                    }
                }
                add(&mut grouped, id, parts, &step.action);
            }
            if !matches!(step.action, Action::Transaction(_)) {
                trial.apply(&step.action);
            }
        }
        grouped
    }

    /// The relation of a trial, here: one of the first `before`, or one that was there already and is named for the first time.
    fn known(&mut self, trial: &Catalog, id: RelationId, before: usize) -> Option<RelationId> {
        if (id.0 as usize) < before {
            return Some(id);
        }
        let relation = trial.get(id);
        let name = Name {
            schema: relation.schema.clone(),
            name: relation.name.clone(),
        };
        let earlier = relation.created.is_none() && relation.table.is_none();
        earlier.then(|| self.catalog.resolve(&name, relation.kind))
    }

    fn effect(&self, file: &SourceFile, touched: Touched<'_>, in_transaction: bool) -> Effect {
        let Touched { id, parts, actions } = touched;
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
            blocks: waits::blocks(&self.catalog, relation, lock, &actions),
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

    /// When a relation came to be; for an index of an earlier transaction that is when its table did.
    fn age(&self, relation: &Relation) -> Age {
        let made = |created: Creation| created.transaction == self.catalog.now.transaction;
        if relation.created.is_some_and(made) {
            return Age::ThisTransaction;
        }
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
}

fn strongest(parts: &[Part]) -> LockMode {
    let locks = parts.iter().map(|part| part.lock);
    locks.max().unwrap_or(LockMode::AccessShare)
}

/// A relation, and what the statements that touch it do there.
struct Touched<'s> {
    id: RelationId,
    parts: Vec<Part>,
    actions: Vec<&'s Action>,
}

fn add<'s>(list: &mut Vec<Touched<'s>>, id: RelationId, parts: Vec<Part>, action: &'s Action) {
    let Some(known) = list.iter_mut().find(|known| known.id == id) else {
        let actions = vec![action];
        return list.push(Touched { id, parts, actions });
    };
    known.parts.extend(parts);
    if !known
        .actions
        .iter()
        .any(|known| std::ptr::eq(*known, action))
    {
        known.actions.push(action);
    }
}
