//! Fixes: what is advised, as edits of a pending migration and as new ones behind it, which its runner runs in that order.
//!
//! The migration keeps what can stay; what takes a transaction of its own, or none, goes to a migration of its own. What needs that follows it.

mod apart;
mod atlas;
mod django;
mod draft;
mod goose;
mod lines;
mod liquibase;
mod name;
mod outcome;
mod pending;
mod plan;
mod reverse;
mod runner;
mod sqitch;
mod statement;
mod words;

use crate::finding::{Finding, Fix};
use crate::ir::Origin;
use crate::source::Framework;
pub use pending::Pending;
use plan::Plan;
use statement::Change;
use std::collections::BTreeMap;

impl Pending {
    /// Gives each finding about one of the migrations the fix that it has by itself.
    pub fn fix(&self, findings: &mut [Finding]) {
        for finding in findings {
            if let Some(at) = self.position(finding) {
                finding.fix = self.plan(at, &[finding]).ok();
            }
        }
    }

    /// One fix for as many of these findings about a migration as go together.
    ///
    /// # Errors
    /// Says why there is none, for people.
    pub fn plan(&self, at: usize, findings: &[&Finding]) -> Result<Fix, &'static str> {
        let migration = &self.migrations[at];
        let path = migration.file.path();
        let mut others = self.migrations.iter().enumerate();
        // What follows a changeset stands right behind it.
        let is_own = migration.framework != Framework::Liquibase;
        if is_own && others.any(|(other, it)| other != at && it.file.path() == path) {
            return Err("its file holds several migrations");
        }
        if migration.framework == Framework::Django {
            return django::plan(self, at, findings);
        }
        let changes = self.changes(at, findings);
        if changes.is_empty() {
            return Err("nothing is known that could be written instead");
        }
        Plan::of(migration, self.words(at), changes)?.fix(self, at)
    }

    /// How each statement of a migration is changed, in their order.
    fn changes(&self, at: usize, findings: &[&Finding]) -> Vec<Change> {
        let migration = &self.migrations[at];
        let mut about: BTreeMap<usize, Vec<&Finding>> = BTreeMap::new();
        for finding in findings {
            let statements = self.statements(finding).filter(|(of, _)| *of == at);
            for (_, nth) in statements {
                about.entry(nth).or_default().push(finding);
            }
        }
        let written = about.into_iter();
        let written = written.filter(|(nth, _)| migration.statements[*nth].origin == Origin::File);
        let changes = written.filter_map(|(nth, about)| Change::of(migration, nth, &about));
        changes.collect()
    }
}
