//! What `.gitignore` files tell to pass over.

use ignore::Match;
use ignore::gitignore::Gitignore;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

/// The `.gitignore` files of the folders that were met, read once each.
#[derive(Default)]
pub(super) struct Ignored {
    files: HashMap<PathBuf, Option<Gitignore>>,
}

impl Ignored {
    /// Whether a path (absolute) is ignored by a file beside it or above it, up to the root of its repository. The nearest file decides.
    pub(super) fn holds(&mut self, path: &Path, is_folder: bool) -> bool {
        for folder in path.ancestors().skip(1) {
            let file = self
                .files
                .entry(folder.to_owned())
                .or_insert_with(|| read(folder));
            match file.as_ref().map(|file| file.matched(path, is_folder)) {
                Some(Match::Ignore(_)) => return true,
                Some(Match::Whitelist(_)) => return false,
                Some(Match::None) | None => {}
            }
            if folder.join(".git").exists() {
                break;
            }
        }
        false
    }
}

/// The file of one folder; lines of it that are no patterns are passed over, as git does.
fn read(folder: &Path) -> Option<Gitignore> {
    let path = folder.join(".gitignore");
    path.is_file().then(|| Gitignore::new(path).0)
}
