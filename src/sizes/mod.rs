//! What is known of the size of tables: hints from the config, by name or by glob.

use serde::{Deserialize, Serialize};
use std::sync::LazyLock;

/// What is known of one table.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Size {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<u64>,
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

/// The hints of a run, and the limits between small, middling and large.
#[derive(Clone, Debug)]
pub struct Sizes {
    hints: Vec<Hint>,
    /// Below this many rows a table is small.
    pub small_rows: u64,
    /// From this many rows on it is large.
    pub large_rows: u64,
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
            small_rows,
            large_rows,
        }
    }

    /// These hints, and behind them those of `general`: they count where these say nothing.
    #[must_use]
    pub fn before(mut self, general: &Self) -> Self {
        self.hints.extend(general.hints.iter().cloned());
        self
    }

    /// What is known of the table `name` in `schema`, or assumed where nobody said anything.
    #[must_use]
    pub fn of(&self, schema: Option<&str>, name: &str) -> Option<&Size> {
        self.hinted(schema, name).or_else(|| assumed(name))
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
