//! The models of a project, whatever made them.

use super::models::Models;
use super::{Model, ModelKey};
use crate::django::facts::ProjectFacts;
use crate::django::migration::DjangoMigration;
use std::sync::Arc;

/// The models of all apps.
#[derive(Clone, Debug, Default)]
pub struct State {
    pub(super) models: Models,
    /// How many models were ever put in, so that they can be told by age.
    births: usize,
}

impl State {
    /// The model of this name, if a migration made it.
    #[must_use]
    pub fn get(&self, key: &ModelKey) -> Option<&Arc<Model>> {
        self.models.get(key)
    }

    /// All models: by app, then by age.
    #[must_use]
    pub fn models(&self) -> Vec<&Arc<Model>> {
        let mut models: Vec<&Arc<Model>> = self.models.values().collect();
        models.sort_by(|a, b| (&a.key.app, a.birth).cmp(&(&b.key.app, b.birth)));
        models
    }

    /// Moves past a migration.
    pub fn apply_all(&mut self, migration: &DjangoMigration, facts: &ProjectFacts<'_>) {
        for operation in &migration.operations {
            self.apply(&migration.key.app, operation, facts);
        }
    }

    pub(super) fn put(&mut self, mut model: Model) {
        self.births += 1;
        model.birth = self.births;
        self.models.insert(model.key.clone(), Arc::new(model));
    }

    pub(super) fn edit(&mut self, key: &ModelKey) -> Option<&mut Model> {
        self.models.get_mut(key).map(Arc::make_mut)
    }

    /// Whether Django makes and changes the table of this model: it is managed, no proxy, not swapped for another, and routers allow it.
    #[must_use]
    pub fn can_migrate(&self, model: &Model, facts: &ProjectFacts<'_>) -> bool {
        let swapped = model.options.swappable.as_deref() == Some("AUTH_USER_MODEL")
            && !facts
                .world
                .auth_user
                .eq_ignore_ascii_case(&format!("{}.{}", model.key.app, model.key.name));
        let (app, name) = (&model.key.app, &model.key.name);
        let routed = || facts.world.allows(app, Some(name), &[]);
        model.options.managed && !model.options.proxy && !swapped && routed()
    }
}
