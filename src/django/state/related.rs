//! What the attributes of a row lead to.

use super::{Model, ModelKey, State, external};
use crate::django::facts::ProjectFacts;
use crate::django::fields::Field;
use std::sync::Arc;

impl State {
    /// The model whose rows an attribute of this model's rows stands for: a relation's, from either side; the one in between for a many-to-many relation.
    #[must_use]
    pub fn related(
        &self,
        model: &Arc<Model>,
        attribute: &str,
        facts: &ProjectFacts<'_>,
    ) -> Option<Arc<Model>> {
        if let Some((owner, field)) = self.field_of(model, attribute) {
            let relation = field.relation.as_ref()?;
            return if field.is_many_to_many() {
                self.between(owner, field, facts)
            } else {
                self.get(self.rooted(&relation.to)).cloned()
            };
        }
        for other in self.models() {
            let leads_here = |field: &&Arc<Field>| {
                let relation = field.relation.as_ref();
                relation.is_some_and(|relation| *self.rooted(&relation.to) == model.key)
                    && accessor(other, field) == attribute
            };
            if let Some(field) = other.fields.iter().find(leads_here) {
                return if field.is_many_to_many() {
                    self.between(other, field, facts)
                } else {
                    Some(other.clone())
                };
            }
        }
        None
    }

    /// The model between two others that Django names after one of them and its field: `Order_tags`.
    #[must_use]
    pub fn named_between(&self, key: &ModelKey, facts: &ProjectFacts<'_>) -> Option<Arc<Model>> {
        self.models().into_iter().find_map(|owner| {
            let field = key.name.strip_prefix(owner.key.name.as_str())?;
            let field = field
                .strip_prefix('_')
                .filter(|_| owner.key.app == key.app)?;
            let mut fields = owner.fields.iter();
            let field = fields
                .find(|known| known.is_many_to_many() && known.name.eq_ignore_ascii_case(field))?;
            self.between(owner, field, facts)
        })
    }

    /// The table behind a many-to-many relation of a model that no migration of the project makes.
    #[must_use]
    pub fn table_between(&self, key: &ModelKey, relation: &str) -> Option<&'static str> {
        external::between(key, relation)
    }

    fn between(
        &self,
        owner: &Model,
        field: &Field,
        facts: &ProjectFacts<'_>,
    ) -> Option<Arc<Model>> {
        let relation = field.relation.as_ref()?;
        match &relation.through {
            Some(through) => self.get(through).cloned(),
            None => self.through(owner, field, facts).map(Arc::new),
        }
    }
}

impl Model {
    /// A name of a relation of this model, with what Django puts into it.
    ///
    /// Source: `RelatedField.contribute_to_class` in `django/db/models/fields/related.py`.
    #[must_use]
    pub fn relation_name(&self, name: &str) -> String {
        let ModelKey { app, name: own } = &self.key;
        name.replace("%(class)s", own)
            .replace("%(model_name)s", own)
            .replace("%(app_label)s", app)
    }
}

/// The attribute under which rows are found from the other side of a relation.
///
/// Source: `ForeignObjectRel.get_accessor_name` in `django/db/models/fields/reverse_related.py`.
fn accessor(model: &Model, field: &Field) -> String {
    let given = field.text("related_name").filter(|text| !text.is_empty());
    match given.or(model.options.default_related_name.as_deref()) {
        Some(name) => model.relation_name(name),
        None if field.unique() && !field.is_many_to_many() => model.key.name.clone(),
        None => format!("{}_set", model.key.name),
    }
}
