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
use crate::django::state::{Model, Params, State, name_of};

/// A field before and after, in the states that it belongs to.
pub(super) struct Change<'c> {
    /// The model afterwards, which says what the table is called.
    pub(super) model: &'c Model,
    pub(super) old: &'c Field,
    pub(super) new: &'c Field,
    pub(super) before: &'c State,
    pub(super) after: &'c State,
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
                return self.missing(new.span, reason);
            }
        }
        let owner = &change.model.key;
        let old_params = change.before.params(owner, old, self.facts);
        let new_params = change.after.params(owner, new, self.facts);
        if old_params.column_type.is_none() || new_params.column_type.is_none() {
            return;
        }
        self.guessed_field(new);
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
        let to_field = |field, state: &State| state.to_field(field).map(str::to_owned);
        let retargeted = !ignore.contains(&"to_field")
            && to_field(old, change.before) != to_field(new, change.after);
        let ignore = &[ignore, &["to_field"]].concat();
        if retargeted || old.differs(new, ignore) {
            let only_db_default =
                !retargeted && !old.differs(new, &[ignore, &["db_default"][..]].concat());
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
        let by_name = self.facts.django < DjangoVersion(5, 0);
        let check = |field: &Field, params: &Params| -> Option<String> {
            // Source: `_field_db_check`: the same for every column name, since Django 5.0.
            let check = params.check.as_ref()?;
            Some(if by_name {
                check.clone()
            } else {
                field.kind.is_positive().to_string()
            })
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
pub(super) fn data_type(field: &Field, params: &Params) -> String {
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
pub(super) fn changes_text_index(old: &Field, old_params: &Params, new_params: &Params) -> bool {
    let (Some(was), Some(is)) = (&old_params.column_type, &new_params.column_type) else {
        return false;
    };
    let leaves = |kind: &str| was.starts_with(kind) && !is.starts_with(kind);
    (old.db_index() || old.unique()) && ["varchar", "text", "citext"].into_iter().any(leaves)
}

/// Whether the field has a foreign key in the database.
pub(super) fn is_constrained(field: &Field) -> bool {
    let relation = field.relation.as_ref();
    relation.is_some_and(|relation| relation.db_constraint) && field.kind.is_foreign_key()
}
