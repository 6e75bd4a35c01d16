//! What a run is to do, with every default filled in.

use crate::finding::Level;
use crate::postgres::Version;
use crate::rule::Entry;
use crate::sizes::Sizes;
use crate::source::{HistoryOverride, TransactionMode};
use std::collections::BTreeMap;
use std::path::PathBuf;

/// What a run is to do.
#[derive(Debug)]
pub struct Settings {
    pub paths: Vec<PathBuf>,
    pub exclude: globset::GlobSet,
    /// Read instead of `paths`: a name to show, and the SQL.
    pub stdin: Option<(PathBuf, String)>,
    pub version: Version,
    /// Where the version came from; `None`: nobody said, the oldest is taken.
    pub version_from: Option<String>,
    /// How the runner wraps migrations, where the config says it; else the framework decides.
    pub transaction: Option<TransactionMode>,
    /// What the config says about single histories.
    pub overrides: Vec<HistoryOverride>,
    pub session: Session,
    pub levels: Levels,
    pub sizes: Sizes,
    /// The last migration that is deployed everywhere: it and those before it are context.
    pub start_after: Option<String>,
}

/// What the role or the runner sets before a migration.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Session {
    /// Folded parameter names and their values.
    pub parameters: BTreeMap<String, String>,
}

/// Which rules speak, and how loud.
#[derive(Clone, Debug, Default)]
pub struct Levels {
    /// Levels set by the config, by rule id; `None` switches the rule off.
    pub explicit: BTreeMap<String, Option<Level>>,
    /// Only these rule ids or categories, if any are named.
    pub select: Vec<String>,
    /// Not these rule ids or categories.
    pub ignore: Vec<String>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            paths: vec![PathBuf::from(".")],
            exclude: globset::GlobSet::empty(),
            stdin: None,
            version: Version::OLDEST,
            version_from: None,
            transaction: None,
            overrides: Vec::new(),
            session: Session::default(),
            levels: Levels::default(),
            sizes: Sizes::default(),
            start_after: None,
        }
    }
}

impl Levels {
    /// Whether findings of `rule` are reported.
    #[must_use]
    pub fn enabled(&self, rule: &Entry) -> bool {
        let named = |list: &[String]| {
            list.iter()
                .any(|name| name == rule.id || name == rule.rule.category.name())
        };
        (self.select.is_empty() || named(&self.select))
            && !named(&self.ignore)
            && self.explicit.get(rule.id) != Some(&None)
    }
}
