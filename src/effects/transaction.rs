//! Transactions: which statements share one, which locks it holds, which statements refuse to run in one.

use super::{Age, Effect};
use crate::ir::{Action, Migration, RowLock, Transaction};
use crate::postgres::{Access, LockMode};
use crate::schema::{Catalog, RelationId};
use crate::source::{Span, TransactionMode};
use std::collections::{BTreeMap, BTreeSet};

/// The transaction that is open, if one is, and the locks that it holds.
#[derive(Debug, Default)]
pub(super) struct Block {
    /// A transaction block: the runner's, or one that BEGIN opened.
    explicit: bool,
    /// The file is one query of several statements: whatever no block covers is still one transaction.
    implicit: bool,
    /// The strongest lock on each relation, and the statement that took it.
    pub(super) held: BTreeMap<RelationId, (LockMode, Span)>,
    /// Which of these others can see: they were there before the transaction.
    pub(super) seen: BTreeSet<RelationId>,
    /// Who waits for rows, of the table or of the catalog, that earlier statements have written or locked.
    pub(super) waiting: BTreeMap<RelationId, Vec<Access>>,
    /// Tables of which earlier statements have locked all rows, and how.
    pub(super) rows: Vec<(RelationId, RowLock)>,
    /// A cursor is open, and with it a snapshot.
    pub(super) cursor: bool,
    /// State to go back to: at the start of the transaction, and at each savepoint. Kept only where the migration rolls back.
    start: Option<Box<Catalog>>,
    savepoints: Vec<Savepoint>,
    rolls_back: bool,
}

/// Who waits for a lock on rows, and for nothing else.
const ROWS: [Access; 3] = [Access::SelectForUpdate, Access::Update, Access::Delete];

#[derive(Debug)]
struct Savepoint {
    name: String,
    held: BTreeMap<RelationId, (LockMode, Span)>,
    catalog: Option<Box<Catalog>>,
}

impl Block {
    /// The state in which a runner starts a migration.
    pub(super) fn new(migration: &Migration) -> Self {
        let (explicit, implicit) = match migration.transaction {
            TransactionMode::PerFile | TransactionMode::AllPending => (true, false),
            TransactionMode::Implicit => (false, migration.statements.len() > 1),
            TransactionMode::PerStatement | TransactionMode::None => (false, false),
        };
        let rolls_back = migration.statements.iter().any(|statement| {
            matches!(
                statement.action,
                Action::Transaction(Transaction::Rollback { .. } | Transaction::RollbackTo(_))
            )
        });
        Self {
            explicit,
            implicit,
            rolls_back,
            ..Self::default()
        }
    }

    /// Begins a query, of several statements or of one; `true` where that begins a transaction.
    pub(super) fn set_implicit(&mut self, several: bool) -> bool {
        if self.explicit {
            return false;
        }
        self.implicit = several;
        self.let_go();
        several
    }

    /// Whether locks taken now are held beyond the statement.
    pub(super) fn is_open(&self) -> bool {
        self.explicit || self.implicit
    }

    /// Notes a lock that is kept until the transaction ends.
    pub(super) fn hold(&mut self, effect: &Effect, statement: Span) {
        let lock = effect.lock;
        let entry = self.held.entry(effect.id).or_insert((lock, statement));
        if lock > entry.0 {
            *entry = (lock, statement);
        }
        if effect.age != Age::ThisTransaction {
            self.seen.insert(effect.id);
        }
    }

    /// Forgets all that was held.
    pub(super) fn let_go(&mut self) {
        self.held.clear();
        self.seen.clear();
        self.waiting.clear();
        self.rows.clear();
    }

    /// Notes the rows that are locked until the transaction ends.
    pub(super) fn hold_rows(&mut self, id: RelationId, blocks: &[Access]) {
        let rows = blocks.iter().filter(|access| ROWS.contains(access));
        self.waiting.entry(id).or_default().extend(rows);
    }

    /// Notes who waits for a row of the catalog until the transaction ends.
    pub(super) fn hold_catalog(&mut self, id: RelationId, waiting: Vec<Access>) {
        self.waiting.entry(id).or_default().extend(waiting);
    }

    /// Follows transaction control; `true` where a transaction ended.
    pub(super) fn apply(&mut self, transaction: &Transaction, catalog: &mut Catalog) -> bool {
        match transaction {
            Transaction::Begin => {
                // Inside a block it is a warning and nothing more.
                if !self.explicit {
                    self.explicit = true;
                    self.start = self.snapshot(catalog);
                }
                false
            }
            Transaction::Commit { chain } => self.end(*chain),
            Transaction::Rollback { chain } => {
                if let Some(start) = self.start.take() {
                    catalog.restore(*start);
                }
                self.end(*chain)
            }
            Transaction::Savepoint(name) => {
                let savepoint = Savepoint {
                    name: name.clone(),
                    held: self.held.clone(),
                    catalog: self.snapshot(catalog),
                };
                self.savepoints.push(savepoint);
                false
            }
            Transaction::Release(name) => {
                if let Some(at) = self.find(name) {
                    self.savepoints.truncate(at);
                }
                false
            }
            Transaction::RollbackTo(name) => {
                if let Some(at) = self.find(name) {
                    self.savepoints.truncate(at + 1);
                    let savepoint = &mut self.savepoints[at];
                    self.held.clone_from(&savepoint.held);
                    if let Some(earlier) = &savepoint.catalog {
                        catalog.restore((**earlier).clone());
                    }
                }
                false
            }
            Transaction::TwoPhase => self.end(false),
            Transaction::EndPrepared | Transaction::Other => false,
        }
    }

    fn end(&mut self, chain: bool) -> bool {
        self.explicit = chain;
        self.let_go();
        self.cursor = false;
        self.savepoints.clear();
        self.start = None;
        true
    }

    fn find(&self, name: &str) -> Option<usize> {
        self.savepoints
            .iter()
            .rposition(|savepoint| savepoint.name == name)
    }

    fn snapshot(&self, catalog: &Catalog) -> Option<Box<Catalog>> {
        self.rolls_back.then(|| Box::new(catalog.clone()))
    }
}

/// Whether PostgreSQL lets this statement run inside a transaction block.
///
/// DROP SUBSCRIPTION is taken to have a replication slot.
///
/// Source: the callers of `PreventInTransactionBlock`, and `src/pl/plpgsql` for COMMIT inside DO.
#[must_use]
pub fn can_run_in_transaction(action: &Action, catalog: &Catalog) -> bool {
    match action {
        Action::CreateIndex(create) => !create.concurrently,
        Action::Drop(drop) => !drop.concurrently && !is_global(drop.kind),
        Action::Reindex {
            target,
            name,
            concurrently,
        } => {
            let partitioned = name
                .as_ref()
                .and_then(|name| catalog.find(name))
                .is_some_and(|relation| relation.partitioned);
            !concurrently
                && !partitioned
                && !matches!(target.as_str(), "schema" | "database" | "system")
        }
        Action::Vacuum { .. }
        | Action::Cluster { table: None }
        | Action::Transaction(Transaction::EndPrepared) => false,
        Action::Cluster { table: Some(table) } => !catalog
            .find(table)
            .is_some_and(|relation| relation.partitioned),
        Action::AlterTable(alter) => !alter.commands.iter().any(|command| {
            matches!(
                command.action,
                crate::ir::AlterAction::DetachPartition {
                    concurrently: true,
                    ..
                }
            )
        }),
        Action::Do {
            controls_transaction,
            ..
        } => !controls_transaction,
        Action::Call { procedure } => {
            let namesakes = catalog.routines(procedure);
            let commits = |step: &crate::ir::CodeStep| {
                matches!(
                    step.action,
                    Action::Transaction(Transaction::Commit { .. } | Transaction::Rollback { .. })
                )
            };
            !namesakes.iter().any(|code| code.steps.iter().any(commits))
        }
        // DISCARD ALL is all that sets everything back at once and cannot.
        Action::Set(set) => set.name != "discard",
        Action::Utility(utility) => !utility.outside_transaction,
        _ => true,
    }
}

fn is_global(kind: crate::ir::ObjectKind) -> bool {
    matches!(
        kind,
        crate::ir::ObjectKind::Database
            | crate::ir::ObjectKind::Tablespace
            | crate::ir::ObjectKind::Subscription
    )
}
