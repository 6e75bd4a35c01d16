//! What is known of the size of tables: a snapshot of a database, and hints from the config, by name or by glob.

pub(crate) mod quantity;
mod snapshot;

pub use quantity::{parse_rows, short_bytes, short_rows};
pub use snapshot::{Column, Index, Key, QUERY, Snapshot, SnapshotError, Table, today};

use crate::estimate::{Profile, Seconds};
use rustc_hash::FxHashMap;
use serde::{Deserialize, Serialize};
use std::sync::{Arc, LazyLock};

/// What is known of one table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Size {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// Bytes of its rows, without TOAST and indexes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
    /// Bytes that lie in its TOAST table.
    #[serde(skip)]
    pub toast: u64,
    /// In use all the time: even a short wait hurts.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub hot: bool,
    /// Where it was said, for example `mig-lint.toml`.
    pub from: String,
}

/// Tables of frameworks and runners that hold a row for each model, permission or migration, however much data a project has.
const BOOKKEEPING: &[&str] = &[
    "__drizzle_migrations",
    "__diesel_schema_migrations",
    "_prisma_migrations",
    "_sqlx_migrations",
    "alembic_version",
    "atlas_schema_revisions",
    "auth_group",
    "auth_group_permissions",
    "auth_permission",
    "databasechangelog",
    "django_content_type",
    "django_migrations",
    "django_site",
    "flyway_schema_history",
    "goose_db_version",
    "schema_migrations",
];

static SMALL: LazyLock<Size> = LazyLock::new(|| Size {
    rows: Some(1_000),
    from: "assumed of a framework's own table".to_owned(),
    ..Size::default()
});

fn assumed(name: &str) -> Option<&'static Size> {
    BOOKKEEPING.contains(&name).then(|| &*SMALL)
}

/// What is known of the tables of one database, and the limits between small, middling and large.
#[derive(Clone, Debug)]
pub struct Sizes {
    hints: Vec<Hint>,
    snapshot: Option<Arc<Snapshot>>,
    /// What the snapshot and the hints say together of each table of the snapshot.
    measured: FxHashMap<Key, Size>,
    /// How fast the server works.
    pub profile: Profile,
    /// From how long on a lock is bad.
    pub lock_seconds: Limits,
    /// Below this many rows a table is small.
    pub small_rows: u64,
    /// From this many rows on it is large.
    pub large_rows: u64,
}

/// Seconds under a lock that others wait for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Limits {
    pub warning: f64,
    pub error: f64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            warning: 0.5,
            error: 5.0,
        }
    }
}

/// A pattern of table names and the size it stands for.
#[derive(Clone, Debug)]
pub struct Hint {
    /// Matched against `name` and against `schema.name`.
    pub pattern: globset::GlobMatcher,
    pub size: Size,
}

/// How large a table counts as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Class {
    Small,
    Middling,
    Large,
    /// Nothing is known: taken as large.
    Unknown,
}

impl Default for Sizes {
    fn default() -> Self {
        Self::new(Vec::new(), 10_000, 100_000)
    }
}

impl Sizes {
    /// Hints in the order of their precedence: the first that matches counts, an exact name before a glob.
    #[must_use]
    pub fn new(mut hints: Vec<Hint>, small_rows: u64, large_rows: u64) -> Self {
        hints.sort_by_key(|hint| hint.pattern.glob().glob().contains(['*', '?', '[', '{']));
        Self {
            hints,
            snapshot: None,
            measured: FxHashMap::default(),
            profile: Profile::default(),
            lock_seconds: Limits::default(),
            small_rows,
            large_rows,
        }
    }

    /// These hints, and behind them what `general` says: it counts where these say nothing.
    #[must_use]
    pub fn before(mut self, general: &Self) -> Self {
        self.hints.extend(general.hints.iter().cloned());
        (self.profile, self.lock_seconds) = (general.profile, general.lock_seconds);
        let snapshot = self.snapshot.take().or_else(|| general.snapshot.clone());
        match snapshot {
            Some(snapshot) => self.measured(snapshot),
            None => self,
        }
    }

    /// With what was measured in a database: a hint goes before it, as far as it says something.
    #[must_use]
    pub fn measured(mut self, snapshot: Arc<Snapshot>) -> Self {
        self.measured = FxHashMap::default();
        for (key, table) in &snapshot.tables {
            let hint = self.hinted(Some(&key.schema), &key.name);
            let said = hint.cloned().unwrap_or_default();
            let rows = said.rows.or(table.rows);
            let is_said = said.rows.is_some() || said.bytes.is_some();
            let size = Size {
                rows,
                // What was measured belongs to the rows that were counted then.
                bytes: said.bytes.or_else(|| scaled(table.bytes, table.rows, rows)),
                toast: scaled(table.toast, table.rows, rows).unwrap_or(table.toast),
                hot: said.hot || table.is_hot(),
                from: if is_said {
                    said.from
                } else {
                    snapshot.from.clone()
                },
            };
            self.measured.insert(key.clone(), size);
        }
        self.snapshot = Some(snapshot);
        self
    }

    /// What was measured in a database, if anything was.
    #[must_use]
    pub fn snapshot(&self) -> Option<&Arc<Snapshot>> {
        self.snapshot.as_ref()
    }

    /// What is known of the table `name` in `schema`, or assumed where nobody said anything.
    #[must_use]
    pub fn of(&self, schema: Option<&str>, name: &str) -> Option<&Size> {
        let measured = self.snapshot.as_ref();
        let measured = measured.and_then(|snapshot| snapshot.find(schema, name));
        measured
            .and_then(|(key, _)| self.measured.get(key))
            .or_else(|| self.hinted(schema, name))
            .or_else(|| assumed(name))
    }

    /// The share of a table's rows where a column is NULL, 0 to 1, as far as it was measured.
    #[must_use]
    pub fn nulls(&self, schema: Option<&str>, name: &str, column: &str) -> Option<f64> {
        let snapshot = self.snapshot.as_ref()?;
        let (key, _) = snapshot.find(schema, name)?;
        let column = snapshot.columns.get(key)?.get(column)?;
        Some(column.nulls)
    }

    fn hinted(&self, schema: Option<&str>, name: &str) -> Option<&Size> {
        if self.hints.is_empty() {
            return None;
        }
        let qualified = schema.map(|schema| format!("{schema}.{name}"));
        let hint = self.hints.iter().find(|hint| {
            hint.pattern.is_match(name)
                || qualified
                    .as_ref()
                    .is_some_and(|full| hint.pattern.is_match(full))
        })?;
        Some(&hint.size)
    }

    /// How large work counts as that takes so long, where others wait for it: the longest that it may take decides.
    #[must_use]
    pub fn class_of_work(&self, seconds: Seconds) -> Class {
        match seconds.high {
            high if high < self.lock_seconds.warning => Class::Small,
            high if high < self.lock_seconds.error => Class::Middling,
            _ => Class::Large,
        }
    }

    /// How large a table of this size counts as. Only rows decide.
    #[must_use]
    pub fn class(&self, size: Option<&Size>) -> Class {
        match size.and_then(|size| size.rows) {
            None => Class::Unknown,
            Some(rows) if rows < self.small_rows => Class::Small,
            Some(rows) if rows < self.large_rows => Class::Middling,
            Some(_) => Class::Large,
        }
    }
}

/// Bytes that were measured for some number of rows, for another number of them.
fn scaled(bytes: u64, counted: Option<u64>, rows: Option<u64>) -> Option<u64> {
    let (Some(counted), Some(rows)) = (counted.filter(|rows| *rows > 0), rows) else {
        return Some(bytes);
    };
    let scaled = u128::from(bytes) * u128::from(rows) / u128::from(counted);
    u64::try_from(scaled).ok()
}
