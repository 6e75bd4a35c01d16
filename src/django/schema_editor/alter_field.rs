//! AlterField: everything that a change of a column may need.
//!
//! Source: `alter_field` and `_alter_field` in `django/db/backends/base/schema.py` and `django/db/backends/postgresql/schema.py`.

use super::catalogue::{Known, KnownKind};
use super::ddl::{Ddl, DdlKind, DdlName};
use super::editor::Editor;
use super::expression::Compiler;
use super::field::field_index;
use super::names::{index_name, quote};
use super::table::unique;
use crate::django::facts::DjangoVersion;
use crate::django::fields::{Field, Kind};
use crate::django::state::{Model, ModelKey, Params, State, name_of};
use std::sync::Arc;

/// A field before and after, in the states that it belongs to.
pub(super) struct Change<'c> {
    /// The model afterwards, which says what the table is called.
    pub(super) model: &'c Model,
    pub(super) old: &'c Field,
    pub(super) new: &'c Field,
    pub(super) before: &'c State,
    pub(super) after: &'c State,
}

/// A foreign key that follows a change of what it references.
struct Follower {
    model: Arc<Model>,
    table: String,
    field: Field,
    old: Params,
    new: Params,
}

impl Editor<'_, '_> {
    /// Changes a column, or the table of a many-to-many relation, where anything in the database differs.
    pub(super) fn alter_field(&mut self, change: &Change<'_>) {
        if !self.should_alter(change, &[]) {
            return;
        }
        let (old, new) = (change.old, change.new);
        match (old.is_many_to_many(), new.is_many_to_many()) {
            (true, true) => return self.alter_many_to_many(change),
            (false, false) => {}
            _ => {
                let reason = format!(
                    "{} cannot be altered to or from a many-to-many field",
                    new.name
                );
                return self.unknown(new.span, reason);
            }
        }
        let owner = &change.model.key;
        let old_params = change.before.params(owner, old, self.facts);
        let new_params = change.after.params(owner, new, self.facts);
        if old_params.column_type.is_none() || new_params.column_type.is_none() {
            return;
        }
        self.unknown_field(new);
        if new.generated().is_some() || old.generated().is_some() {
            // Django refuses to change what is computed; the rest of such a field is nothing in the database.
            return;
        }
        self.alter_column(change, &old_params, &new_params);
        self.like_indexes(change, &old_params, &new_params);
    }

    /// Whether Django looks closer at a change.
    fn should_alter(&self, change: &Change<'_>, ignore: &[&str]) -> bool {
        let (old, new) = (change.old, change.new);
        if quote(&old.column()) != quote(&new.column()) {
            return true;
        }
        if self.facts.django >= DjangoVersion(6, 0)
            && old.is_many_to_many()
            && new.is_many_to_many()
            && old.name != new.name
        {
            return true;
        }
        if old.differs(new, ignore) {
            let only_db_default = !old.differs(new, &[ignore, &["db_default"]].concat());
            let both = old.db_default().zip(new.db_default());
            if let (true, Some((was, is))) = (
                only_db_default && self.facts.django >= DjangoVersion(5, 0),
                both,
            ) {
                let compile = |value, state| {
                    Compiler::new(change.model, state, self.facts).database_default(new, value)
                };
                return compile(was, change.before) != compile(is, change.after);
            }
            return true;
        }
        match (&old.relation, &new.relation) {
            (Some(was), Some(is))
                if !new.is_many_to_many() && self.facts.django >= DjangoVersion(5, 0) =>
            {
                change.before.table_of(&was.to) != change.after.table_of(&is.to)
            }
            (Some(was), Some(is)) => was.to != is.to,
            _ => false,
        }
    }

    fn alter_column(&mut self, change: &Change<'_>, old_params: &Params, new_params: &Params) {
        let (model, old, new) = (change.model, change.old, change.new);
        let table = model.table();
        let old_column = old.column();
        let dropped = self.drop_own_keys(change, &table);
        self.drop_unique(change, &table);
        let same_key = (old.primary_key() && new.primary_key()) || (old.unique() && new.unique());
        let retyped = old_params.column_type != new_params.column_type
            || old_params.collation != new_params.collation;
        let followers = if same_key && retyped {
            self.followers(change)
        } else {
            Vec::new()
        };
        for follower in &followers {
            for name in self.foreign_keys(&follower.table, &follower.field.column()) {
                self.drop_foreign_key(&follower.table, &name);
            }
        }
        self.drop_own_index(change, &table);
        let check = |field: &Field, params: &Params| -> Option<String> {
            // The same for every column name.
            params
                .check
                .as_ref()
                .map(|_| field.kind.is_positive().to_string())
        };
        let (old_check, new_check) = (check(old, old_params), check(new, new_params));
        if old_check != new_check && old_check.is_some() {
            self.drop_own_check(change, &table);
        }
        let column = new.column();
        if old_column != column {
            self.execute(format!(
                "ALTER TABLE {} RENAME COLUMN {} TO {}",
                quote(&table),
                quote(&old_column),
                quote(&column)
            ));
            self.column_renamed(&table, &old_column, &column);
        }
        let temporary_default = self.alter_definition(change, old_params, new_params);
        self.alter_keys(change, &table, &column, !followers.is_empty());
        for follower in &followers {
            self.follow(follower);
        }
        let became_key = !old.primary_key() && new.primary_key();
        let more = if became_key {
            self.followers(change)
        } else {
            Vec::new()
        };
        for follower in &more {
            self.follow(follower);
        }
        if is_constrained(new)
            && (dropped || !is_constrained(old))
            && let Some(target) = change.after.target(new)
        {
            self.run(&Ddl {
                table: table.clone(),
                columns: vec![column.clone()],
                name: DdlName::ForeignKey,
                kind: DdlKind::ForeignKey {
                    to_table: target.table,
                    to_column: target.column,
                },
            });
        }
        if !followers.is_empty() {
            for follower in followers.iter().chain(&more) {
                self.restore_key(change, follower);
            }
        }
        if old_check != new_check
            && let Some(check) = &new_params.check
        {
            let name = index_name(&table, std::slice::from_ref(&column), "_check");
            self.execute(format!(
                "ALTER TABLE {} ADD CONSTRAINT {} CHECK ({check})",
                quote(&table),
                quote(&name)
            ));
            self.catalogue
                .add(&table, name, vec![column.clone()], KnownKind::Check);
        }
        if temporary_default {
            self.execute(format!(
                "ALTER TABLE {} ALTER COLUMN {} DROP DEFAULT",
                quote(&table),
                quote(&column)
            ));
        }
    }

    /// Drops the index of a column that is to have none, or a unique one instead.
    fn drop_own_index(&mut self, change: &Change<'_>, table: &str) {
        let (old, new) = (change.old, change.new);
        if !old.db_index() || old.unique() || (new.db_index() && !new.unique()) {
            return;
        }
        let named = names_of(&change.model.options.indexes);
        let gone = |known: &Known| {
            matches!(known.kind, KnownKind::Index { btree: true, .. })
                && !named.contains(&known.name)
        };
        for name in self.names_on(table, &old.column(), gone) {
            self.drop_index(table, &name);
        }
    }

    /// Drops the check that a kind of field brings along.
    fn drop_own_check(&mut self, change: &Change<'_>, table: &str) {
        let named = names_of(&change.model.options.constraints);
        let gone = |known: &Known| known.kind == KnownKind::Check && !named.contains(&known.name);
        for name in self.names_on(table, &change.old.column(), gone) {
            self.drop_constraint(table, &name);
        }
    }

    /// Adds the foreign key again that another table's column had.
    fn restore_key(&mut self, change: &Change<'_>, follower: &Follower) {
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

    /// Drops the foreign keys of the column itself; whether there were any.
    fn drop_own_keys(&mut self, change: &Change<'_>, table: &str) -> bool {
        let old = change.old;
        let constrained = old
            .relation
            .as_ref()
            .is_some_and(|relation| relation.db_constraint);
        if !old.kind.is_foreign_key() || !constrained {
            return false;
        }
        if self.facts.django >= DjangoVersion(4, 2) && !self.should_alter(change, &["db_comment"]) {
            return false;
        }
        let names = self.foreign_keys(table, &old.column());
        for name in &names {
            self.drop_foreign_key(table, name);
        }
        !names.is_empty()
    }

    fn drop_unique(&mut self, change: &Change<'_>, table: &str) {
        let (old, new) = (change.old, change.new);
        let became_key = !old.primary_key() && new.primary_key();
        if !old.unique() || (new.unique() && !became_key) {
            return;
        }
        let named = names_of(&change.model.options.constraints);
        let gone = |known: &Known| known.kind.is_unique() && !named.contains(&known.name);
        for name in self.names_on(table, &old.column(), gone) {
            self.drop_constraint(table, &name);
        }
    }

    /// The type, the default and whether it may be NULL; whether a default was set that has to go again.
    fn alter_definition(
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
            let anew = is.as_deref().is_some_and(super::values::is_momentary);
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

    /// Primary key, unique constraint and index of the new field.
    fn alter_keys(&mut self, change: &Change<'_>, table: &str, column: &str, _retyped: bool) {
        let (model, old, new) = (change.model, change.old, change.new);
        if old.primary_key() && !new.primary_key() {
            let keys = self.catalogue.of_table(table).iter();
            let keys = keys.filter(|known| known.kind == KnownKind::PrimaryKey);
            let names: Vec<String> = keys.map(|known| known.name.clone()).collect();
            for name in names {
                self.drop_constraint(table, &name);
            }
        }
        if !new.primary_key() && new.unique() && (!old.unique() || old.primary_key()) {
            self.run(&unique(table, vec![column.to_owned()]));
        }
        if (!old.db_index() || old.unique()) && new.db_index() && !new.unique() {
            self.run(&field_index(model, new));
        }
        if !old.primary_key() && new.primary_key() {
            let name = index_name(table, &[column.to_owned()], "_pk");
            self.execute(format!(
                "ALTER TABLE {} ADD CONSTRAINT {} PRIMARY KEY ({})",
                quote(table),
                quote(&name),
                quote(column)
            ));
            self.catalogue
                .add(table, name, vec![column.to_owned()], KnownKind::PrimaryKey);
        }
    }

    /// The foreign keys that reference the column, and those that reference them.
    ///
    /// Source: `_related_non_m2m_objects`.
    fn followers(&self, change: &Change<'_>) -> Vec<Follower> {
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

    fn follow(&mut self, follower: &Follower) {
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

    /// The indexes for LIKE, after the change.
    fn like_indexes(&mut self, change: &Change<'_>, old_params: &Params, new_params: &Params) {
        let (model, old, new) = (change.model, change.old, change.new);
        let indexed = |field: &Field| field.db_index() || field.unique();
        let is_due = (!indexed(old) && new.db_index())
            || (!old.unique() && new.unique())
            || (changes_text_index(old, old_params, new_params)
                && self.facts.django >= DjangoVersion(5, 0));
        if is_due && let Some(like) = self.like_index(model, new, change.after) {
            self.run(&like);
        }
        if old.unique() && !indexed(new) {
            let table = model.table();
            let name = index_name(&table, &[old.column()], "_like");
            self.drop_index(&table, &name);
        }
    }

    /// Drops an index, whether it is there or only deferred.
    pub(super) fn drop_index(&mut self, table: &str, name: &str) {
        self.catalogue.drop_index(name);
        self.forget(|ddl| ddl.table == table && ddl.name() == name);
        self.execute(format!("DROP INDEX IF EXISTS {}", quote(name)));
    }

    fn names_on(&self, table: &str, column: &str, which: impl Fn(&Known) -> bool) -> Vec<String> {
        let columns = [column.to_owned()];
        let known = self.catalogue.on(table, &columns);
        let known = known.filter(|known| which(known));
        known.map(|known| known.name.clone()).collect()
    }
}

/// The names under which indexes or constraints stand in a model's options.
fn names_of(values: &[crate::django::value::Value]) -> Vec<String> {
    let names = values.iter().filter_map(name_of);
    names.map(str::to_owned).collect()
}

/// What Django compares to decide on a cast: the type without the field's own lengths.
fn data_type(field: &Field, params: &Params) -> String {
    if field.kind.is_foreign_key() {
        return params.column_type.clone().unwrap_or_default();
    }
    match field.kind {
        Kind::Varchar(
            "CharField" | "EmailField" | "URLField" | "CommaSeparatedIntegerField",
            _,
        ) => "CharField".to_owned(),
        Kind::Varchar(..) => "varchar(%(max_length)s)".to_owned(),
        Kind::Decimal => "numeric".to_owned(),
        _ => params.column_type.clone().unwrap_or_default(),
    }
}

/// Whether an indexed text column becomes something else.
///
/// Source: `_is_changing_type_of_indexed_text_column`.
fn changes_text_index(old: &Field, old_params: &Params, new_params: &Params) -> bool {
    let (Some(was), Some(is)) = (&old_params.column_type, &new_params.column_type) else {
        return false;
    };
    let leaves = |kind: &str| was.starts_with(kind) && !is.starts_with(kind);
    (old.db_index() || old.unique()) && ["varchar", "text", "citext"].into_iter().any(leaves)
}

/// Whether the field has a foreign key in the database.
fn is_constrained(field: &Field) -> bool {
    let relation = field.relation.as_ref();
    relation.is_some_and(|relation| relation.db_constraint) && field.kind.is_foreign_key()
}
