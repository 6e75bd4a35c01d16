//! The model that stands between the two sides of a many-to-many relation.

use super::apply::{call, key_field};
use super::{Model, ModelKey, Options, State};
use crate::django::facts::ProjectFacts;
use crate::django::fields::Field;
use crate::django::value::Value;
use std::sync::Arc;

impl State {
    /// The model behind a many-to-many relation that names none.
    ///
    /// Source: `create_many_to_many_intermediary_model` in `django/db/models/fields/related.py`.
    #[must_use]
    pub fn through(&self, owner: &Model, field: &Field, facts: &ProjectFacts<'_>) -> Option<Model> {
        let relation = field
            .relation
            .as_ref()
            .filter(|relation| field.is_many_to_many() && relation.through.is_none())?;
        let mut from = owner.key.name.clone();
        let mut to = relation.to.name.clone();
        if from == to {
            from = format!("from_{from}");
            to = format!("to_{to}");
        }
        let name = format!("{}_{}", owner.name, field.name);
        let key = ModelKey::new(&owner.key.app, &name);
        let hidden = name.clone();
        let side = |name: &str, model: &ModelKey| {
            let text = |text: String| Value::Str(text.into());
            let mut kwargs = vec![
                (
                    "to".to_owned(),
                    text(format!("{}.{}", model.app, model.name)),
                ),
                ("related_name".to_owned(), text(format!("{hidden}+"))),
            ];
            if !relation.db_constraint {
                kwargs.push(("db_constraint".to_owned(), Value::Bool(false)));
            }
            let call = call("django.db.models.ForeignKey", kwargs, field.span);
            Field::read(name, &call, &key, facts)
        };
        let table = match field.text("db_table") {
            Some(table) if !table.is_empty() => table.to_owned(),
            _ => crate::django::schema_editor::names::truncate_name(&format!(
                "{}_{}",
                owner.table().trim_matches('"'),
                field.name
            )),
        };
        let id = key_field(&facts.default_auto_field, field.span, &key, facts);
        // Of a package's relation that keeps an order.
        let order = field.text("sort_value_field_name").map(|name| {
            let call = call("django.db.models.IntegerField", Vec::new(), field.span);
            Field::read(name, &call, &key, facts)
        });
        let sides = [side(&from, &owner.key), side(&to, &relation.to)];
        let fields = std::iter::once(id).chain(order).chain(sides);
        Some(Model {
            fields: fields.map(Arc::new).collect(),
            key: key.clone(),
            name,
            parents: Vec::new(),
            options: Options {
                db_table: Some(table),
                unique_together: vec![vec![from, to]],
                managed: owner.options.managed
                    || self.get(&relation.to).is_some_and(|to| to.options.managed),
                ..Options::default()
            },
            birth: 0,
        })
    }
}
