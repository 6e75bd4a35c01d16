//! RenameModel and AlterModelTable: a table's new name, and everything that names it.

use super::alter_field::Change;
use super::editor::Editor;
use crate::django::state::State;

impl Editor<'_, '_> {
    /// Renames the table of a model, and lets everything follow that names it.
    pub(super) fn rename_model(
        &mut self,
        app: &str,
        old_name: &str,
        new_name: &str,
        before: &State,
        after: &State,
    ) {
        let (Some(old), Some(new)) = (
            self.table_of(before, app, old_name),
            self.table_of(after, app, new_name),
        ) else {
            return;
        };
        self.rename_table(&old.table(), &new.table());
        for model in before.models() {
            let itself = model.key == old.key;
            let now = if itself {
                Some(new.clone())
            } else {
                after.get(&model.key).cloned()
            };
            let Some(now) = now else { continue };
            // Source: `_populate_directed_relation_graph` asks for `_get_fields`, which gives many-to-many fields last.
            let (last, first): (Vec<_>, Vec<_>) = model
                .fields
                .iter()
                .partition(|field| field.is_many_to_many());
            for field in first.into_iter().chain(last) {
                let Some(relation) = &field.relation else {
                    continue;
                };
                let hidden = field
                    .text("related_name")
                    .is_some_and(|name| name.ends_with('+'));
                if relation.to != old.key || (hidden && !field.is_many_to_many()) {
                    continue;
                }
                let Some(to) = now.field(&field.name) else {
                    continue;
                };
                if !after.can_migrate(&now, self.facts) && !itself {
                    continue;
                }
                let change = Change {
                    model: &now,
                    old: field,
                    new: to,
                    before,
                    after,
                };
                if field.is_many_to_many() {
                    self.alter_through(model, &change);
                } else {
                    self.alter_field(&change);
                }
            }
        }
        for field in old.fields.iter().filter(|field| field.is_many_to_many()) {
            let own = field
                .relation
                .as_ref()
                .is_none_or(|relation| relation.to == old.key);
            if let (false, Some(to)) = (own, new.field(&field.name)) {
                let change = Change {
                    model: &new,
                    old: field,
                    new: to,
                    before,
                    after,
                };
                self.alter_through(&old, &change);
            }
        }
    }

    pub(super) fn alter_table(&mut self, app: &str, name: &str, before: &State, after: &State) {
        let Some(new) = self.table_of(after, app, name) else {
            return;
        };
        let Some(old) = before.get(&new.key) else {
            return;
        };
        self.rename_table(&old.table(), &new.table());
        for (was, is) in old.fields.iter().zip(&new.fields) {
            let was = before.through(old, was, self.facts);
            let is = after.through(&new, is, self.facts);
            if let (Some(was), Some(is)) = (was, is) {
                self.rename_table(&was.table(), &is.table());
            }
        }
    }
}
