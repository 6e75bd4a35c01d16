//! Foreign keys that follow a change of the column that they reference.

use super::alter_field::{Change, changes_text_index, data_type, is_constrained};
use super::ddl::{Ddl, DdlKind, DdlName};
use super::editor::Editor;
use super::names::{index_name, quote};
use crate::django::fields::Field;
use crate::django::state::{Model, ModelKey, Params};
use std::sync::Arc;

/// How many foreign keys are followed.
const MAX_FOLLOWERS: usize = 200;

/// A foreign key that follows a change of what it references.
pub(super) struct Follower {
    pub(super) model: Arc<Model>,
    pub(super) table: String,
    pub(super) field: Field,
    pub(super) old: Params,
    pub(super) new: Params,
}

impl Editor<'_, '_> {
    /// The foreign keys that reference the column, each followed by those that reference it.
    ///
    /// Source: `_related_non_m2m_objects`, which takes relations by the names under which they are asked for.
    pub(super) fn followers(&self, change: &Change<'_>) -> Vec<Follower> {
        let mut models: Vec<Arc<Model>> = change.after.models().into_iter().cloned().collect();
        let throughs: Vec<Arc<Model>> = models
            .iter()
            .flat_map(|model| {
                let fields = model.fields.iter();
                fields.filter_map(|field| {
                    change.after.through(model, field, self.facts).map(Arc::new)
                })
            })
            .collect();
        models.extend(throughs);
        models.sort_by(|a, b| a.key.app.cmp(&b.key.app));
        let mut found = Vec::new();
        // What is to be followed next stands last.
        let mut stack = self.referencing(change, &models, &change.model.key, &change.new.name);
        while let Some(follower) = stack.pop() {
            if found.len() >= MAX_FOLLOWERS {
                break;
            }
            if follower.field.primary_key() || follower.field.unique() {
                let (key, name) = (&follower.model.key, &follower.field.name);
                stack.extend(self.referencing(change, &models, key, name));
            }
            found.push(follower);
        }
        found
    }

    /// The foreign keys that reference this field of this model, the first last.
    fn referencing(
        &self,
        change: &Change<'_>,
        models: &[Arc<Model>],
        key: &ModelKey,
        name: &str,
    ) -> Vec<Follower> {
        let mut found = Vec::new();
        for model in models {
            if model.options.proxy || !model.options.managed {
                continue;
            }
            for field in &model.fields {
                let relation = field.relation.as_ref();
                let Some(relation) = relation.filter(|relation| {
                    field.kind.is_foreign_key() && change.after.rooted(&relation.to) == key
                }) else {
                    continue;
                };
                let leads_here = match &relation.to_field {
                    Some(to) => *to == name,
                    None => change
                        .after
                        .get(key)
                        .and_then(|target| change.after.key_of(target))
                        .is_some_and(|(_, field)| field.name == name),
                };
                if leads_here {
                    found.push(Follower {
                        table: model.table(),
                        old: change.before.params(&model.key, field, self.facts),
                        new: change.after.params(&model.key, field, self.facts),
                        field: Field::clone(field),
                        model: model.clone(),
                    });
                }
            }
        }
        found.sort_by_cached_key(|follower| query_name(&follower.model, &follower.field));
        found.reverse();
        found
    }

    pub(super) fn follow(&mut self, follower: &Follower) {
        let column = quote(&follower.field.column());
        let column_type = follower.new.column_type.clone().unwrap_or_default();
        let collation = match &follower.new.collation {
            Some(collation) => format!(" COLLATE {}", quote(collation)),
            None => String::new(),
        };
        if changes_text_index(&follower.field, &follower.old, &follower.new) {
            let name = index_name(&follower.table, &[follower.field.column()], "_like");
            self.drop_index(&follower.table, &name);
        }
        let using = if data_type(&follower.field, &follower.old)
            == data_type(&follower.field, &follower.new)
        {
            String::new()
        } else {
            format!(" USING {column}::{column_type}")
        };
        self.execute(format!(
            "ALTER TABLE {} ALTER COLUMN {column} TYPE {column_type}{collation}{using}",
            quote(&follower.table)
        ));
    }

    /// Adds the foreign key again that another table's column had.
    pub(super) fn restore_key(&mut self, change: &Change<'_>, follower: &Follower) {
        if is_constrained(&follower.field)
            && let Some(target) = change.after.target(&follower.field)
        {
            self.run(&Ddl {
                table: follower.table.clone(),
                columns: vec![follower.field.column()],
                name: DdlName::Made("_fk"),
                kind: DdlKind::ForeignKey {
                    to_table: target.table,
                    to_column: target.column,
                },
            });
        }
    }
}

/// The name under which a relation is asked for from the model that it leads to.
///
/// Source: `related_query_name` in `django/db/models/fields/related.py`.
fn query_name(model: &Model, field: &Field) -> String {
    let given = |name| field.text(name).filter(|text| !text.is_empty());
    let name = given("related_query_name").or_else(|| given("related_name"));
    match name.or(model.options.default_related_name.as_deref()) {
        Some(name) => model.relation_name(name),
        None => model.key.name.clone(),
    }
}
