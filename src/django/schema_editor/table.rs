//! Tables: made with their columns, constraints and indexes; renamed; dropped.

use super::catalogue::KnownKind;
use super::ddl::{Ddl, DdlKind, DdlName, Index};
use super::editor::Editor;
use super::names::{bare_table, quote};
use super::values::text;
use crate::django::fields::Field;
use crate::django::state::{Model, State};
use crate::postgres::object_name;

impl Editor<'_, '_> {
    /// CREATE TABLE, and what goes with it.
    ///
    /// Source: `create_model` and `table_sql`.
    pub(super) fn create_model(&mut self, model: &Model, state: &State) {
        let table = model.table();
        for set in &model.options.unique_together {
            let columns = self.columns(model, set, state);
            self.defer(unique(&table, columns));
        }
        let mut parts = Vec::new();
        for field in &model.fields {
            if let Some(definition) = self.create_column(model, field, state) {
                parts.push(format!("{} {definition}", quote(&field.column())));
            }
        }
        for constraint in &model.options.constraints {
            if let Some(inline) = self.constraint_in_table(model, constraint, state) {
                parts.push(inline);
            }
        }
        if let Some(key) = self.composite_key(model, state) {
            parts.push(key);
        }
        self.execute(format!(
            "CREATE TABLE {} ({})",
            quote(&table),
            parts.join(", ")
        ));
        if let Some(comment) = model
            .options
            .comment
            .as_deref()
            .filter(|text| !text.is_empty())
        {
            self.comment_on_table(&table, Some(comment));
        }
        for field in &model.fields {
            if let Some(comment) = field
                .comment()
                .filter(|_| field.kind.is_column() || field.kind.is_foreign_key())
            {
                self.comment_on_column(&table, &field.column(), Some(comment));
            }
        }
        for field in &model.fields {
            self.defer_field_indexes(model, field, state);
        }
        for index in &model.options.indexes {
            if let Some(ddl) = self.index(model, index, false, state) {
                self.defer(ddl);
            }
        }
        for set in &model.options.index_together {
            let columns = self.columns(model, set, state);
            self.defer(Ddl {
                table: table.clone(),
                columns,
                name: DdlName::Made("_idx"),
                kind: DdlKind::Index(Index::default()),
            });
        }
        for field in &model.fields {
            if let Some(through) = state.through(model, field, self.facts) {
                self.create_model(&through, state);
            }
        }
    }

    /// A column of a new table: its definition, its names in the catalogue, its foreign key at the end of the migration.
    fn create_column(&mut self, model: &Model, field: &Field, state: &State) -> Option<String> {
        let params = state.params(&model.key, field, self.facts);
        let mut definition = self.definition(model, field, &params, false, state)?;
        let (table, column) = (model.table(), field.column());
        if let Some(check) = &params.check {
            definition.push_str(&format!(" CHECK ({check})"));
        }
        if let Some(suffix) = params.suffix {
            definition.push(' ');
            definition.push_str(suffix);
        }
        self.name_column_constraints(&table, field, params.check.is_some());
        if params.suffix.is_some() {
            self.catalogue.add_sequence(&table, &column);
        }
        if field.kind.is_foreign_key()
            && field
                .relation
                .as_ref()
                .is_some_and(|relation| relation.db_constraint)
            && let Some(target) = state.target(field)
        {
            self.defer(Ddl {
                table,
                columns: vec![column],
                name: DdlName::ForeignKey,
                kind: DdlKind::ForeignKey {
                    to_table: target.table,
                    to_column: target.column,
                },
            });
        }
        Some(definition)
    }

    /// The names that PostgreSQL gives to constraints written on a column.
    pub(super) fn name_column_constraints(&mut self, table: &str, field: &Field, check: bool) {
        let column = field.column();
        let bare = bare_table(table);
        let mut add = |second: &str, label: &str, kind: KnownKind| {
            let name = object_name(bare, second, label);
            self.catalogue.add(table, name, vec![column.clone()], kind);
        };
        if field.primary_key() {
            add("", "pkey", KnownKind::PrimaryKey);
        } else if field.unique() {
            add(&column, "key", KnownKind::Unique);
        }
        if check {
            add(&column, "check", KnownKind::Check);
        }
    }

    /// `PRIMARY KEY (a, b)` of a CompositePrimaryKey.
    fn composite_key(&mut self, model: &Model, state: &State) -> Option<String> {
        let field = model
            .fields
            .iter()
            .find(|field| field.path.ends_with(".CompositePrimaryKey"))?;
        let names: Vec<String> = field
            .get("args")
            .and_then(crate::django::value::Value::items)?
            .iter()
            .filter_map(|name| name.as_str().map(str::to_owned))
            .collect();
        let columns = self.columns(model, &names, state);
        let table = model.table();
        let name = object_name(bare_table(&table), "", "pkey");
        let quoted = super::ddl::quoted(&columns);
        self.catalogue
            .add(&table, name, columns, KnownKind::PrimaryKey);
        Some(format!("PRIMARY KEY ({quoted})"))
    }

    /// The columns of fields, by their names.
    pub(super) fn columns(
        &mut self,
        model: &Model,
        names: &[String],
        state: &State,
    ) -> Vec<String> {
        let mut columns = Vec::new();
        for name in names {
            match state.field_of(model, name) {
                Some((_, field)) => columns.push(field.column()),
                None => {
                    self.unknown(self.span, format!("{} has no field {name}", model.name));
                    columns.push(name.clone());
                }
            }
        }
        columns
    }

    /// DROP TABLE, that of many-to-many relations first.
    pub(super) fn delete_model(&mut self, model: &Model, state: &State) {
        for field in &model.fields {
            if let Some(through) = state.through(model, field, self.facts) {
                self.delete_model(&through, state);
            }
        }
        let table = model.table();
        self.execute(format!("DROP TABLE {} CASCADE", quote(&table)));
        self.catalogue.drop_table(&table);
        self.forget(|ddl| ddl.references_table(&table));
    }

    pub(super) fn rename_table(&mut self, old: &str, new: &str) {
        if old == new {
            return;
        }
        self.execute(format!(
            "ALTER TABLE {} RENAME TO {}",
            quote(old),
            quote(new)
        ));
        self.table_renamed(old, new);
    }

    pub(super) fn comment_on_table(&mut self, table: &str, comment: Option<&str>) {
        let comment = text(comment.unwrap_or_default());
        self.execute(format!("COMMENT ON TABLE {} IS {comment}", quote(table)));
    }

    pub(super) fn comment_on_column(&mut self, table: &str, column: &str, comment: Option<&str>) {
        let comment = text(comment.unwrap_or_default());
        self.execute(format!(
            "COMMENT ON COLUMN {}.{} IS {comment}",
            quote(table),
            quote(column)
        ));
    }
}

/// A unique constraint on columns, under Django's name.
pub(super) fn unique(table: &str, columns: Vec<String>) -> Ddl {
    Ddl {
        table: table.to_owned(),
        columns,
        name: DdlName::Made("_uniq"),
        kind: DdlKind::Unique {
            index: Index::default(),
            deferrable: "",
            nulls: "",
            as_index: false,
        },
    }
}
