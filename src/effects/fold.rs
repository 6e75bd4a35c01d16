//! The fold: the effects of each statement in the state before it, then the state moves on.

mod run;
mod standing;
mod state;
mod touched;

use super::code;
use super::outside_transaction::can_run_in_transaction;
use super::rows::Reached;
use super::step::{Piece, Step, Timeouts};
use super::timeout::timeout;
use super::touch::Touches;
use super::transaction::{Block, Watched};
use super::{
    Age, Effect, Held, HeldElsewhere, HeldLock, HeldMode, PENDING_EVENTS, Refusal, Under, Work,
    alter, plain, refusal, waits,
};
use crate::ir::{Action, Migration, Name, RelationKind, Statement, Unused};
use crate::postgres::{Access, LockMode, Version};
use crate::schema::{Catalog, Made, Relation, RelationId};
use crate::sizes::Sizes;
use crate::source::SourceFile;
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::sync::Arc;
use touched::{Touched, TouchedList};

/// Replays a history, statement by statement.
#[derive(Debug)]
pub struct Fold<'a> {
    pub catalog: Catalog,
    version: Version,
    sizes: &'a Sizes,
    /// What the config says a session starts with, by folded parameter name.
    parameters: &'a BTreeMap<String, String>,
    block: Block,
    /// The query that the last statement was part of.
    query: Option<usize>,
    /// Something in the migration could not be read.
    broken: bool,
    /// What a statement was to drop and could not.
    kept: FxHashSet<String>,
    /// Relations of which, in this migration, nobody knows whether that is all.
    doubted: Vec<RelationId>,
    /// The first migration that is pending, if a set of them is known.
    pending_from: Option<usize>,
    /// What code does not use any more, and the migration with which that began.
    unused: FxHashMap<Unused, usize>,
    /// The first migrations of each app so far.
    firsts: FxHashMap<String, Vec<usize>>,
    /// The file that runs, and those of its migrations that ran before.
    file: Option<(Arc<SourceFile>, Vec<usize>)>,
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
            block: Block::default(),
            query: None,
            broken: false,
            kept: FxHashSet::default(),
            doubted: Vec::new(),
            // Migrations are counted from 1 as they begin.
            pending_from: pending_from.map(|first| first.saturating_add(1)),
            unused: FxHashMap::default(),
            firsts: FxHashMap::default(),
            file: None,
        }
    }

    /// Begins a migration: a fresh session, and the transaction that its runner opens; `joined` if that of the migration before it goes on.
    pub fn begin(&mut self, migration: &Migration, joined: bool) {
        if std::mem::replace(&mut self.broken, !migration.problems.is_empty()) {
            self.catalog.lose_sight();
        }
        for id in std::mem::take(&mut self.doubted) {
            self.catalog.complete(id, true);
        }
        self.block.new_session(self.parameters);
        self.follow_search_path();
        self.catalog.now.migration += 1;
        let pending = self.pending_from.unwrap_or(usize::MAX);
        let unused = self.unused.iter().filter(|(_, since)| **since < pending);
        self.catalog.unused = unused.map(|(unused, _)| unused.clone()).collect();
        self.query = None;
        self.catalog.pending_from = self
            .pending_from
            .unwrap_or(usize::MAX)
            .min(self.catalog.now.migration);
        self.catalog.together.clear();
        self.join_file(migration);
        if !joined {
            self.catalog.end_session();
            self.catalog.now.transaction += 1;
            self.block.begin(migration, &mut self.catalog);
        }
    }

    /// What would come if, after the migration that ran last, something else came: the state is afterwards as it was.
    pub fn aside<T>(&mut self, look: impl FnOnce(&mut Self) -> T) -> T {
        self.block.end(&mut self.catalog);
        let (now, broken, kept) = (self.catalog.now, self.broken, self.kept.clone());
        let doubted = std::mem::take(&mut self.doubted);
        let mark = self.catalog.mark();
        let looked = look(self);
        self.block.end(&mut self.catalog);
        self.catalog.undo(&mark, Made::Forget);
        self.catalog.release(&mark);
        (self.catalog.now, self.broken, self.kept, self.doubted) = (now, broken, kept, doubted);
        looked
    }

    /// Whether a transaction is open.
    #[must_use]
    pub const fn in_transaction(&self) -> bool {
        self.block.is_open()
    }

    /// Moves the state past a statement without asking what it does: for context.
    pub fn replay(&mut self, statement: &Statement) {
        self.enter(statement);
        let action = &statement.action;
        self.catalog.guess(statement.perhaps);
        match code::run(&self.catalog, action) {
            Some(run) => {
                if run.makes_relations(action) {
                    self.try_out(&run, action, |_, _, _| None);
                }
                self.apply_run(&run, action);
            }
            None => self.apply_one(action),
        }
        self.catalog.guess(false);
    }

    /// What a statement does in the state before it. `advance` then moves the state on. `ask` is told each piece of it: the statement alone, and before that all that it
    /// makes run, each in the state that it meets.
    pub fn look(
        &mut self,
        file: &SourceFile,
        statement: &Statement,
        mut ask: impl FnMut(Piece<'_>),
    ) -> Step {
        self.enter(statement);
        let action = &statement.action;
        if let Some(run) = code::run(&self.catalog, action) {
            return self.look_at_run(file, statement, &run, &mut ask);
        }
        let refusals = if statement.perhaps {
            Vec::new()
        } else {
            self.refusals(action)
        };
        self.catalog.note(action);
        let mut touched = TouchedList::default();
        for (id, part) in self.touches(action, self.block.is_open()) {
            touched.add(id, part, action);
        }
        let step = Step {
            refusals,
            ..self.step(file, touched.into_list(), action)
        };
        ask(Piece {
            catalog: &self.catalog,
            statement,
            step: &step,
        });
        step
    }

    /// What comes of what a statement, or several that one makes run, touch.
    fn step(&self, file: &SourceFile, touched: Vec<Touched<'_>>, action: &Action) -> Step {
        let reached = Reached::new(&self.catalog);
        let effects: Vec<Arc<Effect>> = touched
            .into_iter()
            .map(|touched| Arc::new(self.effect(file, touched, &reached)))
            .collect();
        let held = self.held_elsewhere(file, &effects, action);
        let timeouts = self.timeouts();
        Step {
            can_run_in_transaction: can_run_in_transaction(action, &self.catalog),
            in_transaction: self.block.is_open(),
            effects,
            gives_up: timeouts.lock.is_some() || is_nowait(action),
            timeouts,
            held,
            refusals: Vec::new(),
            in_code: false,
            commits: false,
            opaque: false,
            unread: Vec::new(),
        }
    }

    fn timeouts(&self) -> Timeouts {
        let value = |name| self.block.session().get(name).and_then(timeout);
        Timeouts {
            lock: value("lock_timeout"),
            statement: value("statement_timeout"),
        }
    }

    /// A statement is passed over. What it was to take away may be gone where it is mended; what it was to make is there, but until the migration ends nobody knows
    /// whether that is all.
    fn leave(&mut self, refusals: &[Refusal]) {
        for refusal in refusals {
            self.kept.extend(refusal.keeps().map(str::to_owned));
            if let Some(id) = refusal.relation {
                let whole = self.catalog.get(id).complete;
                self.doubted.extend(whole.then_some(id));
                self.catalog.complete(id, false);
            }
        }
    }

    /// Why the server refuses a statement, of which no name is noted yet.
    fn refusals(&self, action: &Action) -> Vec<Refusal> {
        if self.broken {
            return Vec::new();
        }
        let scene = refusal::Scene {
            catalog: &self.catalog,
            version: self.version,
            deferred: self.block.holdings().deferred(),
        };
        let mut refusals = refusal::of(scene, action);
        refusals.retain(|refusal| !refusal.finds(&self.kept));
        refusals
    }

    /// Locks that the transaction holds on relations that none of these effects is about, where users of a table that was there before wait for them.
    fn held_elsewhere(
        &self,
        file: &SourceFile,
        effects: &[Arc<Effect>],
        action: &Action,
    ) -> HeldElsewhere {
        let elsewhere = self.block.holdings().elsewhere();
        if elsewhere.is_empty() {
            return HeldElsewhere::default();
        }
        // Who asks for what was dropped waits for what takes its name.
        let renewed = made_by(action).and_then(|name| {
            let name = self.catalog.qualified(name);
            elsewhere.dropped(&name)
        });
        // Where work is done elsewhere, what is only touched waits for that as well, by the lock from before.
        let works = effects.iter().any(|effect| effect.work > Work::None);
        let only_waits = |effect: &Effect| {
            let under = effect.under.is_some_and(|under| under.lock > effect.lock);
            works && under && effect.work == Work::None
        };
        let here = effects.iter().filter(|effect| !only_waits(effect));
        let here: FxHashSet<RelationId> = here.map(|effect| effect.id).collect();
        let told = |(id, lock, span): Watched| {
            let table = self.catalog.get(id);
            HeldLock {
                id,
                relation: table.name.clone(),
                lock,
                place: file.place(span.start),
                estimate: self.size(table, Work::None),
            }
        };
        let mut modes = Vec::new();
        for lock in LockMode::ALL.into_iter().rev() {
            let (few, total) = elsewhere.in_mode(lock, &here, renewed);
            if total > 0 {
                let few = few.into_iter().map(told).collect();
                modes.push(HeldMode { lock, few, total });
            }
        }
        HeldElsewhere::new(modes, elsewhere.is_hot_beside(&here))
    }

    /// Per relation, who waits while a statement that was looked at holds its locks, and its transaction those from before.
    #[must_use]
    pub fn waits(&self, statement: &Statement, step: &Step) -> BTreeMap<String, Vec<Access>> {
        let run = code::run(&self.catalog, &statement.action);
        let actions: Vec<&Action> = match &run {
            Some(run) => run.actions(&statement.action).collect(),
            None => vec![&statement.action],
        };
        waits::of_statement(
            &self.catalog,
            self.version,
            self.block.holdings(),
            step,
            &actions,
        )
    }

    /// Moves the state past a statement that was looked at.
    pub fn advance(&mut self, statement: &Statement, step: &Step) {
        let action = &statement.action;
        let run = code::run(&self.catalog, action);
        if step.in_transaction {
            self.hold(statement, step);
            self.forget_events(&step.refusals);
            if run.is_none() && !statement.perhaps {
                self.defer(action);
            }
        }
        self.catalog.guess(statement.perhaps);
        match &run {
            Some(run) => self.apply_run(run, action),
            None if step.refusals.iter().any(Refusal::leaves_all) => self.leave(&step.refusals),
            None => self.apply_one(action),
        }
        self.catalog.guess(false);
        // A statement that has ended the transaction has let go of everything.
        if step.in_transaction && self.block.is_open() {
            let mut made: Vec<&Name> = made_by(action).into_iter().collect();
            if let Some(run) = &run {
                made.extend(run.actions(action).filter_map(made_by));
            }
            self.watch(&step.effects, made);
        }
    }

    /// Notes what a statement puts off until its transaction ends.
    fn defer(&mut self, action: &Action) {
        let deferred = self.block.holdings_mut().deferred_mut();
        deferred.note(&self.catalog, action);
    }

    /// Events that are told of are told of once.
    fn forget_events(&mut self, refusals: &[Refusal]) {
        let told = refusals.iter().filter(|one| one.sqlstate == PENDING_EVENTS);
        for table in told.filter_map(|one| one.relation) {
            for table in self.catalog.descendants(table).into_iter().chain([table]) {
                self.block.holdings_mut().deferred_mut().forget(table);
            }
        }
    }

    /// Notes what a statement keeps locked until its transaction ends.
    fn hold(&mut self, statement: &Statement, step: &Step) {
        let held = self.block.holdings_mut();
        for effect in &step.effects {
            let table = table_of(self.catalog.get(effect.id));
            held.hold(effect, table, statement.span);
            if let Action::Dml(_) = &statement.action {
                held.hold_rows(effect.id, effect.blocks);
            }
        }
        for (id, waiting) in waits::through_catalog(&self.catalog, &statement.action) {
            held.wait(id, waiting);
        }
        held.lock_rows(waits::locked_rows(
            &self.catalog,
            &step.effects,
            &[&statement.action],
        ));
        if waits::is_cursor(&statement.action) {
            held.open_cursor();
        }
    }

    /// Looks anew at the tables that a statement has locked, and at those that it has made.
    fn watch(&mut self, effects: &[Arc<Effect>], made: Vec<&Name>) {
        for effect in effects {
            let id = table_of(self.catalog.get(effect.id));
            let table = self.catalog.get(id);
            let earlier = self.age(table) == Age::Earlier;
            let size = self.sizes.of(table.schema.as_deref(), &table.name);
            let hot = size.is_some_and(|size| size.hot);
            let elsewhere = self.block.holdings_mut().elsewhere_mut();
            elsewhere.watch(&self.catalog, table, earlier, hot);
        }
        for name in made {
            let name = self.catalog.qualified(name);
            let elsewhere = self.block.holdings_mut().elsewhere_mut();
            elsewhere.rename(&self.catalog, &name);
        }
    }

    /// A statement outside any transaction is one of its own, unless it shares a query with others.
    fn enter(&mut self, statement: &Statement) {
        if statement.query != self.query {
            self.query = statement.query;
            let several = statement.query.is_some();
            if self.block.set_implicit(several, &mut self.catalog) {
                self.catalog.now.transaction += 1;
            }
        }
        if !self.block.is_open() {
            self.catalog.now.transaction += 1;
            // A statement outside any transaction lets go of all it held.
            self.block.end(&mut self.catalog);
        }
    }

    /// What each relation is touched by, in the order of touch; `in_transaction`: what is done piece by piece does not commit in between.
    fn touches(&self, action: &Action, in_transaction: bool) -> Vec<(RelationId, super::Part)> {
        let mut touches = Touches {
            catalog: &self.catalog,
            version: self.version,
            in_transaction,
            time_zone: self.block.session().get("timezone"),
            list: Vec::new(),
            dropping: Vec::new(),
            going: Vec::new(),
            reused: Vec::new(),
            adding: Vec::new(),
            command: 0,
        };
        match action {
            Action::AlterTable(statement) => alter::alter(&mut touches, statement),
            Action::AlterDomain {
                name,
                change,
                not_valid,
            } => plain::alter_domain(&mut touches, name, *change, *not_valid),
            other => plain::plain(&mut touches, other),
        }
        touches.list
    }

    fn effect(&self, file: &SourceFile, touched: Touched<'_>, reached: &Reached<'_>) -> Effect {
        let lock = touched.lock();
        let Touched { id, parts, actions } = touched;
        let relation = self.catalog.get(id);
        let table = relation
            .table
            .filter(|_| relation.kind == RelationKind::Index);
        let sized = table.map_or(relation, |table| self.catalog.get(table));
        let worst = parts.iter().max_by_key(|part| part.work);
        let work = worst.map_or(Work::None, |part| part.work);
        let under = self.block.holdings().lock_on(id);
        Effect {
            relation: relation.name.clone(),
            schema: relation.schema.clone(),
            table: table.map(|table| self.catalog.get(table).name.clone()),
            lock,
            held: if self.block.is_open() {
                Held::Transaction
            } else {
                Held::Statement
            },
            work,
            certainty: worst.map_or(super::Certainty::Known, |part| part.certainty),
            blocks: waits::blocks(reached, relation, lock, &actions),
            under: under
                .filter(|(held, _)| *held >= lock)
                .map(|(lock, span)| Under {
                    lock,
                    place: file.place(span.start),
                }),
            estimate: self.estimate(relation, sized, &parts, &actions),
            id,
            kind: relation.kind,
            age: self.age(relation),
            parts,
        }
    }
}

/// A relation, or for an index its table.
fn table_of(relation: &Relation) -> RelationId {
    let table = relation
        .table
        .filter(|_| relation.kind == RelationKind::Index);
    table.unwrap_or(relation.id)
}

/// Whether it does not wait for a lock at all.
const fn is_nowait(action: &Action) -> bool {
    matches!(action, Action::LockTable { nowait: true, .. })
}

/// The name of the table that a statement makes.
fn made_by(action: &Action) -> Option<&Name> {
    match action {
        Action::CreateTable(create) => Some(&create.name),
        Action::CreateTableAs(create) => Some(&create.name),
        _ => None,
    }
}
