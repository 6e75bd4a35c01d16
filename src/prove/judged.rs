//! What the predictions of a case came from, so that they can be made once more when the sizes of its tables are known: only then can seconds be told.

use crate::config::Settings;
use crate::engine;
use crate::estimate::Profile;
use crate::sizes::{Sizes, Snapshot};
use std::sync::Arc;
use tempfile::TempDir;

/// The migrations as they were read.
#[derive(Clone, Debug)]
pub struct Judged {
    settings: Arc<Settings>,
    /// Whether what code does counts among the statements.
    pub(super) code: bool,
    /// Where they lie, as long as they are needed.
    _folder: Option<Arc<TempDir>>,
}

impl Judged {
    /// Migrations that lie in a folder of ours, or where their own lie.
    pub(super) fn new(settings: Settings, folder: Option<TempDir>) -> Self {
        Self {
            settings: Arc::new(settings),
            code: false,
            _folder: folder.map(Arc::new),
        }
    }

    /// Somebody's own migrations, where they lie; what their code does is run, too.
    pub(super) fn with_code(settings: Settings) -> Self {
        Self {
            code: true,
            ..Self::new(settings, None)
        }
    }

    /// What is said of them before anything is known of sizes.
    pub(super) fn report(&self) -> engine::Report {
        engine::run(&self.settings, true)
    }

    /// The same, with tables of these sizes, on a server of this speed: predictions then say how long they take.
    pub(super) fn measured(&self, sizes: Snapshot, profile: Profile) -> engine::Report {
        let mut known = Sizes::default().measured(Arc::new(sizes));
        known.profile = profile;
        let settings = Settings {
            sizes: known,
            databases: Vec::new(),
            ..(*self.settings).clone()
        };
        engine::run(&settings, true)
    }
}
