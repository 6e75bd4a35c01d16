//! The models of a state, kept so that a copy before each operation costs little: only what changes is copied.

use super::{Model, ModelKey};
use std::collections::BTreeMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;

/// Into how many parts the models are divided; a change copies one of them.
const PARTS: usize = 64;

type Part = BTreeMap<ModelKey, Arc<Model>>;

/// Models by their names.
#[derive(Clone, Debug)]
pub(super) struct Models {
    parts: Vec<Arc<Part>>,
}

impl Default for Models {
    fn default() -> Self {
        Self {
            parts: vec![Arc::default(); PARTS],
        }
    }
}

impl Models {
    fn part(key: &ModelKey) -> usize {
        let mut hasher = DefaultHasher::new();
        key.hash(&mut hasher);
        usize::try_from(hasher.finish() % PARTS as u64).unwrap_or_default()
    }

    pub(super) fn get(&self, key: &ModelKey) -> Option<&Arc<Model>> {
        self.parts[Self::part(key)].get(key)
    }

    pub(super) fn get_mut(&mut self, key: &ModelKey) -> Option<&mut Arc<Model>> {
        let part = &mut self.parts[Self::part(key)];
        if !part.contains_key(key) {
            return None;
        }
        Arc::make_mut(part).get_mut(key)
    }

    pub(super) fn insert(&mut self, key: ModelKey, model: Arc<Model>) {
        Arc::make_mut(&mut self.parts[Self::part(&key)]).insert(key, model);
    }

    pub(super) fn remove(&mut self, key: &ModelKey) -> Option<Arc<Model>> {
        Arc::make_mut(&mut self.parts[Self::part(key)]).remove(key)
    }

    /// All of them, in no order that means anything.
    pub(super) fn values(&self) -> impl Iterator<Item = &Arc<Model>> {
        self.parts.iter().flat_map(|part| part.values())
    }

    /// The names of all, in order.
    pub(super) fn keys(&self) -> Vec<ModelKey> {
        let mut keys: Vec<ModelKey> = self.values().map(|model| model.key.clone()).collect();
        keys.sort();
        keys
    }
}
