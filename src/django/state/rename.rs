//! Renamed models and fields: every reference follows.

use super::{ModelKey, State};
use crate::django::fields::Field;
use crate::django::value::Value;
use std::sync::Arc;

impl State {
    pub(super) fn rename_model(&mut self, old: &ModelKey, app: &str, new_name: &str) {
        let Some(model) = self.models.remove(old) else {
            return;
        };
        let new = ModelKey::new(app, new_name);
        let mut model = model.as_ref().clone();
        model.key.clone_from(&new);
        new_name.clone_into(&mut model.name);
        self.put(model);
        let keys = self.models.keys();
        for key in keys {
            let touches = self.models.get(&key).is_some_and(|model| {
                let relations = model
                    .fields
                    .iter()
                    .filter_map(|field| field.relation.as_ref());
                model.parents.contains(old)
                    || relations.clone().any(|relation| {
                        relation.to == *old || relation.through.as_ref() == Some(old)
                    })
            });
            let Some(model) = touches.then(|| self.edit(&key)).flatten() else {
                continue;
            };
            for parent in model.parents.iter_mut().filter(|parent| *parent == old) {
                parent.clone_from(&new);
            }
            for field in model
                .fields
                .iter_mut()
                .filter(|field| field.relation.is_some())
            {
                let Some(relation) = &mut Arc::make_mut(field).relation else {
                    continue;
                };
                if relation.to == *old {
                    relation.to.clone_from(&new);
                    new_name.clone_into(&mut relation.to_name);
                }
                if relation.through.as_ref() == Some(old) {
                    relation.through = Some(new.clone());
                }
            }
        }
    }

    pub(super) fn rename_field(&mut self, key: &ModelKey, old: &str, new: &str) {
        let Some(model) = self.edit(key) else {
            return;
        };
        for field in model.fields.iter_mut().filter(|field| field.name == old) {
            new.clone_into(&mut Arc::make_mut(field).name);
        }
        let options = &mut model.options;
        let sets = options
            .unique_together
            .iter_mut()
            .chain(&mut options.index_together);
        for name in sets.flatten().filter(|name| *name == old) {
            new.clone_into(name);
        }
        if options.order_with_respect_to.as_deref() == Some(old) {
            options.order_with_respect_to = Some(new.to_owned());
        }
        let keys = self.models.keys();
        for other in keys {
            let references = |field: &Arc<Field>| {
                field.relation.as_ref().is_some_and(|relation| {
                    relation.to == *key && relation.to_field.as_deref() == Some(old)
                })
            };
            let touches = self
                .get(&other)
                .is_some_and(|model| model.fields.iter().any(references));
            if !touches {
                continue;
            }
            let fields = self.edit(&other).map(|model| model.fields.iter_mut());
            for field in fields
                .into_iter()
                .flatten()
                .filter(|field| references(field))
            {
                let field = Arc::make_mut(field);
                if let Some(relation) = &mut field.relation {
                    relation.to_field = Some(new.to_owned());
                }
                for (name, value) in &mut field.arguments {
                    if name == "to_field" {
                        *value = Value::Str(new.to_owned().into());
                    }
                }
            }
        }
    }
}
