//! The snapshot as TOML: a line a table, in an order that does not change, numbers with few digits, so that a change of it is a short diff.

use super::contents::{Column, Index, Key, Snapshot, Table};
use crate::sizes::quantity::{Bytes, Rows};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;
use toml::Spanned;

/// By schema, then by name.
type BySchema<T> = BTreeMap<String, BTreeMap<String, T>>;

#[derive(Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
struct Document {
    taken: Spanned<String>,
    database: String,
    server: String,
    #[serde(default)]
    settings: BTreeMap<String, String>,
    #[serde(default)]
    tables: BySchema<TableLine>,
    #[serde(default)]
    indexes: BySchema<IndexLine>,
    #[serde(default)]
    columns: BySchema<BTreeMap<String, ColumnLine>>,
    #[serde(default)]
    not_valid: BySchema<Vec<String>>,
    #[serde(default)]
    hidden: u64,
    #[serde(default)]
    counted: Option<u64>,
}

#[derive(Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a table like { rows = \"10M\", bytes = \"850MB\" }"
)]
struct TableLine {
    rows: Option<Rows>,
    bytes: Bytes,
    #[serde(default)]
    toast: Option<Bytes>,
    #[serde(default)]
    indexes: Option<Bytes>,
    #[serde(default)]
    partitions: u64,
    #[serde(default)]
    reads: f64,
    #[serde(default)]
    writes: f64,
}

#[derive(Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "an index like { table = \"orders\", bytes = \"214MB\", method = \"btree\" }"
)]
struct IndexLine {
    table: String,
    bytes: Bytes,
    method: String,
    #[serde(default)]
    invalid: bool,
}

#[derive(Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "a column like { width = 8, nulls = 0.25 }"
)]
struct ColumnLine {
    width: u64,
    #[serde(default)]
    nulls: f64,
}

/// What is wrong with such a file, and the bytes of it that are to blame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotError {
    pub message: String,
    pub span: Option<Range<usize>>,
}

impl Snapshot {
    /// Reads what [`Snapshot::text`] has written; `from` is the name of the file.
    ///
    /// # Errors
    /// Where it is no such file.
    pub fn of_toml(text: &str, from: &str) -> Result<Self, SnapshotError> {
        let document: Document = toml::from_str(text).map_err(|error| SnapshotError {
            message: error
                .message()
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned(),
            span: error.span(),
        })?;
        let taken = document.taken.get_ref();
        let taken = taken.parse().map_err(|_| SnapshotError {
            message: format!("`{taken}` is no date"),
            span: Some(document.taken.span()),
        })?;
        Ok(Self {
            from: from.to_owned(),
            taken,
            database: document.database,
            server: document.server,
            settings: document.settings,
            tables: flat(document.tables, |line| Table {
                rows: line.rows.map(|rows| rows.0),
                bytes: line.bytes.0,
                toast: line.toast.map_or(0, |bytes| bytes.0),
                indexes: line.indexes.map_or(0, |bytes| bytes.0),
                partitions: line.partitions,
                reads: line.reads,
                writes: line.writes,
            }),
            indexes: flat(document.indexes, |line| Index {
                table: line.table,
                bytes: line.bytes.0,
                method: line.method,
                valid: !line.invalid,
            }),
            columns: flat(document.columns, |lines| {
                let column = |line: ColumnLine| Column {
                    width: line.width,
                    nulls: line.nulls,
                };
                let columns = lines.into_iter();
                columns.map(|(name, line)| (name, column(line))).collect()
            }),
            not_valid: flat(document.not_valid, |names| names),
            hidden: document.hidden,
            counted: document.counted,
        })
    }

    /// The text of the file. Numbers have two or three digits that count.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!(
            "# What mig-lint knows of the sizes in this database: no row of it. Written by `mig-lint sizes`, which writes it anew; hints under [tables] of the config go before it.
# rows and bytes of tables, without TOAST and indexes, which follow; reads and writes a second, on the average. A partitioned table holds the sum of its partitions.
taken = {}
database = {}
server = {}
",
            quoted(&self.taken.to_string()),
            quoted(&self.database),
            quoted(&self.server)
        );
        if self.hidden > 0 {
            let _ = write!(
                text,
                "# Of so many tables the role could not see what the columns hold: it needs SELECT on them, or pg_read_all_data.\nhidden = {}\n",
                self.hidden
            );
        }
        if let Some(seconds) = self.counted {
            let _ = write!(
                text,
                "# The server had counted reads and writes for so many seconds only: what is in use all the time is not known.\ncounted = {seconds}\n"
            );
        }
        text.push_str("\n[settings]\n");
        for (name, value) in &self.settings {
            let _ = writeln!(text, "{} = {}", key(name), quoted(value));
        }
        by_schema(&mut text, "tables", &self.tables, table);
        by_schema(&mut text, "indexes", &self.indexes, index);
        by_schema(&mut text, "not-valid", &self.not_valid, |names| {
            let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
            format!("[{}]", names.join(", "))
        });
        for (of, columns) in &self.columns {
            let _ = writeln!(text, "\n[columns.{}.{}]", key(&of.schema), key(&of.name));
            for (name, it) in columns {
                let _ = writeln!(text, "{} = {}", key(name), column(*it));
            }
        }
        text
    }
}

fn flat<T, U>(by_schema: BySchema<T>, of: impl Fn(T) -> U) -> BTreeMap<Key, U> {
    let mut all = BTreeMap::new();
    for (schema, named) in by_schema {
        for (name, value) in named {
            let schema = schema.clone();
            all.insert(Key { schema, name }, of(value));
        }
    }
    all
}

fn by_schema<T>(
    text: &mut String,
    title: &str,
    all: &BTreeMap<Key, T>,
    line: impl Fn(&T) -> String,
) {
    let mut schema = None;
    for (of, value) in all {
        if schema != Some(&of.schema) {
            let _ = writeln!(text, "\n[{title}.{}]", key(&of.schema));
            schema = Some(&of.schema);
        }
        let _ = writeln!(text, "{} = {}", key(&of.name), line(value));
    }
}

fn table(table: &Table) -> String {
    let bytes = |bytes: u64| quoted(&Bytes(bytes).text());
    let rows = table.rows.map(|rows| quoted(&Rows(rows).text()));
    let positive = |bytes_of: u64| (bytes_of > 0).then(|| bytes(bytes_of));
    let rate = |rate: f64| (rate > 0.0).then(|| rate.to_string());
    let partitions = (table.partitions > 0).then(|| table.partitions.to_string());
    inline(&[
        ("rows", rows),
        ("bytes", Some(bytes(table.bytes))),
        ("toast", positive(table.toast)),
        ("indexes", positive(table.indexes)),
        ("partitions", partitions),
        ("reads", rate(table.reads)),
        ("writes", rate(table.writes)),
    ])
}

fn index(index: &Index) -> String {
    inline(&[
        ("table", Some(quoted(&index.table))),
        ("bytes", Some(quoted(&Bytes(index.bytes).text()))),
        ("method", Some(quoted(&index.method))),
        ("invalid", (!index.valid).then(|| "true".to_owned())),
    ])
}

fn column(column: Column) -> String {
    let nulls = (column.nulls > 0.0).then(|| column.nulls.to_string());
    inline(&[("width", Some(column.width.to_string())), ("nulls", nulls)])
}

fn inline(fields: &[(&str, Option<String>)]) -> String {
    let fields = fields.iter().filter_map(|(name, value)| {
        let value = value.as_ref()?;
        Some(format!("{name} = {value}"))
    });
    format!("{{ {} }}", fields.collect::<Vec<_>>().join(", "))
}

/// A key of TOML, in quotes where it needs them.
fn key(name: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    if !name.is_empty() && name.chars().all(plain) {
        name.to_owned()
    } else {
        quoted(name)
    }
}

/// A basic string of TOML, on one line.
fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                let _ = write!(quoted, "\\u{:04X}", u32::from(c));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
