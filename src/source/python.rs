//! Python files that may hold Django migrations.

use super::folder::{Standing, name};
use super::walk::{Walk, on_disk, tidy};
use super::{Fault, Request, SourceFile, read_python};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Whether Django's loader would take the file for a migration, as far as its name tells.
pub(super) fn is_candidate(path: &Path) -> bool {
    let is_python = path.extension().is_some_and(|extension| extension == "py");
    is_python
        && !name(path).starts_with(['_', '~'])
        && (is_numbered(path) || is_in_migrations(path))
}

/// `0001_initial.py`
fn is_numbered(path: &Path) -> bool {
    let bytes = name(path).as_bytes();
    bytes.len() > 5 && bytes[..4].iter().all(u8::is_ascii_digit) && bytes[4] == b'_'
}

fn is_in_migrations(path: &Path) -> bool {
    // Django's own machinery lies in a folder of that name.
    std::path::absolute(path).is_ok_and(|path| {
        path.parent().map(name) == Some("migrations")
            && !path
                .parent()
                .is_some_and(|folder| folder.ends_with("django/db/migrations"))
    })
}

/// Reads candidates, and keeps those that lie in a package of Django migrations.
pub(super) fn migrations(
    candidates: &BTreeMap<PathBuf, Standing>,
) -> (Vec<Arc<SourceFile>>, Vec<Fault>) {
    let paths: Vec<&PathBuf> = candidates.keys().collect();
    let read: Vec<Result<Arc<SourceFile>, Fault>> = paths
        .into_par_iter()
        .map(|path| Ok(Arc::new(read_python(path)?)))
        .collect();
    let (mut files, mut faults) = (Vec::new(), Vec::new());
    for result in read {
        match result {
            Ok(file) => files.push(file),
            Err(fault) => faults.push(fault),
        }
    }
    let folder = |file: &SourceFile| file.path().parent().map(Path::to_owned).unwrap_or_default();
    let packages: BTreeSet<PathBuf> = files
        .iter()
        .filter(|file| holds_migration(file.text()))
        .map(|file| folder(file))
        .collect();
    // One that lost its class is still meant as a migration.
    files.retain(|file| {
        let folder = folder(file);
        let is_named = || candidates.get(file.path()) == Some(&Standing::Named);
        packages.contains(&folder)
            || is_numbered(file.path())
                && (is_named() || on_disk(&folder).join("__init__.py").is_file())
    });
    faults.retain(|fault| {
        let folder = fault.path.parent().unwrap_or(Path::new(""));
        packages.contains(folder) || is_numbered(&fault.path)
    });
    (files, faults)
}

fn holds_migration(text: &str) -> bool {
    text.match_indices("class Migration").any(|(at, word)| {
        let rest = text[at + word.len()..].trim_start();
        rest.starts_with('(')
    })
}

/// All migrations below a folder, for context.
#[must_use]
pub fn python_migrations(root: &Path) -> Vec<Arc<SourceFile>> {
    let request = Request {
        paths: Vec::new(),
        exclude: globset::GlobSet::empty(),
        overrides: Vec::new(),
        transaction: None,
    };
    let mut walk = Walk::default();
    walk.folder(&tidy(root), None, Standing::Inside, &request);
    migrations(&walk.python).0
}
