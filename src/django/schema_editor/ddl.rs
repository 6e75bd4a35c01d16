//! Statements that wait until the end of a migration, and follow renames until then.
//!
//! Source: `django/db/backends/ddl_references.py`.

use super::names::{bare_table, index_name, quote};

/// A statement about a table whose text is made when it runs.
#[derive(Clone, Debug)]
pub(super) struct Ddl {
    pub(super) table: String,
    pub(super) columns: Vec<String>,
    pub(super) name: DdlName,
    pub(super) kind: DdlKind,
}

/// What an index or constraint is called.
#[derive(Clone, Debug)]
pub(super) enum DdlName {
    Given(String),
    /// Made from the table, the columns and this suffix.
    Made(&'static str),
    /// As `Made`, from what a foreign key references too.
    ForeignKey,
}

/// What is made.
#[derive(Clone, Debug)]
pub(super) enum DdlKind {
    Index(Index),
    Unique {
        index: Index,
        deferrable: &'static str,
        nulls: &'static str,
        /// Whether it is an index rather than a constraint.
        as_index: bool,
    },
    ForeignKey {
        to_table: String,
        to_column: String,
    },
}

/// The parts of an index.
#[derive(Clone, Debug, Default)]
pub(super) struct Index {
    pub(super) concurrently: bool,
    /// ` USING gin`, or nothing.
    pub(super) using: String,
    /// What follows each column: its operator class and order.
    pub(super) after: Vec<String>,
    /// Instead of columns, where there are expressions.
    pub(super) expressions: Option<String>,
    pub(super) include: Vec<String>,
    /// ` WITH (...)`, or nothing.
    pub(super) extra: String,
    pub(super) condition: Option<String>,
}

impl Index {
    fn keys(&self, columns: &[String]) -> String {
        if let Some(expressions) = &self.expressions {
            return expressions.clone();
        }
        let keys = columns.iter().enumerate().map(|(at, column)| {
            let after = self.after.get(at).map_or("", String::as_str);
            if after.is_empty() {
                quote(column)
            } else {
                format!("{} {after}", quote(column))
            }
        });
        keys.collect::<Vec<_>>().join(", ")
    }

    fn included(&self) -> String {
        if self.include.is_empty() {
            return String::new();
        }
        format!(" INCLUDE ({})", quoted(&self.include))
    }

    fn filter(&self) -> String {
        let condition = self.condition.as_ref();
        condition.map_or_else(String::new, |condition| format!(" WHERE {condition}"))
    }
}

/// Names in quotes, with commas between.
pub(super) fn quoted(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| quote(name)).collect();
    quoted.join(", ")
}

impl Ddl {
    /// The name of what it makes.
    pub(super) fn name(&self) -> String {
        match (&self.name, &self.kind) {
            (DdlName::Given(name), _) => name.clone(),
            (DdlName::Made(suffix), _) => index_name(&self.table, &self.columns, suffix),
            (
                DdlName::ForeignKey,
                DdlKind::ForeignKey {
                    to_table,
                    to_column,
                },
            ) => {
                let suffix = format!("_fk_{}_{to_column}", bare_table(to_table));
                index_name(&self.table, &self.columns, &suffix)
            }
            (DdlName::ForeignKey, _) => index_name(&self.table, &self.columns, "_fk"),
        }
    }

    /// Its text.
    pub(super) fn sql(&self) -> String {
        let (table, name) = (quote(&self.table), quote(&self.name()));
        match &self.kind {
            DdlKind::Index(index) => {
                let concurrently = if index.concurrently {
                    " CONCURRENTLY"
                } else {
                    ""
                };
                format!(
                    "CREATE INDEX{concurrently} {name} ON {table}{} ({}){}{}{}",
                    index.using,
                    index.keys(&self.columns),
                    index.included(),
                    index.extra,
                    index.filter()
                )
            }
            DdlKind::Unique {
                index,
                deferrable,
                nulls,
                as_index: false,
            } => format!(
                "ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE{nulls} ({}){deferrable}",
                index.keys(&self.columns)
            ),
            DdlKind::Unique { index, nulls, .. } => format!(
                "CREATE UNIQUE INDEX {name} ON {table} ({}){}{nulls}{}",
                index.keys(&self.columns),
                index.included(),
                index.filter()
            ),
            DdlKind::ForeignKey {
                to_table,
                to_column,
            } => format!(
                "ALTER TABLE {table} ADD CONSTRAINT {name} FOREIGN KEY ({}) REFERENCES {} ({}) DEFERRABLE INITIALLY DEFERRED",
                quoted(&self.columns),
                quote(to_table),
                quote(to_column)
            ),
        }
    }

    pub(super) fn references_table(&self, table: &str) -> bool {
        let to = match &self.kind {
            DdlKind::ForeignKey { to_table, .. } => Some(to_table.as_str()),
            _ => None,
        };
        self.table == table || to == Some(table)
    }

    pub(super) fn references_column(&self, table: &str, column: &str) -> bool {
        let to = match &self.kind {
            DdlKind::ForeignKey {
                to_table,
                to_column,
            } => to_table == table && to_column == column,
            DdlKind::Index(index) | DdlKind::Unique { index, .. } => {
                self.table == table && index.include.iter().any(|known| known == column)
            }
        };
        to || self.table == table && self.columns.iter().any(|known| known == column)
    }

    pub(super) fn rename_table(&mut self, old: &str, new: &str) {
        if self.table == old {
            new.clone_into(&mut self.table);
        }
        if let DdlKind::ForeignKey { to_table, .. } = &mut self.kind
            && to_table == old
        {
            new.clone_into(to_table);
        }
    }

    pub(super) fn rename_column(&mut self, table: &str, old: &str, new: &str) {
        if self.table == table {
            let mut lists = vec![&mut self.columns];
            if let DdlKind::Index(index) | DdlKind::Unique { index, .. } = &mut self.kind {
                lists.push(&mut index.include);
                if let Some(expressions) = &mut index.expressions {
                    *expressions = expressions.replace(&quote(old), &quote(new));
                }
            }
            for column in lists.into_iter().flatten().filter(|column| *column == old) {
                new.clone_into(column);
            }
        }
        if let DdlKind::ForeignKey {
            to_table,
            to_column,
        } = &mut self.kind
            && to_table == table
            && to_column == old
        {
            new.clone_into(to_column);
        }
    }
}
