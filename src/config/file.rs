//! The config file as typed: every key that it may have.

use super::limits::{LimitsTable, ProfileTable};
use super::settings::FailOn;
use crate::django::value::Value;
use crate::finding::Level;
use crate::sizes::quantity::{Bytes, Rows};
use crate::source::{Framework, Order, TransactionMode};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use toml::Spanned;

/// `mig-lint.toml`, or `[tool.mig-lint]` in `pyproject.toml`.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub struct ConfigFile {
    /// PostgreSQL's major version, 14 to 18: the oldest that the migrations run on.
    #[cfg_attr(feature = "cli", schemars(with = "Option<i64>"))]
    pub(super) pg_version: Option<Spanned<i64>>,
    /// What `mig-lint` without arguments checks; paths start from this file's folder.
    pub(super) paths: Option<Vec<PathBuf>>,
    /// Globs of what is passed over, unless it is itself named.
    #[cfg_attr(feature = "cli", schemars(with = "Vec<String>"))]
    pub(super) exclude: Vec<Spanned<String>>,
    /// How the runner wraps each migration, where the conventions of its files do not tell.
    pub(super) transaction: Transaction,
    /// The mildest level that makes the exit code 1.
    pub(super) fail_on: Option<FailOn>,
    /// The last migration that is deployed everywhere: it and what comes before it are read and not reported.
    pub(super) start_after: Option<String>,
    /// A dump by `pg_dump -s` from before the first migration.
    #[cfg_attr(feature = "cli", schemars(with = "Option<String>"))]
    pub(super) base_schema: Option<Spanned<String>>,
    /// Findings that are known, as `--write-baseline` has written them.
    #[cfg_attr(feature = "cli", schemars(with = "Option<PathBuf>"))]
    pub(super) baseline: Option<Spanned<PathBuf>>,
    /// What the role or the runner sets before a migration: `lock_timeout`, `TimeZone`, `search_path`.
    pub(super) session: BTreeMap<String, Scalar>,
    /// Single histories, where a repository holds several or their convention cannot be seen.
    pub(super) history: Vec<HistoryTable>,
    /// Levels by rule id or category.
    #[cfg_attr(feature = "cli", schemars(with = "BTreeMap<String, RuleLevel>"))]
    pub(super) rules: RuleLevels,
    /// Other levels for some paths; the later table counts.
    pub(super) overrides: Vec<OverrideTable>,
    /// What is known of tables, by name or glob.
    #[cfg_attr(feature = "cli", schemars(with = "BTreeMap<String, TableHint>"))]
    pub(super) tables: BTreeMap<Spanned<String>, TableHint>,
    /// From how many rows on a table is no longer small, and from how many it is large.
    pub(super) sizes: SizesTable,
    /// How long others may wait.
    pub(super) limits: LimitsTable,
    /// How fast the server works.
    pub(super) profile: ProfileTable,
    /// What the files of a Django project do not tell.
    pub(super) django: DjangoTable,
}

/// `pyproject.toml`, of which only one table is ours.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Pyproject {
    pub(super) tool: Tool,
}

/// `[tool]`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "kebab-case", default)]
pub(super) struct Tool {
    pub(super) mig_lint: Option<ConfigFile>,
}

/// `transaction`: a mode, or what the framework does.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(super) enum Transaction {
    #[default]
    Auto,
    PerFile,
    Implicit,
    PerStatement,
    None,
    AllPending,
}

impl Transaction {
    /// The mode; `None` for `auto`.
    pub(super) const fn mode(self) -> Option<TransactionMode> {
        Some(match self {
            Self::Auto => return None,
            Self::PerFile => TransactionMode::PerFile,
            Self::Implicit => TransactionMode::Implicit,
            Self::PerStatement => TransactionMode::PerStatement,
            Self::None => TransactionMode::None,
            Self::AllPending => TransactionMode::AllPending,
        })
    }
}

/// The value of a run-time parameter.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(untagged, expecting = "a parameter is a string, a number or a boolean")]
pub(super) enum Scalar {
    Text(String),
    Integer(i64),
    Float(f64),
    Boolean(bool),
}

impl Scalar {
    /// As a value of Python.
    pub(super) fn python(self) -> Value {
        match self {
            Self::Text(text) => Value::Str(text.into()),
            Self::Integer(number) => Value::Int(number.into()),
            Self::Float(number) => Value::Float(number),
            Self::Boolean(on) => Value::Bool(on),
        }
    }
}

impl std::fmt::Display for Scalar {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Integer(number) => write!(f, "{number}"),
            Self::Float(number) => write!(f, "{number}"),
            Self::Boolean(on) => f.write_str(if *on { "on" } else { "off" }),
        }
    }
}

/// `[[history]]`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct HistoryTable {
    /// The folder of the history, with all below it.
    #[cfg_attr(feature = "cli", schemars(with = "PathBuf"))]
    pub(super) path: Spanned<PathBuf>,
    /// The runner.
    pub(super) framework: Option<Framework>,
    /// How its files are ordered.
    pub(super) order: Option<Order>,
    #[serde(default)]
    pub(super) transaction: Transaction,
    #[cfg_attr(feature = "cli", schemars(with = "Option<i64>"))]
    pub(super) pg_version: Option<Spanned<i64>>,
    #[serde(default)]
    pub(super) session: BTreeMap<String, Scalar>,
    #[serde(default)]
    #[cfg_attr(feature = "cli", schemars(with = "BTreeMap<String, TableHint>"))]
    pub(super) tables: BTreeMap<Spanned<String>, TableHint>,
    #[serde(default)]
    pub(super) sizes: SizesTable,
    #[cfg_attr(feature = "cli", schemars(with = "Option<String>"))]
    pub(super) base_schema: Option<Spanned<String>>,
}

/// Rules and categories, and how loud they are.
pub(super) type RuleLevels = BTreeMap<Spanned<String>, RuleLevel>;

/// `[[overrides]]`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub(super) struct OverrideTable {
    /// A glob, or several.
    #[cfg_attr(feature = "cli", schemars(with = "OneOrMore"))]
    pub(super) path: Spanned<OneOrMore>,
    #[cfg_attr(feature = "cli", schemars(with = "BTreeMap<String, RuleLevel>"))]
    pub(super) rules: RuleLevels,
}

/// One text, or a list of them.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(untagged, expecting = "a path is a glob, or a list of globs")]
pub(super) enum OneOrMore {
    One(String),
    More(Vec<String>),
}

/// A level under `[rules]`.
#[derive(Clone, Copy, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(super) enum RuleLevel {
    Error,
    Warning,
    Info,
    Off,
}

impl RuleLevel {
    /// The level; `None` for `off`.
    pub(super) const fn level(self) -> Option<Level> {
        match self {
            Self::Error => Some(Level::Error),
            Self::Warning => Some(Level::Warning),
            Self::Info => Some(Level::Info),
            Self::Off => None,
        }
    }
}

/// A hint under `[tables]`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub(super) struct TableHint {
    /// How many rows it has: `10M`, `500`.
    pub(super) rows: Option<Rows>,
    /// How large it is: `850MB`.
    pub(super) bytes: Option<Bytes>,
    /// Whether it is read or written all the time: a lock on it is reported however brief.
    #[serde(default)]
    pub(super) hot: bool,
}

/// `[django]`.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(super) struct DjangoTable {
    #[cfg_attr(feature = "cli", schemars(with = "Option<String>"))]
    pub(super) version: Option<Spanned<String>>,
    #[cfg_attr(feature = "cli", schemars(with = "Option<PathBuf>"))]
    pub(super) settings: Option<Spanned<PathBuf>>,
    pub(super) database: Option<String>,
    #[cfg_attr(feature = "cli", schemars(with = "Option<String>"))]
    pub(super) auth_user_model: Option<Spanned<String>>,
    pub(super) default_auto_field: Option<String>,
    pub(super) time_zone: Option<String>,
    #[cfg_attr(feature = "cli", schemars(with = "BTreeMap<String, String>"))]
    pub(super) labels: BTreeMap<Spanned<String>, String>,
    /// Folders that hold installed packages, or virtual environments: the migrations of installed apps are read from there.
    #[cfg_attr(feature = "cli", schemars(with = "Vec<PathBuf>"))]
    pub(super) site_packages: Vec<Spanned<PathBuf>>,
    pub(super) fields: BTreeMap<String, FieldTable>,
}

/// A field class under `[django.fields]`.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub(super) struct FieldTable {
    pub(super) base: String,
    #[serde(flatten)]
    pub(super) arguments: BTreeMap<String, Scalar>,
}

/// `[sizes]`.
#[derive(Debug, Default, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case", deny_unknown_fields, default)]
pub(super) struct SizesTable {
    #[cfg_attr(feature = "cli", schemars(with = "Option<String>"))]
    pub(super) file: Option<Spanned<String>>,
    #[cfg_attr(feature = "cli", schemars(with = "Option<Rows>"))]
    pub(super) small_rows: Option<Spanned<Rows>>,
    #[cfg_attr(feature = "cli", schemars(with = "Option<Rows>"))]
    pub(super) large_rows: Option<Spanned<Rows>>,
}
