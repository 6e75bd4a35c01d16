//! Many-to-many relations: their table follows what they lead to.

use super::alter_field::Change;
use super::editor::Editor;

impl Editor<'_, '_> {
    /// Renames the table between, and points its foreign keys anew.
    ///
    /// Source: `_alter_many_to_many`.
    pub(super) fn alter_many_to_many(&mut self, change: &Change<'_>) {
        let key = &change.model.key;
        let old_owner = change.before.get(key).cloned();
        let old_owner = old_owner.as_deref().unwrap_or(change.model);
        self.alter_through(old_owner, change);
    }

    /// The same, where the model itself was renamed from `old_owner`.
    pub(super) fn alter_through(
        &mut self,
        old_owner: &crate::django::state::Model,
        change: &Change<'_>,
    ) {
        let before = change.before.through(old_owner, change.old, self.facts);
        let after = change.after.through(change.model, change.new, self.facts);
        let (Some(before), Some(after)) = (before, after) else {
            // Models of their own stand between: nothing changes here.
            return;
        };
        self.rename_table(&before.table(), &after.table());
        // First the side that leads to the other model, then our own.
        for side in [2, 1] {
            let (Some(old), Some(new)) = (before.fields.get(side), after.fields.get(side)) else {
                continue;
            };
            self.alter_field(&Change {
                model: &after,
                old,
                new,
                before: change.before,
                after: change.after,
            });
        }
    }
}
