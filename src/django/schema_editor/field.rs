//! Columns: their definitions; added and dropped.

use super::ddl::{Ddl, DdlKind, DdlName, Index};
use super::editor::Editor;
use super::expression::Compiler;
use super::names::{bare_table, index_name, quote};
use super::values::{effective_default, of_field};
use crate::django::facts::DjangoVersion;
use crate::django::fields::{Field, Kind};
use crate::django::state::{Model, Params, State};
use crate::django::value::Value;

impl Editor<'_, '_> {
    /// The definition of a column without its name; `None` where the field has none.
    ///
    /// Source: `column_sql` and `_iter_column_sql`.
    pub(super) fn definition(
        &mut self,
        model: &Model,
        field: &Field,
        params: &Params,
        include_default: bool,
        state: &State,
    ) -> Option<String> {
        let serial = params.serial.map(str::to_owned);
        let mut parts = vec![serial.or_else(|| params.column_type.clone())?];
        self.unknown_field(field);
        if params.guessed && field.opaque.is_none() {
            self.unknown(
                field.span,
                format!("the model that {} leads to is not known", field.name),
            );
        }
        if let Some(collation) = &params.collation {
            parts.push(format!("COLLATE {}", quote(collation)));
        }
        if let Some(default) = field.db_default() {
            let default = self.database_default(model, field, default, state);
            parts.push(format!("DEFAULT {default}"));
        } else if include_default && let Some(default) = self.default_of(field) {
            parts.push(format!("DEFAULT {default}"));
        }
        if let Some((expression, stored)) = field.generated() {
            let compiled = Compiler::new(model, state, self.facts).expression(expression);
            let expression = match compiled {
                Ok(sql) => sql,
                Err(reason) => {
                    self.unknown(field.span, reason);
                    "NULL".to_owned()
                }
            };
            let kind = if stored { "STORED" } else { "VIRTUAL" };
            parts.push(format!("GENERATED ALWAYS AS ({expression}) {kind}"));
        } else {
            parts.push(if field.null() { "NULL" } else { "NOT NULL" }.to_owned());
        }
        if field.primary_key() {
            parts.push("PRIMARY KEY".to_owned());
        } else if field.unique() {
            parts.push("UNIQUE".to_owned());
        }
        Some(parts.join(" "))
    }

    /// The default that rows get, as SQL; what is not known is noted, and taken for a constant.
    pub(super) fn default_of(&mut self, field: &Field) -> Option<String> {
        if field.kind.is_foreign_key() && field.relation.is_some() {
            return match field.get("default") {
                Some(value) => match super::values::literal(value) {
                    // An empty string refers to nothing.
                    Some(literal) => (literal != "NULL" && literal != "''").then_some(literal),
                    None => {
                        self.unknown(
                            field.span,
                            format!("the default of {} is not known", field.name),
                        );
                        Some("'?'".to_owned())
                    }
                },
                None => None,
            };
        }
        match effective_default(field, self.facts) {
            Ok(default) => default,
            Err(reason) => {
                self.unknown(field.span, reason);
                Some("'?'".to_owned())
            }
        }
    }

    /// A `db_default` as SQL.
    pub(super) fn database_default(
        &mut self,
        model: &Model,
        field: &Field,
        default: &Value,
        state: &State,
    ) -> String {
        let plain = match default {
            Value::Call(call) if call.callee == "django.db.models.Value" => {
                call.args.first().or_else(|| call.keyword("value"))
            }
            Value::Call(call) => match call.class() {
                "Decimal" | "date" | "datetime" | "time" | "timedelta" | "UUID" => Some(default),
                _ => None,
            },
            Value::Binary(..) | Value::Unary(..) => None,
            other => Some(other),
        };
        let compiled = match plain {
            Some(value) => of_field(value, field, self.facts).map(|sql| {
                // Source: `ArrayField.get_placeholder`.
                let params = state.params(&model.key, field, self.facts);
                match params.column_type {
                    Some(array) if field.kind == Kind::Array && sql != "NULL" => {
                        format!("{sql}::{array}")
                    }
                    _ => sql,
                }
            }),
            None => Compiler::new(model, state, self.facts)
                .expression(default)
                .map(|sql| format!("({sql})")),
        };
        compiled.unwrap_or_else(|reason| {
            self.unknown(field.span, reason);
            "('?')".to_owned()
        })
    }

    /// ADD COLUMN, and what goes with it; a table for a many-to-many relation.
    ///
    /// Source: `add_field`.
    pub(super) fn add_field(&mut self, model: &Model, field: &Field, state: &State) {
        if let Some(through) = state.through(model, field, self.facts) {
            self.create_model(&through, state);
            return;
        }
        let params = state.params(&model.key, field, self.facts);
        self.guessed_field(field);
        let Some(mut definition) = self.definition(model, field, &params, true, state) else {
            self.unknown_field(field);
            return;
        };
        if let Some(suffix) = params.suffix {
            definition.push(' ');
            definition.push_str(suffix);
            self.catalogue.add_sequence(&model.table(), &field.column());
        }
        if let Some(check) = &params.check {
            definition.push_str(&format!(" CHECK ({check})"));
        }
        let (table, column) = (model.table(), field.column());
        self.name_column_constraints(&table, field, params.check.is_some());
        let constrained = field
            .relation
            .as_ref()
            .is_some_and(|relation| relation.db_constraint);
        if field.kind.is_foreign_key()
            && constrained
            && let Some(target) = state.target(field)
        {
            let suffix = format!("_fk_{}_{}", bare_table(&target.table), target.column);
            let name = index_name(&table, std::slice::from_ref(&column), &suffix);
            let quoted = quote(&name);
            let namespace = match table.split_once("\".\"") {
                Some((schema, _)) => format!("{}.", quote(schema.trim_matches('"'))),
                None => String::new(),
            };
            definition.push_str(&format!(
                " CONSTRAINT {quoted} REFERENCES {}({}) DEFERRABLE INITIALLY DEFERRED; SET CONSTRAINTS {namespace}{quoted} IMMEDIATE",
                quote(&target.table),
                quote(&target.column)
            ));
            let kind = super::catalogue::KnownKind::ForeignKey;
            self.catalogue.add(&table, name, vec![column.clone()], kind);
        }
        self.execute(format!(
            "ALTER TABLE {} ADD COLUMN {} {definition}",
            quote(&table),
            quote(&column)
        ));
        if field.db_default().is_none() && self.default_of(field).is_some() {
            self.execute(format!(
                "ALTER TABLE {} ALTER COLUMN {} DROP DEFAULT",
                quote(&table),
                quote(&column)
            ));
        }
        if let Some(comment) = field.comment() {
            self.comment_on_column(&table, &column, Some(comment));
        }
        self.defer_field_indexes(model, field, state);
    }

    /// DROP COLUMN, its foreign keys first.
    ///
    /// Source: `remove_field`.
    pub(super) fn remove_field(&mut self, model: &Model, field: &Field, state: &State) {
        if let Some(through) = state.through(model, field, self.facts) {
            self.delete_model(&through, state);
            return;
        }
        if state
            .params(&model.key, field, self.facts)
            .column_type
            .is_none()
        {
            return;
        }
        let (table, column) = (model.table(), field.column());
        if field.kind.is_foreign_key() {
            for name in self.foreign_keys(&table, &column) {
                self.drop_foreign_key(&table, &name);
            }
        }
        let cascade = if self.facts.django >= DjangoVersion(6, 0) {
            ""
        } else {
            " CASCADE"
        };
        self.execute(format!(
            "ALTER TABLE {} DROP COLUMN {}{cascade}",
            quote(&table),
            quote(&column)
        ));
        self.catalogue.drop_column(&table, &column);
        self.forget(|ddl| ddl.references_column(&table, &column));
    }

    /// The names of the foreign keys on a column.
    pub(super) fn foreign_keys(&self, table: &str, column: &str) -> Vec<String> {
        let columns = [column.to_owned()];
        let known = self.catalogue.on(table, &columns);
        known
            .filter(|known| known.kind == super::catalogue::KnownKind::ForeignKey)
            .map(|known| known.name.clone())
            .collect()
    }

    /// The indexes that a field has by itself, at the end of the migration.
    pub(super) fn defer_field_indexes(&mut self, model: &Model, field: &Field, state: &State) {
        if !field.kind.is_column() && !field.kind.is_foreign_key() {
            return;
        }
        if field.db_index() && !field.unique() {
            self.defer(field_index(model, field));
        }
        if let Some(like) = self.like_index(model, field, state) {
            self.defer(like);
        }
    }

    /// The second index of text columns, for LIKE.
    ///
    /// Source: `_create_like_index_sql` in `django/db/backends/postgresql/schema.py`.
    pub(super) fn like_index(&self, model: &Model, field: &Field, state: &State) -> Option<Ddl> {
        let params = state.params(&model.key, field, self.facts);
        let column_type = params.column_type?;
        if !(field.db_index() || field.unique()) || column_type.contains('[') {
            return None;
        }
        let of_target = field.kind.is_foreign_key() && self.facts.django >= DjangoVersion(5, 0);
        let target = params.collation.as_deref().filter(|_| of_target);
        let collation = field.text("db_collation").or(target);
        if collation.is_some_and(|name| !self.catalogue.is_deterministic(name)) {
            return None;
        }
        let class = if column_type.starts_with("varchar") {
            "varchar_pattern_ops"
        } else if column_type.starts_with("text") {
            "text_pattern_ops"
        } else {
            return None;
        };
        if field.kind == Kind::Unknown {
            return None;
        }
        Some(Ddl {
            table: model.table(),
            columns: vec![field.column()],
            name: DdlName::Made("_like"),
            kind: DdlKind::Index(Index {
                after: vec![class.to_owned()],
                ..Index::default()
            }),
        })
    }
}

/// The index of `db_index=True`.
pub(super) fn field_index(model: &Model, field: &Field) -> Ddl {
    Ddl {
        table: model.table(),
        columns: vec![field.column()],
        name: DdlName::Made(""),
        kind: DdlKind::Index(Index::default()),
    }
}
