//! Collects what a statement does, relation by relation.

use super::implication::Proofs;
use super::{Certainty, Part, Reason, Work};
use crate::ir::{Name, RelationKind};
use crate::postgres::time_zone::is_utc;
use crate::postgres::{LockMode, Version};
use crate::schema::{Catalog, RelationId};

/// The world in which a statement runs, and the list of what it does there.
pub(super) struct Touches<'a> {
    pub(super) catalog: &'a Catalog,
    pub(super) version: Version,
    /// The session's TimeZone, if anything tells.
    pub(super) time_zone: Option<&'a str>,
    /// Whether locks are held beyond the statement.
    pub(super) in_transaction: bool,
    pub(super) list: Vec<(RelationId, Part)>,
    /// Constraints that the statement drops, before it does anything else.
    pub(super) dropping: Vec<String>,
    /// Indexes that go before it does anything else.
    pub(super) going: Vec<RelationId>,
    /// Tables at the other end of foreign keys that are made anew and not checked, unless the first table is rewritten; and how they are locked.
    pub(super) reused: Vec<(RelationId, RelationId, LockMode)>,
    /// Columns that the statement adds without a value.
    pub(super) adding: Vec<String>,
    /// The subcommand that is looked at, counted from 0.
    pub(super) command: usize,
}

impl Touches<'_> {
    /// The relation of this name, which was noted before the statement is looked at.
    pub(super) fn find(&self, name: &Name) -> Option<RelationId> {
        self.catalog.find(name).map(|relation| relation.id)
    }

    /// Locks the relation of this name.
    pub(super) fn named(&mut self, name: &Name, lock: LockMode) -> Option<RelationId> {
        let id = self.find(name)?;
        self.lock(id, lock);
        Some(id)
    }

    /// Whether a table was made in this migration and nobody has filled it.
    pub(super) fn is_new(&self, id: RelationId) -> bool {
        let relation = self.catalog.get(id);
        let now = self.catalog.now.migration;
        !relation.filled
            && relation
                .created
                .is_some_and(|created| created.migration == now)
    }

    /// A relation is locked, and nothing is done to its rows.
    pub(super) fn lock(&mut self, id: RelationId, lock: LockMode) {
        self.work(id, lock, Work::None, Reason::Catalog);
    }

    /// A relation is locked while work is done to it.
    pub(super) fn work(&mut self, id: RelationId, lock: LockMode, work: Work, reason: Reason) {
        self.push(id, lock, work, reason, Certainty::Known, None);
    }

    /// Work that would not be done if `unless` held, which the history does not tell.
    pub(super) fn work_unless(
        &mut self,
        id: RelationId,
        lock: LockMode,
        work: Work,
        reason: Reason,
        unless: String,
    ) {
        self.push(id, lock, work, reason, Certainty::Unknown, Some(unless));
    }

    pub(super) fn push(
        &mut self,
        id: RelationId,
        lock: LockMode,
        work: Work,
        reason: Reason,
        certainty: Certainty,
        unless: Option<String>,
    ) {
        let command = self.command;
        let relation = self.catalog.get(id);
        // A partitioned table has no rows of its own.
        let work = if relation.partitioned && relation.kind == RelationKind::Table {
            Work::None
        } else {
            work
        };
        self.list.push((
            id,
            Part {
                command,
                lock,
                work,
                reason,
                certainty,
                unless,
            },
        ));
    }

    /// A table gets a new file, and all its indexes with it.
    pub(super) fn rewrite(
        &mut self,
        id: RelationId,
        reason: Reason,
        certainty: Certainty,
        unless: Option<String>,
    ) {
        let lock = LockMode::AccessExclusive;
        self.push(id, lock, Work::Rewrite, reason, certainty, unless);
        if self.catalog.get(id).partitioned {
            return;
        }
        for index in self.indexes(id) {
            if self.going.contains(&index) {
                continue;
            }
            self.push(
                index,
                lock,
                Work::IndexBuild,
                Reason::Reindex,
                certainty,
                None,
            );
        }
    }

    /// A table and its partitions; nothing where there is none.
    pub(super) fn with_partitions(&self, table: Option<RelationId>) -> Vec<RelationId> {
        let below = table.map(|table| self.catalog.descendants(table));
        table.into_iter().chain(below.unwrap_or_default()).collect()
    }

    /// A table and its partitions, but not what inherits from it; nothing where there is none.
    pub(super) fn with_own_partitions(&self, table: Option<RelationId>) -> Vec<RelationId> {
        let table = table.into_iter();
        let all = table.flat_map(|id| {
            let partitioned = Some(id).filter(|id| self.catalog.get(*id).partitioned);
            let below = partitioned.map(|id| self.catalog.descendants(id));
            std::iter::once(id).chain(below.unwrap_or_default())
        });
        all.collect()
    }

    /// The sequences that columns of a table own.
    pub(super) fn sequences(&self, table: RelationId) -> Vec<RelationId> {
        self.catalog
            .sequences(table)
            .map(|sequence| sequence.id)
            .collect()
    }

    /// What constraints prove, with what the session says.
    pub(super) fn proofs(&self) -> Proofs<'_> {
        Proofs::new(self.catalog, self.time_zone.is_some_and(is_utc))
    }

    pub(super) fn indexes(&self, table: RelationId) -> Vec<RelationId> {
        self.catalog.indexes(table).map(|index| index.id).collect()
    }
}
