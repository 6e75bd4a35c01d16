//! What stands beside a migration that runs: how old and how large tables are, what code uses, what is deployed together.

use super::Fold;
use crate::effects::jobs::{Ground, jobs};
use crate::effects::{Age, Estimate, Part, Work};
use crate::ir::{Action, Migration, Unused};
use crate::schema::{Creation, Emptied, Relation};
use crate::sizes::Size;
use crate::source::Framework;

impl Fold<'_> {
    /// What code that is deployed with the migration that ran last does not use any more.
    pub fn give_up(&mut self, unused: &[Unused]) {
        self.unused.retain(|known, _| unused.contains(known));
        for one in unused {
            let since = self.unused.entry(one.clone());
            since.or_insert(self.catalog.now.migration);
        }
    }

    /// The changesets of one file were written together, and are deployed so where nobody said what is pending.
    pub(super) fn join_file(&mut self, migration: &Migration) {
        if migration.framework != Framework::Liquibase {
            return;
        }
        let path = migration.file.path();
        let known = self.file.as_ref().map(|(file, _)| file.path());
        if known != Some(path) {
            self.file = Some((migration.file.clone(), Vec::new()));
        }
        if let Some((_, before)) = &mut self.file {
            if self.pending_from.is_none() {
                self.catalog.together.extend_from_slice(before);
            }
            before.push(self.catalog.now.migration);
        }
    }

    /// The migration that has begun is one of those with which an app begins.
    pub fn join_first(&mut self, app: &str) {
        let firsts = self.firsts.entry(app.to_owned()).or_default();
        self.catalog.together.extend_from_slice(firsts);
        firsts.push(self.catalog.now.migration);
    }

    /// What is known of a table's size; one that this migration has truncated has no rows, until it writes others.
    pub(super) fn size(&self, table: &Relation, work: Work) -> Option<Size> {
        let known = self.sizes.of(table.schema.as_deref(), &table.name);
        let emptied = table.emptied.filter(|emptied| emptied.truncated);
        let here = |emptied: Emptied| emptied.at.migration == self.catalog.now.migration;
        if work == Work::RowWrites || !emptied.is_some_and(here) {
            return known.cloned();
        }
        Some(Size {
            rows: Some(0),
            bytes: None,
            toast: 0,
            hot: known.is_some_and(|size| size.hot),
            from: "emptied by this migration".to_owned(),
        })
    }

    /// What is known of how long the parts of a statement, or of a run of several, work on a relation; `table` is what it is on, where it is an index.
    pub(super) fn estimate(
        &self,
        relation: &Relation,
        table: &Relation,
        parts: &[Part],
        actions: &[&Action],
    ) -> Option<Estimate> {
        let work = parts.iter().map(|part| part.work).max();
        let work = work.unwrap_or(Work::None);
        let size = self.size(table, work)?;
        let ground = Ground {
            catalog: &self.catalog,
            sizes: self.sizes,
            relation,
            table,
            size: &size,
        };
        let jobs = (work > Work::None).then(|| jobs(&ground, parts, actions));
        let seconds = jobs.flatten();
        let seconds = seconds.map(|jobs| self.sizes.profile.seconds(&jobs));
        Some(Estimate { size, seconds })
    }

    /// When a relation came to be; for an index of an earlier transaction that is when its table did.
    pub(super) fn age(&self, relation: &Relation) -> Age {
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
            || self.catalog.together.contains(&created.migration)
        {
            Age::Pending
        } else {
            Age::Earlier
        }
    }
}
