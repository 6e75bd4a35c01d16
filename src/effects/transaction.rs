//! The transaction that is open, and all that it knows: what it holds, who waits for it, and where it can go back to.

mod deferred;
mod elsewhere;

use super::{Age, Effect};
use crate::ir::{Action, Migration, RowLock, SetVariable, Transaction};
use crate::postgres::{Access, Accesses, LockMode};
use crate::schema::{Catalog, Made, Mark, RelationId, Undo, UndoMap, UndoSet};
use crate::source::{Span, TransactionMode};
pub(super) use deferred::Deferred;
pub(super) use elsewhere::{Elsewhere, Watched};
use std::collections::BTreeMap;

/// The transaction that is open, if one is.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// A transaction block: the runner's, or one that BEGIN opened.
    explicit: bool,
    /// The file is one query of several statements: whatever no block covers is still one transaction.
    implicit: bool,
    /// Code runs, which is a transaction where none is open.
    code: bool,
    holdings: Holdings,
    session: Session,
    /// Places to go back to: the start of the transaction, and each savepoint. Kept only where the migration rolls back.
    start: Option<Place>,
    savepoints: Vec<(String, Option<Place>)>,
    rolls_back: bool,
}

/// What a transaction holds until it ends, or goes back.
#[derive(Debug, Default)]
pub(super) struct Holdings {
    /// The strongest lock on each relation, and the statement that took it.
    locks: UndoMap<RelationId, (LockMode, Span)>,
    /// Who waits for rows, of the table or of the catalog, that earlier statements have written or locked.
    waiting: UndoMap<RelationId, Accesses>,
    /// Tables of which earlier statements have locked all rows, and how.
    rows: UndoSet<(RelationId, RowLock)>,
    /// Tables whose users wait until the transaction ends.
    elsewhere: Elsewhere,
    /// What is put off until it ends.
    deferred: Deferred,
    /// A cursor is open, and with it a snapshot.
    cursor: bool,
}

/// What was held before code ran.
#[derive(Debug)]
pub(super) struct CodePlace {
    held: [usize; Holdings::MAPS],
    session: usize,
    cursor: bool,
}

/// A state of the catalog and of what is held.
#[derive(Debug)]
struct Place {
    catalog: Mark,
    held: [usize; Holdings::MAPS],
    session: usize,
    cursor: bool,
}

/// The parameters that a session has, by folded name; a rollback sets them back.
#[derive(Debug, Default)]
pub(super) struct Session {
    values: UndoMap<String, String>,
    /// What SET LOCAL has covered until the transaction ends.
    covered: Vec<(String, Option<String>)>,
}

impl Session {
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str)
    }

    /// Follows SET and RESET; `defaults` are what the session began with.
    pub(super) fn set(&mut self, set: &SetVariable, defaults: &BTreeMap<String, String>) {
        let known = self.covered.iter().position(|(name, _)| *name == set.name);
        match known {
            None if set.local => {
                let value = self.values.get(&set.name).cloned();
                self.covered.push((set.name.clone(), value));
            }
            Some(at) if !set.local => drop(self.covered.remove(at)),
            _ => {}
        }
        match &set.value {
            Some(value) => self.values.insert(set.name.clone(), value.join(",")),
            None if matches!(&*set.name, "all" | "discard") => self.reset(defaults),
            None => match defaults.get(&set.name) {
                Some(default) => self.values.insert(set.name.clone(), default.clone()),
                None => self.values.remove(&set.name),
            },
        }
    }

    /// Has what a session begins with, and nothing else.
    fn reset(&mut self, defaults: &BTreeMap<String, String>) {
        self.covered.clear();
        let set: Vec<String> = self
            .values
            .entries()
            .map(|(name, _)| name.clone())
            .collect();
        for name in set {
            self.values.remove(&name);
        }
        for (name, value) in defaults {
            self.values.insert(name.clone(), value.clone());
        }
    }

    /// The transaction ends: what SET LOCAL has set is over.
    fn uncover(&mut self) {
        for (name, value) in self.covered.drain(..) {
            match value {
                Some(value) => self.values.insert(name, value),
                None => self.values.remove(&name),
            }
        }
        self.values.settle();
    }

    /// Goes back to a mark.
    fn undo(&mut self, mark: usize) {
        self.values.undo(mark);
    }
}

/// Who waits for a lock on rows, and for nothing else.
const ROWS: Accesses = Accesses::of(&[Access::SelectForUpdate, Access::Update, Access::Delete]);

impl Holdings {
    const MAPS: usize = 3 + Elsewhere::MAPS + Deferred::MAPS;

    fn maps(&mut self) -> [&mut dyn Undo; Self::MAPS] {
        let [strongest, waited_for, counts, hot, dropped] = self.elsewhere.maps();
        let [events, set] = self.deferred.maps();
        let (locks, waiting, rows) = (&mut self.locks, &mut self.waiting, &mut self.rows);
        [
            locks, waiting, rows, strongest, waited_for, counts, hot, dropped, events, set,
        ]
    }

    /// The strongest lock on a relation, and the statement that took it.
    pub(super) fn lock_on(&self, id: RelationId) -> Option<(LockMode, Span)> {
        self.locks.get(&id).copied()
    }

    pub(super) fn locks(&self) -> impl Iterator<Item = (RelationId, LockMode)> {
        self.locks.entries().map(|(id, (lock, _))| (*id, *lock))
    }

    pub(super) fn waiting(&self) -> impl Iterator<Item = (RelationId, Accesses)> {
        self.waiting.entries().map(|(id, set)| (*id, *set))
    }

    pub(super) fn rows(&self) -> impl Iterator<Item = (RelationId, RowLock)> {
        self.rows.range(..).copied()
    }

    pub(super) const fn has_cursor(&self) -> bool {
        self.cursor
    }

    pub(super) const fn deferred(&self) -> &Deferred {
        &self.deferred
    }

    pub(super) const fn deferred_mut(&mut self) -> &mut Deferred {
        &mut self.deferred
    }

    pub(super) const fn elsewhere(&self) -> &Elsewhere {
        &self.elsewhere
    }

    pub(super) const fn elsewhere_mut(&mut self) -> &mut Elsewhere {
        &mut self.elsewhere
    }

    /// Notes a lock that is kept until the transaction ends; `table` is the relation, or for an index its table.
    pub(super) fn hold(&mut self, effect: &Effect, table: RelationId, statement: Span) {
        let lock = effect.lock;
        if self.lock_on(effect.id).is_none_or(|(held, _)| lock > held) {
            self.locks.insert(effect.id, (lock, statement));
        }
        // What it has made itself nobody else can see.
        if effect.age != Age::ThisTransaction {
            self.elsewhere.hold(table, lock, statement);
        }
    }

    /// Notes the rows that are locked until the transaction ends.
    pub(super) fn hold_rows(&mut self, id: RelationId, blocks: Accesses) {
        self.wait(id, blocks.among(ROWS));
    }

    /// Notes who waits for rows until the transaction ends.
    pub(super) fn wait(&mut self, id: RelationId, waiting: Accesses) {
        let known = self.waiting.get(&id).copied().unwrap_or_default();
        if !waiting.without(known).is_empty() {
            self.waiting.insert(id, known | waiting);
        }
    }

    /// Notes tables of which all rows are locked until the transaction ends.
    pub(super) fn lock_rows(&mut self, rows: Vec<(RelationId, RowLock)>) {
        for row in rows {
            self.rows.insert(row);
        }
    }

    pub(super) const fn open_cursor(&mut self) {
        self.cursor = true;
    }
}

impl Block {
    /// A migration begins, in a session of its own.
    pub(super) fn new_session(&mut self, defaults: &BTreeMap<String, String>) {
        self.session.reset(defaults);
    }

    /// The state in which a runner starts a migration.
    pub(super) fn begin(&mut self, migration: &Migration, catalog: &mut Catalog) {
        self.end(catalog);
        (self.explicit, self.implicit) = match migration.transaction {
            TransactionMode::PerFile | TransactionMode::AllPending => (true, false),
            TransactionMode::Implicit => (false, migration.statements.len() > 1),
            TransactionMode::PerStatement | TransactionMode::None => (false, false),
        };
        self.rolls_back = migration.statements.iter().any(|statement| {
            matches!(
                statement.action,
                Action::Transaction(Transaction::Rollback { .. } | Transaction::RollbackTo(_))
            )
        });
        if self.explicit {
            self.start = self.place(catalog);
        }
    }

    pub(super) const fn session(&self) -> &Session {
        &self.session
    }

    pub(super) const fn session_mut(&mut self) -> &mut Session {
        &mut self.session
    }

    pub(super) const fn holdings(&self) -> &Holdings {
        &self.holdings
    }

    pub(super) const fn holdings_mut(&mut self) -> &mut Holdings {
        &mut self.holdings
    }

    /// Begins a query, of several statements or of one; `true` where that begins a transaction.
    pub(super) fn set_implicit(&mut self, several: bool, catalog: &mut Catalog) -> bool {
        if self.explicit {
            return false;
        }
        self.implicit = several;
        self.end(catalog);
        several
    }

    /// Whether locks taken now are held beyond the statement.
    pub(super) const fn is_open(&self) -> bool {
        self.explicit || self.implicit || self.code
    }

    /// Code is run, to be gone back from.
    pub(super) fn enter_code(&mut self) -> CodePlace {
        let mut held = [0; Holdings::MAPS];
        for (at, map) in held.iter_mut().zip(self.holdings.maps()) {
            *at = map.mark();
        }
        CodePlace {
            held,
            session: self.session.values.mark(),
            cursor: self.holdings.cursor,
        }
    }

    /// Whether code runs, rather than the statement that makes it run.
    pub(super) const fn set_code(&mut self, code: bool) {
        self.code = code;
    }

    /// COMMIT or ROLLBACK in code: where that is a transaction of its own it lets go of everything. Inside a block it fails.
    pub(super) fn commit_in_code(&mut self) {
        if !self.explicit && !self.implicit {
            for map in self.holdings.maps() {
                map.undo(0);
            }
            self.holdings.cursor = false;
        }
    }

    /// Goes back to before the code.
    pub(super) fn leave_code(&mut self, place: &CodePlace) {
        self.code = false;
        for (at, map) in place.held.into_iter().zip(self.holdings.maps()) {
            map.undo(at);
        }
        self.holdings.cursor = place.cursor;
        self.session.undo(place.session);
        let mut savepoints = self.savepoints.iter().map(|(_, place)| place);
        if self.start.is_none() && savepoints.all(Option::is_none) {
            for map in self.holdings.maps() {
                map.settle();
            }
            self.session.values.settle();
        }
    }

    /// Follows transaction control; `true` where a transaction ended.
    pub(super) fn apply(&mut self, transaction: &Transaction, catalog: &mut Catalog) -> bool {
        match transaction {
            // Inside a block it is a warning and nothing more.
            Transaction::Begin if self.explicit => {}
            Transaction::Begin => {
                self.explicit = true;
                self.start = self.place(catalog);
            }
            Transaction::Commit { chain } => return self.finish(*chain, catalog),
            Transaction::Rollback { chain } => {
                if let Some(start) = &self.start {
                    catalog.undo(&start.catalog, Made::Keep);
                    self.session.undo(start.session);
                    self.session.covered.clear();
                }
                return self.finish(*chain, catalog);
            }
            Transaction::Savepoint(name) => {
                let place = self.place(catalog);
                self.savepoints.push((name.clone(), place));
            }
            Transaction::Release(name) => {
                if let Some(at) = self.find(name) {
                    self.forget_savepoints(at, catalog);
                }
            }
            Transaction::RollbackTo(name) => {
                if let Some(at) = self.find(name) {
                    self.forget_savepoints(at + 1, catalog);
                    self.go_back(at, catalog);
                }
            }
            Transaction::TwoPhase => return self.finish(false, catalog),
            Transaction::SetConstraints { names, deferred } => {
                let names: Vec<String> = names.iter().map(|name| name.name.clone()).collect();
                self.holdings.deferred.set(&names, *deferred);
            }
            Transaction::EndPrepared | Transaction::Other => {}
        }
        false
    }

    fn finish(&mut self, chain: bool, catalog: &mut Catalog) -> bool {
        self.end(catalog);
        self.explicit = chain;
        if chain {
            self.start = self.place(catalog);
        }
        true
    }

    /// Nothing is held any more, and there is nothing to go back to.
    pub(super) fn end(&mut self, catalog: &mut Catalog) {
        self.forget_savepoints(0, catalog);
        if let Some(start) = self.start.take() {
            catalog.release(&start.catalog);
        }
        self.session.uncover();
        self.holdings = Holdings::default();
    }

    fn find(&self, name: &str) -> Option<usize> {
        let mut savepoints = self.savepoints.iter();
        savepoints.rposition(|(known, _)| known == name)
    }

    fn forget_savepoints(&mut self, from: usize, catalog: &mut Catalog) {
        for (_, place) in self.savepoints.drain(from..).rev() {
            if let Some(place) = place {
                catalog.release(&place.catalog);
            }
        }
    }

    fn go_back(&mut self, savepoint: usize, catalog: &mut Catalog) {
        let Some((_, Some(place))) = self.savepoints.get(savepoint) else {
            return;
        };
        catalog.undo(&place.catalog, Made::Keep);
        for (at, map) in place.held.into_iter().zip(self.holdings.maps()) {
            map.undo(at);
        }
        self.holdings.cursor = place.cursor;
        self.session.undo(place.session);
    }

    fn place(&mut self, catalog: &mut Catalog) -> Option<Place> {
        if !self.rolls_back {
            return None;
        }
        let mut held = [0; Holdings::MAPS];
        for (at, map) in held.iter_mut().zip(self.holdings.maps()) {
            *at = map.mark();
        }
        Some(Place {
            catalog: catalog.mark(),
            held,
            session: self.session.values.mark(),
            cursor: self.holdings.cursor,
        })
    }
}
