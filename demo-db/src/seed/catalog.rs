//! A table as the server's catalog describes it: what a plan for its rows has to respect.

use serde::Deserialize;

use crate::{Error, Session};

/// A table, and what holds for its rows.
#[derive(Debug, Deserialize)]
pub(super) struct Table {
    /// Schema and name, quoted where needed.
    pub(super) name: String,
    /// `pg_class.relkind`.
    pub(super) kind: char,
    /// Whether another table has a foreign key to it.
    pub(super) referenced: bool,
    pub(super) columns: Vec<Column>,
    pub(super) keys: Vec<Key>,
    pub(super) foreign_keys: Vec<Foreign>,
    /// Columns like `customer_id` without a foreign key, where a table `customers` is there.
    pub(super) likely_keys: Vec<Foreign>,
    pub(super) checks: Vec<Check>,
    /// The table itself and, where it is partitioned, all partitions.
    pub(super) nodes: Vec<Node>,
}

/// A column.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Column {
    pub(super) name: String,
    pub(super) generated: bool,
    /// The columns that a generated one is made from.
    pub(super) sources: Vec<String>,
    /// By the column or by a domain.
    pub(super) not_null: bool,
    /// As SQL writes it, domains included.
    #[serde(rename = "type")]
    pub(super) type_text: String,
    pub(super) default: Option<String>,
    /// The sequence of an identity or a serial.
    pub(super) counter: Option<String>,
    pub(super) base: Base,
}

/// A type below all domains.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Base {
    /// `pg_type.typname`: `int4`.
    pub(super) name: String,
    /// As SQL writes it: `numeric(10,2)`.
    pub(super) text: String,
    /// `pg_type.typtype`: b, c(omposite), e(num), r(ange), m(ultirange), p(seudo).
    pub(super) kind: char,
    /// `pg_type.typcategory`.
    pub(super) category: char,
    /// `atttypmod`, -1 for none.
    pub(super) modifier: i32,
    /// Whether the server can send and read it in binary, and its elements.
    pub(super) binary: bool,
    /// Whether the server can read it in binary. It wants to be able to for each column of a table, those too that get no values (src/backend/commands/copyfrom.c, BeginCopyFrom).
    pub(super) is_read: bool,
    pub(super) element: Option<String>,
    pub(super) element_kind: Option<char>,
    pub(super) element_type: Option<String>,
    /// The number of a composite type's fields.
    pub(super) fields: usize,
    pub(super) labels: Vec<String>,
}

impl Base {
    /// The greatest length of `varchar(n)` and `char(n)`, in characters.
    pub(super) fn length(&self) -> Option<usize> {
        // src/backend/utils/adt/varchar.c: the modifier holds the length and a header of 4 bytes.
        usize::try_from(self.modifier - 4)
            .ok()
            .filter(|_| matches!(self.name.as_str(), "varchar" | "bpchar"))
    }

    /// Precision and scale of `numeric(p, s)`.
    pub(super) fn precision(&self) -> Option<(i32, i32)> {
        if self.name != "numeric" || self.modifier < 4 {
            return None;
        }
        // src/backend/utils/adt/numeric.c: make_numeric_typmod; the scale is 11 bits with a sign.
        let packed = self.modifier - 4;
        let scale = ((packed & 0x7ff) ^ 0x400) - 0x400;
        Some(((packed >> 16) & 0xffff, scale))
    }
}

/// Columns whose values together may come once: a unique or an exclusion constraint, or a unique index.
#[derive(Debug, Deserialize)]
pub(super) struct Key {
    pub(super) name: String,
    pub(super) columns: Vec<String>,
}

/// A foreign key.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Foreign {
    pub(super) name: String,
    pub(super) parent: String,
    /// Whether the parent is the table itself.
    pub(super) own: bool,
    pub(super) columns: Vec<String>,
    pub(super) parent_columns: Vec<String>,
}

/// A CHECK constraint of the table, or of the domain of one of its columns.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Check {
    pub(super) name: String,
    pub(super) columns: Vec<String>,
    /// The condition; for a domain `CHECK ((VALUE ...))`.
    pub(super) expression: String,
    pub(super) domain: bool,
}

/// A table of a partition tree.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Node {
    pub(super) oid: i64,
    pub(super) parent: Option<i64>,
    pub(super) name: String,
    /// How it is partitioned: l(ist), r(ange), h(ash).
    pub(super) strategy: Option<char>,
    /// The columns by which it is partitioned, an expression being `None`.
    pub(super) key: Option<Vec<Option<String>>>,
    pub(super) bound: Option<String>,
}

impl Table {
    /// Reads the catalog; `table` is written as in SQL, with or without its schema.
    pub(super) fn describe(session: &mut Session, table: &str) -> Result<Self, Error> {
        let query = include_str!("describe.sql").replace("{table}", &literal(table));
        let rows = session.rows(&query)?;
        let document = rows.into_iter().flatten().flatten().next();
        let described = document.as_deref().map(serde_json::from_str::<Self>);
        let mut described = match described {
            Some(Ok(described)) => described,
            Some(Err(error)) => {
                return Err(Error::seed(table, format!("cannot be described: {error}")));
            }
            None => return Err(Error::seed(table, "is not in the catalog")),
        };
        if !matches!(described.kind, 'r' | 'p') {
            return Err(Error::seed(
                table,
                "is no table: rows can only be made for tables",
            ));
        }
        described.trace_generated();
        Ok(described)
    }

    /// What holds for a generated column holds for those that it is made from.
    fn trace_generated(&mut self) {
        let of_keys = self.keys.iter_mut().map(|key| &mut key.columns);
        let of_checks = self.checks.iter_mut().map(|check| &mut check.columns);
        for columns in of_keys.chain(of_checks) {
            for column in self.columns.iter().filter(|column| column.generated) {
                if columns.contains(&column.name) {
                    columns.retain(|name| *name != column.name);
                    columns.extend(column.sources.iter().cloned());
                }
            }
        }
    }

    pub(super) fn column(&self, name: &str) -> Option<&Column> {
        self.columns.iter().find(|column| column.name == name)
    }
}

/// Text as an SQL literal.
pub(super) fn literal(text: &str) -> String {
    // An escape string reads the same whatever standard_conforming_strings says.
    let text = text.replace('\\', "\\\\").replace('\'', "''");
    format!("E'{text}'")
}

/// The text of a literal up to its closing quote, and what follows; a doubled quote stands for one.
pub(super) fn unquoted(text: &str) -> Option<(String, &str)> {
    let mut value = String::new();
    let mut rest = text;
    loop {
        let (head, tail) = rest.split_once('\'')?;
        value.push_str(head);
        match tail.strip_prefix('\'') {
            Some(more) => {
                value.push('\'');
                rest = more;
            }
            None => return Some((value, tail)),
        }
    }
}

/// A name as SQL reads it.
pub(super) fn quoted(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Names, quoted, with commas.
pub(super) fn listed<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
    let names: Vec<String> = names.into_iter().map(|name| quoted(name)).collect();
    names.join(", ")
}
