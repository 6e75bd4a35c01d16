//! What a snapshot of a database holds.

use jiff::civil::Date;
use std::collections::BTreeMap;
use std::fmt;

/// From how many statements or written rows a second on a table counts as in use all the time.
const HOT: f64 = 1.0;

/// What one database holds, without a row of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Snapshot {
    /// The file that it was read from, or the database.
    pub from: String,
    /// The day on which it was taken, in UTC.
    pub taken: Date,
    pub database: String,
    /// The server's version, as it calls itself: `16.4`.
    pub server: String,
    /// Settings on which it depends how long work takes, with their units: `64MB`.
    pub settings: BTreeMap<String, String>,
    pub tables: BTreeMap<Key, Table>,
    pub indexes: BTreeMap<Key, Index>,
    /// Columns of tables that are not small, by table and name.
    pub columns: BTreeMap<Key, BTreeMap<String, Column>>,
    /// Constraints that hold for new rows only, by table.
    pub not_valid: BTreeMap<Key, Vec<String>>,
    /// Of how many tables the role could not see what the columns hold.
    pub hidden: u64,
    /// Seconds over which the server had counted reads and writes, where that is too short to say what is in use.
    pub counted: Option<u64>,
}

/// A schema and a name in it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    pub schema: String,
    pub name: String,
}

/// A table, a materialized view, or a partitioned table with all its partitions.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// About how many rows; `None`: it was never analyzed.
    pub rows: Option<u64>,
    /// Bytes of its rows, without what lies in TOAST and in indexes.
    pub bytes: u64,
    /// Bytes that lie in its TOAST table.
    pub toast: u64,
    /// Bytes of all its indexes.
    pub indexes: u64,
    /// How many partitions are summed up here.
    pub partitions: u64,
    /// Scans a second, of it and its indexes, on the average since the statistics began.
    pub reads: f64,
    /// Rows written a second.
    pub writes: f64,
}

/// As a person names it: without the schema `public`.
impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.schema != "public" {
            write!(f, "{}.", self.schema)?;
        }
        f.write_str(&self.name)
    }
}

impl Table {
    /// Whether it is in use all the time.
    #[must_use]
    pub fn is_hot(&self) -> bool {
        self.reads + self.writes >= HOT
    }
}

/// An index.
#[derive(Clone, Debug, PartialEq)]
pub struct Index {
    pub table: String,
    pub bytes: u64,
    /// `btree`, `gin` and so on.
    pub method: String,
    /// Not so where CREATE INDEX CONCURRENTLY failed.
    pub valid: bool,
}

/// A column of a table.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Column {
    /// Bytes of a value, on the average of those that are not NULL.
    pub width: u64,
    /// The share of rows where it is NULL, 0 to 1.
    pub nulls: f64,
}

impl Snapshot {
    /// How many days ago it was taken.
    #[must_use]
    pub fn age(&self, today: Date) -> i32 {
        today.since(self.taken).map_or(0, |span| span.get_days())
    }

    /// The table that a migration calls so: one in `public` where it names no schema, or the only one of that name.
    #[must_use]
    pub fn find(&self, schema: Option<&str>, name: &str) -> Option<(&Key, &Table)> {
        let key = |schema: &str| Key {
            schema: schema.to_owned(),
            name: name.to_owned(),
        };
        if let Some(schema) = schema {
            return self.tables.get_key_value(&key(schema));
        }
        self.tables.get_key_value(&key("public")).or_else(|| {
            let mut same = self.tables.iter().filter(|(key, _)| key.name == name);
            same.next().filter(|_| same.next().is_none())
        })
    }
}

/// Today, in UTC.
#[must_use]
pub fn today() -> Date {
    jiff::Timestamp::now()
        .to_zoned(jiff::tz::TimeZone::UTC)
        .date()
}
