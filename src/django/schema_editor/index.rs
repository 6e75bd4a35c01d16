//! Indexes of `Meta.indexes`: all kinds that Django knows.
//!
//! Source: `django/db/models/indexes.py`, `django/contrib/postgres/indexes.py`.

use super::ddl::{Ddl, DdlKind, DdlName, Index};
use super::editor::Editor;
use super::expression::Compiler;
use super::names::{bare_table, digest};
use crate::django::state::{Model, State};
use crate::django::value::{Call, Value};

impl Editor<'_, '_> {
    /// The statement that makes an index; what is not understood is noted, and nothing made.
    pub(super) fn index(
        &mut self,
        model: &Model,
        index: &Value,
        concurrently: bool,
        state: &State,
    ) -> Option<Ddl> {
        match self.read_index(model, index, concurrently, state) {
            Ok(ddl) => Some(ddl),
            Err(reason) => {
                let span = match index {
                    Value::Call(call) => call.span,
                    Value::Unknown(opaque) => opaque.span,
                    _ => self.span,
                };
                self.missing(span, reason);
                None
            }
        }
    }

    fn read_index(
        &mut self,
        model: &Model,
        index: &Value,
        concurrently: bool,
        state: &State,
    ) -> Result<Ddl, String> {
        let Value::Call(call) = index else {
            return Err("an index that is not known".to_owned());
        };
        let (suffix, using) = match call.class() {
            "Index" => ("idx", ""),
            "BloomIndex" => ("bloom", " USING bloom"),
            "BrinIndex" => ("brin", " USING brin"),
            "BTreeIndex" => ("btree", " USING btree"),
            "GinIndex" => ("gin", " USING gin"),
            "GistIndex" => ("gist", " USING gist"),
            "HashIndex" => ("hash", " USING hash"),
            "SpGistIndex" => ("spgist", " USING spgist"),
            other => return Err(format!("the index {other} is not known")),
        };
        let compiler = Compiler::new(model, state, self.facts);
        let mut built = Index {
            concurrently,
            using: using.to_owned(),
            extra: storage(call) + &tablespace(call),
            ..Index::default()
        };
        if let Some(condition) = call
            .keyword("condition")
            .filter(|value| **value != Value::None)
        {
            built.condition = Some(compiler.predicate(condition)?);
        }
        let include = names(call.keyword("include"));
        built.include = self.columns(model, &include, state);
        let fields = names(call.keyword("fields"));
        let compiler = Compiler::new(model, state, self.facts);
        let mut columns = Vec::new();
        if fields.is_empty() {
            let keys: Result<Vec<String>, String> = call
                .args
                .iter()
                .map(|key| compiler.index_key(key))
                .collect();
            built.expressions = Some(keys?.join(", "));
            columns = compiler.columns_read();
        } else {
            let classes = names(call.keyword("opclasses"));
            for (at, field) in fields.iter().enumerate() {
                let (name, order) = match field.strip_prefix('-') {
                    Some(name) => (name, "DESC"),
                    None => (field.as_str(), ""),
                };
                columns.extend(self.columns(model, &[name.to_owned()], state));
                let class = classes.get(at).map_or("", String::as_str);
                let after = [class, order].into_iter().filter(|part| !part.is_empty());
                built.after.push(after.collect::<Vec<_>>().join(" "));
            }
        }
        let table = model.table();
        let name = match call.keyword("name").and_then(Value::as_str) {
            Some(name) => name.to_owned(),
            None => own_name(&table, &columns, &built.after, suffix),
        };
        Ok(Ddl {
            table,
            columns,
            name: DdlName::Given(name),
            kind: DdlKind::Index(built),
        })
    }
}

/// ` TABLESPACE name`, or nothing.
fn tablespace(call: &Call) -> String {
    let name = call.keyword("db_tablespace").and_then(Value::as_str);
    name.map_or_else(String::new, |name| {
        format!(" TABLESPACE {}", super::names::quote(name))
    })
}

/// The name that Django gives to an index without one.
///
/// Source: `Index.set_name_with_model`.
fn own_name(table: &str, columns: &[String], after: &[String], suffix: &str) -> String {
    let table = bare_table(table);
    let with_order: Vec<String> = columns
        .iter()
        .zip(after)
        .map(|(column, after)| {
            let descending = after.ends_with("DESC");
            format!("{}{column}", if descending { "-" } else { "" })
        })
        .collect();
    let parts = std::iter::once(table)
        .chain(with_order.iter().map(String::as_str))
        .chain(std::iter::once(suffix));
    let digest = digest(parts, 6);
    let first = |text: &str, length: usize| -> String { text.chars().take(length).collect() };
    let column = columns.first().map_or("", String::as_str);
    let name = format!(
        "{}_{}_{digest}_{suffix}",
        first(table, 11),
        first(column, 7)
    );
    if name.starts_with('_') || name.starts_with(|c: char| c.is_ascii_digit()) {
        format!("D{}", &name[1..])
    } else {
        name
    }
}

/// Storage parameters: ` WITH (...)`.
fn storage(call: &Call) -> String {
    const PARAMETERS: &[&str] = &[
        "length",
        "autosummarize",
        "pages_per_range",
        "gin_pending_list_limit",
        "fastupdate",
        "buffering",
        "fillfactor",
        "deduplicate_items",
    ];
    let mut parts = Vec::new();
    for name in PARAMETERS {
        match call.keyword(name) {
            Some(Value::Bool(truth)) => {
                parts.push(format!("{name} = {}", if *truth { "on" } else { "off" }));
            }
            Some(Value::Int(number)) => parts.push(format!("{name} = {number}")),
            _ => {}
        }
    }
    if call.class() == "BloomIndex" {
        let columns = call
            .keyword("columns")
            .and_then(Value::items)
            .unwrap_or_default();
        for (at, length) in columns.iter().filter_map(Value::as_int).enumerate() {
            parts.push(format!("col{} = {length}", at + 1));
        }
    }
    if parts.is_empty() {
        String::new()
    } else {
        format!(" WITH ({})", parts.join(", "))
    }
}

/// Strings in a list or tuple.
pub(super) fn names(value: Option<&Value>) -> Vec<String> {
    let items = value.and_then(Value::items).unwrap_or_default();
    items
        .iter()
        .filter_map(|item| item.as_str().map(str::to_owned))
        .collect()
}
