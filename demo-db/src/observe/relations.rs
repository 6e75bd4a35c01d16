//! The relations of a database as one session sees them, uncommitted changes of its own included.

use super::rows::{field, map, text};
use crate::error::Error;
use crate::session::Session;

/// A relation that is not the system's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relation {
    pub oid: u32,
    pub schema: String,
    pub name: String,
    /// `pg_class.relkind`: r table, p partitioned table, i and I index, m materialized view, v view, S sequence, f foreign table.
    pub kind: char,
    /// Changes when the relation is rewritten; 0 where it has no file.
    pub filenode: u32,
    /// For an index: its table.
    pub table: Option<u32>,
    /// It is a partition: rows reach it through its parent.
    pub partition: bool,
}

impl Relation {
    /// Its name, with the schema where that is not `public`.
    #[must_use]
    pub fn display(&self) -> String {
        if self.schema == "public" {
            self.name.clone()
        } else {
            format!("{}.{}", self.schema, self.name)
        }
    }

    /// Its name as SQL needs it.
    #[must_use]
    pub fn quoted(&self) -> String {
        format!("{}.{}", quote(&self.schema), quote(&self.name))
    }

    /// Whether it is an index, partitioned ones included.
    #[must_use]
    pub fn is_index(&self) -> bool {
        matches!(self.kind, 'i' | 'I')
    }

    /// Whether it holds rows that queries name it for: a table, partitioned or not, or a materialized view.
    #[must_use]
    pub fn is_table(&self) -> bool {
        matches!(self.kind, 'r' | 'p' | 'm')
    }
}

/// An identifier between quotes.
#[must_use]
pub(crate) fn quote(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// All relations that are not the system's.
pub fn relations(session: &mut Session) -> Result<Vec<Relation>, Error> {
    let sql = "SELECT c.oid, n.nspname, c.relname, c.relkind, c.relfilenode, i.indrelid, c.relispartition
        FROM pg_catalog.pg_class c
        JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace
        LEFT JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid
        WHERE n.nspname NOT LIKE 'pg\\_%' AND n.nspname <> 'information_schema' ORDER BY n.nspname, c.relname";
    map(session, sql, |row| Relation {
        oid: field(row, 0),
        schema: text(row, 1),
        name: text(row, 2),
        kind: text(row, 3).chars().next().unwrap_or('?'),
        filenode: field(row, 4),
        table: Some(field(row, 5)).filter(|oid| *oid != 0),
        partition: text(row, 6) == "t",
    })
}
