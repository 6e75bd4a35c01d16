//! The definition of a column that is altered: its type, its default, whether it may be NULL.

use super::alter_field::{Change, changes_text_index, data_type};
use super::editor::Editor;
use super::names::{index_name, quote};
use crate::django::fields::{Field, Kind};
use crate::django::state::{ModelKey, Params, State};

impl Editor<'_, '_> {
    /// The type, the default and whether it may be NULL; whether a default was set that has to go again.
    pub(super) fn alter_definition(
        &mut self,
        change: &Change<'_>,
        old_params: &Params,
        new_params: &Params,
    ) -> bool {
        let (model, old, new) = (change.model, change.old, change.new);
        let table = quote(&model.table());
        let name = new.column();
        let column = quote(&name);
        let mut actions = Vec::new();
        let mut afterwards = Vec::new();
        let commented = old.comment() != new.comment();
        if old_params.column_type != new_params.column_type
            || old_params.suffix != new_params.suffix
            || old_params.collation != new_params.collation
            || commented
        {
            actions.push(self.retype(change, old_params, new_params));
            afterwards.extend(self.after_retyping(old, new, &table, &column));
        }
        if let Some(default) = new.db_default() {
            let sql = self.database_default(model, new, default, change.after);
            let was = old
                .db_default()
                .map(|default| self.database_default(model, old, default, change.before));
            if was.as_ref() != Some(&sql) {
                actions.push(format!("ALTER COLUMN {column} SET DEFAULT {sql}"));
            }
        } else if old.db_default().is_some() {
            actions.push(format!("ALTER COLUMN {column} DROP DEFAULT"));
        }
        let tightened = old.null() && !new.null();
        let mut temporary = None;
        if tightened && new.db_default().is_none() {
            let was = self.default_of(old);
            let is = self.default_of(new);
            let anew = is.as_deref().is_some_and(super::values::is_momentary)
                || new.kind.is_wrapped() && old.kind.is_wrapped();
            if (was != is || anew) && is.is_some() {
                temporary.clone_from(&is);
                if let Some(default) = is {
                    actions.push(format!("ALTER COLUMN {column} SET DEFAULT {default}"));
                }
            }
        }
        let null_action = (old.null() != new.null()).then(|| {
            let verb = if new.null() { "DROP" } else { "SET" };
            format!("ALTER COLUMN {column} {verb} NOT NULL")
        });
        let four_way = tightened && (new.get("default").is_some() || new.db_default().is_some());
        if !four_way {
            actions.extend(null_action.clone());
        }
        let any = !actions.is_empty() || null_action.is_some();
        if !actions.is_empty() {
            self.execute(format!("ALTER TABLE {table} {}", actions.join(", ")));
        }
        if any && four_way {
            let default = match new.db_default() {
                Some(default) => self.database_default(model, new, default, change.after),
                None => self.default_of(new).unwrap_or_else(|| "NULL".to_owned()),
            };
            self.execute(format!(
                "UPDATE {table} SET {column} = {default} WHERE {column} IS NULL; SET CONSTRAINTS ALL IMMEDIATE"
            ));
            if let Some(action) = null_action {
                self.execute(format!("ALTER TABLE {table} {action}"));
            }
        }
        for sql in afterwards {
            self.execute(sql);
        }
        if commented {
            let table = model.table();
            self.comment_on_column(&table, &name, new.comment());
        }
        temporary.is_some()
    }

    /// `ALTER COLUMN ... TYPE ...`, after what has to go before it.
    fn retype(&mut self, change: &Change<'_>, old_params: &Params, new_params: &Params) -> String {
        let (model, old, new) = (change.model, change.old, change.new);
        let table = model.table();
        if changes_text_index(old, old_params, new_params) {
            let name = index_name(&table, &[old.column()], "_like");
            self.drop_index(&table, &name);
        }
        let column = quote(&new.column());
        let column_type = new_params.column_type.as_deref().unwrap_or_default();
        if old.kind.is_auto() && !new.kind.is_auto() {
            self.execute(format!(
                "ALTER TABLE {} ALTER COLUMN {column} DROP IDENTITY IF EXISTS",
                quote(&table)
            ));
            self.catalogue.drop_sequence(&table, &new.column());
        }
        if new.kind.is_auto() && !old.kind.is_auto() {
            self.catalogue.add_sequence(&table, &new.column());
        }
        let collation = match &new_params.collation {
            Some(collation) if !new.kind.is_auto() || old.kind.is_auto() => {
                format!(" COLLATE {}", quote(collation))
            }
            _ => String::new(),
        };
        let using = if self.needs_cast(change, old_params, new_params) {
            format!(" USING {column}::{column_type}")
        } else {
            String::new()
        };
        format!("ALTER COLUMN {column} TYPE {column_type}{collation}{using}")
    }

    /// Whether the old and the new class of a field have different types, lengths aside.
    ///
    /// Source: `_using_sql` in `django/db/backends/postgresql/schema.py`.
    fn needs_cast(&self, change: &Change<'_>, old_params: &Params, new_params: &Params) -> bool {
        let (old, new) = (change.old, change.new);
        let owner: &ModelKey = &change.model.key;
        if old.kind == Kind::Array && new.kind == Kind::Array {
            let base = |field: &Field, state: &State| {
                let mut inner = field.inner(owner, self.facts)?;
                for _ in 0..8 {
                    match inner.inner(owner, self.facts) {
                        Some(deeper) if inner.kind == Kind::Array => inner = deeper,
                        _ => break,
                    }
                }
                Some(data_type(&inner, &state.params(owner, &inner, self.facts)))
            };
            return base(old, change.before) != base(new, change.after);
        }
        data_type(old, old_params) != data_type(new, new_params)
    }

    fn after_retyping(
        &self,
        old: &Field,
        new: &Field,
        table: &str,
        column: &str,
    ) -> Option<String> {
        if old.kind.is_auto() && !new.kind.is_auto() {
            let (table, column) = (table.trim_matches('"'), column.trim_matches('"'));
            let sequence = self.catalogue.sequence(table, column)?;
            return Some(format!(
                "DROP SEQUENCE IF EXISTS {} CASCADE",
                quote(&sequence)
            ));
        }
        if new.kind.is_auto() && !old.kind.is_auto() {
            return Some(format!(
                "ALTER TABLE {table} ALTER COLUMN {column} ADD GENERATED BY DEFAULT AS IDENTITY"
            ));
        }
        if new.kind.is_auto() && old.kind.class() != new.kind.class() {
            let sequence = self
                .catalogue
                .sequence(table.trim_matches('"'), column.trim_matches('"'))?;
            let Kind::Auto(_, column_type) = new.kind else {
                return None;
            };
            return Some(format!(
                "ALTER SEQUENCE IF EXISTS {} AS {column_type}",
                quote(&sequence)
            ));
        }
        None
    }
}
