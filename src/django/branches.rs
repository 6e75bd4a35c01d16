//! What a migration sees where an app's migrations branch: the models that its ancestors alone have made.
//!
//! Source: `sqlmigrate` asks `MigrationLoader.project_state` for the nodes that lead to one migration.

use super::facts::ProjectFacts;
use super::graph::Graph;
use super::migration::{DjangoMigration, MigrationKey};
use super::state::State;
use std::collections::{BTreeMap, VecDeque};

/// How many states are kept for those that come after them.
const MAX_KEPT: usize = 8;

/// The migrations that have run, and which of them lead to which.
#[derive(Debug)]
pub(super) struct Branches<'m> {
    graph: &'m Graph,
    facts: &'m ProjectFacts<'m>,
    ran: Vec<&'m DjangoMigration>,
    places: BTreeMap<&'m MigrationKey, usize>,
    /// For each that has run, one bit for each before it: whether it leads there.
    leading: Vec<Vec<u64>>,
    /// The states after some migrations in their order, the newest first.
    kept: VecDeque<(Vec<usize>, State)>,
}

impl<'m> Branches<'m> {
    pub(super) fn new(graph: &'m Graph, facts: &'m ProjectFacts<'m>) -> Self {
        Self {
            graph,
            facts,
            ran: Vec::new(),
            places: BTreeMap::new(),
            leading: Vec::new(),
            kept: VecDeque::new(),
        }
    }

    /// The state before the next migration, where others of its app have run that do not lead to it.
    pub(super) fn next(&mut self, migration: &'m DjangoMigration) -> Option<State> {
        let leading = self.leading_to(&migration.key);
        let leads = |at: &usize| leading[at / 64] >> (at % 64) & 1 == 1;
        let is_beside = |at: usize| self.ran[at].key.app == migration.key.app && !leads(&at);
        let branches = (0..self.ran.len()).any(is_beside);
        let ancestors = branches.then(|| (0..self.ran.len()).filter(leads).collect());
        self.places.insert(&migration.key, self.ran.len());
        self.ran.push(migration);
        self.leading.push(leading);
        ancestors.map(|ancestors| self.state_after(ancestors))
    }

    fn leading_to(&self, key: &MigrationKey) -> Vec<u64> {
        let mut leading = vec![0; self.ran.len() / 64 + 1];
        for &at in self
            .graph
            .parents(key)
            .filter_map(|key| self.places.get(key))
        {
            leading[at / 64] |= 1 << (at % 64);
            for (word, more) in leading.iter_mut().zip(&self.leading[at]) {
                *word |= more;
            }
        }
        leading
    }

    /// What these make, going on from what was kept as far as it is the same.
    fn state_after(&mut self, migrations: Vec<usize>) -> State {
        let kept = self.kept.iter();
        let fitting = kept.filter(|(done, _)| migrations.starts_with(done));
        let nearest = fitting.max_by_key(|(done, _)| done.len());
        let (done, mut state) = nearest.map_or_else(
            || (0, State::default()),
            |(done, state)| (done.len(), state.clone()),
        );
        for &at in &migrations[done..] {
            state.apply_all(self.ran[at], self.facts);
        }
        self.kept.push_front((migrations, state.clone()));
        self.kept.truncate(MAX_KEPT);
        state
    }
}
