//! What discovery found, and what it says of each path that was named.

use super::path::{on_disk, tidy};
use super::unread::{Unread, Why};
use super::{Fault, FaultKind, History, Request, SourceFile};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What was found.
#[derive(Debug, Default)]
pub struct Discovery {
    /// In the order of their folders.
    pub histories: Vec<History>,
    pub faults: Vec<Fault>,
    /// Files in packages of Django migrations, in the order of their paths.
    pub python: Vec<Arc<SourceFile>>,
    /// SQL files that lie among migrations but that their runner does not run.
    pub passed_over: Vec<PathBuf>,
    /// Files among migrations that were not read.
    pub unread: Vec<Unread>,
    /// Folders named after other databases, and those.
    pub dialects: Vec<(PathBuf, &'static str)>,
    /// Named paths that the config excludes.
    pub excluded: Vec<PathBuf>,
    /// Files that were asked for, and are not pending.
    pub settled: Vec<PathBuf>,
    /// How many files were opened.
    pub files: usize,
}

impl Discovery {
    /// Takes out Python files that turned out not to be for PostgreSQL.
    pub fn pass_over(&mut self, unread: Vec<Unread>, request: &Request) {
        let is_among = |path: &Path| {
            let mut all = unread.iter().flat_map(|unread| &unread.paths);
            all.any(|other| other == path)
        };
        self.python.retain(|file| !is_among(file.path()));
        self.unread.extend(unread);
        self.judge_paths(request);
    }

    /// Says of each named path below which nothing was found why that is so.
    pub fn judge_paths(&mut self, request: &Request) {
        for path in &request.paths {
            let path = tidy(path);
            if self.excluded.contains(&path)
                || self.passed_over.contains(&path)
                || self.finds(&path)
                || self
                    .settled
                    .iter()
                    .any(|settled| settled.starts_with(&path))
            {
                continue;
            }
            let mut is_told = false;
            let has_histories = !self.histories.is_empty() || !self.python.is_empty();
            for unread in &mut self.unread {
                if unread.paths.iter().any(|below| below.starts_with(&path)) {
                    is_told = true;
                    // Whoever names the files of all databases, as commit hooks do, means those for PostgreSQL.
                    let is_twin = matches!(unread.why, Why::Dialect(_))
                        && unread.paths.contains(&path)
                        && has_histories;
                    unread.is_all |= !is_twin;
                }
            }
            if !is_told {
                self.faults.push(Fault::new(
                    on_disk(&path),
                    FaultKind::NoMigration,
                    "holds no migration".into(),
                    "name a file that ends in .sql, a Django migration, or a folder that holds some",
                ));
            }
        }
    }

    /// Whether something was found at a path or below it.
    fn finds(&self, path: &Path) -> bool {
        let scripts = self.histories.iter().flat_map(|history| &history.scripts);
        scripts
            .filter(|script| script.reported)
            .map(|script| script.file.path())
            .chain(self.python.iter().map(|python| python.path()))
            .chain(self.faults.iter().map(|fault| fault.path.as_path()))
            .any(|found| found.starts_with(path))
    }
}
