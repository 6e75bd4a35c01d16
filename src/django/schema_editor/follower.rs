//! Foreign keys that follow a change of the column that they reference.

use super::alter_field::{Change, changes_text_index, data_type, is_constrained};
use super::ddl::{Ddl, DdlKind, DdlName};
use super::editor::Editor;
use super::names::{index_name, quote};
use crate::django::fields::Field;
use crate::django::state::{Model, Params};
use std::sync::Arc;

/// A foreign key that follows a change of what it references.
pub(super) struct Follower {
    pub(super) model: Arc<Model>,
    pub(super) table: String,
    pub(super) field: Field,
    pub(super) old: Params,
    pub(super) new: Params,
}

impl Editor<'_, '_> {
    /// The foreign keys that reference the column, and those that reference them.
    ///
    /// Source: `_related_non_m2m_objects`.
    pub(super) fn followers(&self, change: &Change<'_>) -> Vec<Follower> {
        let mut found = Vec::new();
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
        let mut queue = vec![(change.model.key.clone(), change.new.name.clone())];
        let mut at = 0;
        while at < queue.len() && queue.len() < 200 {
            let (key, name) = queue[at].clone();
            at += 1;
            for model in &models {
                if model.options.proxy || !model.options.managed {
                    continue;
                }
                for field in model
                    .fields
                    .iter()
                    .filter(|field| field.kind.is_foreign_key())
                {
                    let Some(relation) = field
                        .relation
                        .as_ref()
                        .filter(|relation| relation.to == key)
                    else {
                        continue;
                    };
                    let leads_here = match &relation.to_field {
                        Some(to) => *to == name,
                        None => change
                            .after
                            .get(&key)
                            .and_then(|target| change.after.key_of(target))
                            .is_some_and(|(_, field)| field.name == name),
                    };
                    if !leads_here {
                        continue;
                    }
                    found.push(Follower {
                        table: model.table(),
                        old: change.before.params(&model.key, field, self.facts),
                        new: change.after.params(&model.key, field, self.facts),
                        field: field.clone(),
                        model: model.clone(),
                    });
                    if field.primary_key() || field.unique() {
                        queue.push((model.key.clone(), field.name.clone()));
                    }
                }
            }
        }
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
        let _ = &follower.model;
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
