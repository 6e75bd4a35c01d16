//! What a run is to do, with every default filled in.

use super::levels::Levels;
use crate::baseline::Baseline;
use crate::django::project as django;
use crate::finding::Level;
use crate::postgres::Version;
use crate::sizes::Sizes;
use crate::source::{
    Changes, Direction, Disk, Files, HistoryOverride, SourceFile, TransactionMode,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What standard input is called where nobody gives it a name.
pub const STDIN: &str = "stdin.sql";

/// What a run is to do.
#[derive(Clone, Debug)]
pub struct Settings {
    pub paths: Vec<PathBuf>,
    pub exclude: globset::GlobSet,
    /// Whether that holds for named paths too.
    pub force_exclude: bool,
    /// Read instead of `paths`: the name of the file that it stands in for, and its text.
    pub stdin: Option<(PathBuf, String)>,
    pub version: Version,
    /// Where the version came from; `None`: nobody said, the oldest is taken.
    pub version_from: Option<String>,
    /// How the runner wraps migrations, where the config says it; else the framework decides.
    pub transaction: Option<TransactionMode>,
    pub session: Session,
    pub levels: Levels,
    pub sizes: Sizes,
    /// The last migration that is deployed everywhere: it and those before it are context.
    pub start_after: Option<String>,
    /// What the config says of single histories.
    pub overrides: Vec<HistoryOverride>,
    /// The databases of those that have one of their own.
    pub databases: Vec<Database>,
    /// Dumps of the schema from before the first migration, each with the folder of the histories that begin with it.
    pub base_schemas: Vec<(PathBuf, Arc<SourceFile>)>,
    /// Where the text of files comes from.
    pub files: Arc<dyn Files>,
    /// What is pending, where version control says it.
    pub changes: Option<Arc<dyn Changes>>,
    /// Findings that are known, which are not reported.
    pub baseline: Option<Baseline>,
    /// Which way the migrations are judged.
    pub direction: Direction,
    /// The mildest level that makes the run fail.
    pub fail_on: FailOn,
    /// What is to be said of the files that were read for this.
    pub notices: Vec<String>,
    /// The config file that was read.
    pub config: Option<String>,
    /// What the config says of Django projects.
    pub django: django::Options,
}

/// What the config says of the database that one history is for.
#[derive(Clone, Debug)]
pub struct Database {
    /// The folder of the history.
    pub path: PathBuf,
    pub version: Version,
    /// Whether the history has a version of its own.
    pub has_version: bool,
    pub session: Session,
    pub sizes: Sizes,
}

/// From which level on findings make the run fail.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
#[serde(rename_all = "kebab-case")]
pub enum FailOn {
    #[default]
    Error,
    Warning,
    Info,
    Never,
}

impl FailOn {
    /// Whether a finding of this level makes the run fail.
    #[must_use]
    pub fn reached_by(self, level: Level) -> bool {
        match self {
            Self::Error => level >= Level::Error,
            Self::Warning => level >= Level::Warning,
            Self::Info => true,
            Self::Never => false,
        }
    }
}

/// What the role or the runner sets before a migration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// Folded parameter names and their values.
    pub parameters: BTreeMap<String, String>,
}

impl Settings {
    /// Whether nothing but files is named: whoever does so means those, and no others.
    #[must_use]
    pub fn names_files(&self) -> bool {
        self.stdin.is_none()
            && !self.paths.is_empty()
            && self.paths.iter().all(|path| self.files.is_file(path))
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            paths: vec![PathBuf::from(".")],
            exclude: globset::GlobSet::empty(),
            force_exclude: false,
            stdin: None,
            version: Version::OLDEST,
            version_from: None,
            transaction: None,
            overrides: Vec::new(),
            databases: Vec::new(),
            session: Session::default(),
            levels: Levels::default(),
            sizes: Sizes::default(),
            start_after: None,
            direction: Direction::Up,
            base_schemas: Vec::new(),
            files: Arc::new(Disk),
            changes: None,
            baseline: None,
            fail_on: FailOn::default(),
            notices: Vec::new(),
            config: None,
            django: django::Options::default(),
        }
    }
}

impl Settings {
    /// What is said of the database of the history in this folder, where it has one of its own: the nearest table counts.
    #[must_use]
    pub fn database(&self, root: &Path) -> Option<&Database> {
        let absolute = |path: &Path| std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let root = absolute(root);
        self.databases
            .iter()
            .filter(|database| root.starts_with(absolute(&database.path)))
            .max_by_key(|database| absolute(&database.path).components().count())
    }

    /// The same for another version of PostgreSQL.
    #[must_use]
    pub fn with_version(&self, version: Version) -> Self {
        let mut other = self.clone();
        other.version = version;
        other.databases.iter_mut().for_each(|database| {
            if !database.has_version {
                database.version = version;
            }
        });
        other
    }
}
