//! What says which migrations are pending: the name of the last that is deployed, or a choice among those of a folder.

use super::Files;
use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

/// What tells which files are new or changed, so that their migrations are pending, and no others.
pub trait Changes: fmt::Debug + Send + Sync {
    /// Whether a file is new or changed; `files` have its text.
    fn holds(&self, path: &Path, files: &dyn Files) -> bool;

    /// The text that a file had before; nothing where it was not there.
    fn before(&self, path: &Path) -> Option<Vec<u8>>;

    /// The files below a folder, of those that are wanted, that were there before and are gone, and did not only get another name.
    fn gone(&self, below: &Path, wanted: &dyn Fn(&Path) -> bool) -> Vec<PathBuf>;

    /// Since when, for people: `new or changed since main (merge base 1a2b3c4)`.
    fn describe(&self) -> &str;
}

/// Which of these migrations, in their order, somebody calls by this name: the one that is called so, else the last that begins so.
#[must_use]
pub fn last_deployed(names: &[&str], name: &str) -> Option<usize> {
    // 0042 is the beginning of 0042_total, and not of 00421_total.
    let begins_so = |known: &str| {
        let rest = known.strip_prefix(name);
        rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
    };
    let exact = names.iter().rposition(|known| *known == name);
    exact.or_else(|| names.iter().rposition(|known| begins_so(known)))
}

/// Whether, in one of the folders, some of the migrations are asked for, and some are not. Who asks for all of a folder, by its name or by
/// theirs, has not said what is pending.
#[must_use]
pub fn is_selection<'f>(migrations: impl Iterator<Item = (&'f Path, bool)>) -> bool {
    let mut folders: BTreeMap<&Path, bool> = BTreeMap::new();
    for (folder, is_asked_for) in migrations {
        if *folders.entry(folder).or_insert(is_asked_for) != is_asked_for {
            return true;
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_whole_or_by_their_beginning() {
        let names = ["0042_a", "0042_b", "0042", "00421_c", "0043"];
        assert_eq!(last_deployed(&names, "0042"), Some(2));
        assert_eq!(last_deployed(&names[..2], "0042"), Some(1));
        assert_eq!(last_deployed(&names, "0042_a"), Some(0));
        assert_eq!(last_deployed(&names, "004"), None);
    }

    #[test]
    fn a_whole_folder_is_no_selection() {
        let (a, b) = (Path::new("a"), Path::new("b"));
        assert!(!is_selection(
            [(a, true), (a, true), (b, false)].into_iter()
        ));
        assert!(is_selection(
            [(a, true), (b, false), (a, false)].into_iter()
        ));
    }
}
