//! Python files that may hold Django migrations.

use super::candidate::is_numbered;
use super::code::{Code, by_place};
use super::folder::Standing;
use super::path::{name, tidy};
use super::walk::Walk;
use super::{Fault, Files, Request, SourceFile, read_python, tools};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What became of candidates.
#[derive(Default)]
pub(super) struct Found {
    /// Those that lie in a package of Django migrations.
    pub(super) files: Vec<Arc<SourceFile>>,
    /// The others.
    pub(super) others: Vec<Code>,
    pub(super) faults: Vec<Fault>,
}

/// Reads candidates, and parts those that lie in a package of Django migrations from the others.
pub(super) fn migrations(candidates: &BTreeMap<PathBuf, Standing>, request: &Request) -> Found {
    let paths: Vec<&PathBuf> = candidates.keys().collect();
    let read: Vec<Result<Arc<SourceFile>, Fault>> = paths
        .into_par_iter()
        .map(|path| Ok(Arc::new(read_python(&*request.files, path)?)))
        .collect();
    let (mut files, mut faults) = (Vec::new(), Vec::new());
    for result in read {
        match result {
            Ok(file) => files.push(file),
            Err(fault) => faults.push(fault),
        }
    }
    let folder = |file: &SourceFile| file.path().parent().map(Path::to_owned).unwrap_or_default();
    let holding: BTreeSet<PathBuf> = files
        .iter()
        .filter(|file| holds_migration(file.text()))
        .map(|file| folder(file))
        .collect();
    // Django reads one package an app: what lies in the folder above it is put aside there.
    let is_read = |folder: &&PathBuf| !holding.contains(&folder.join("migrations"));
    let packages: BTreeSet<PathBuf> = holding.iter().filter(is_read).cloned().collect();
    let tool = |file: &SourceFile| tools::of_text(name(file.path()), file.text());
    // One that lost its class is still meant as a migration; numbered files of other packages are not.
    let is_djangos = |file: &Arc<SourceFile>| {
        packages.contains(&folder(file)) || is_lost(file.path()) && tool(file).is_none()
    };
    let (files, others): (Vec<_>, Vec<_>) = files.into_iter().partition(is_djangos);
    let others = others.iter().map(|file| Code {
        path: file.path().to_owned(),
        standing: candidates[file.path()],
        tool: tool(file).or_else(|| by_place(file.path())),
    });
    faults.retain(|fault| {
        let folder = fault.path.parent().unwrap_or(Path::new(""));
        packages.contains(folder) || is_lost(&fault.path)
    });
    Found {
        others: others.collect(),
        files,
        faults,
    }
}

/// Whether a file must be a migration by its name and by that of its folder.
fn is_lost(path: &Path) -> bool {
    let folder = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let folder = folder.parent().unwrap_or(&folder);
    is_numbered(path) && name(folder) == "migrations"
}

fn holds_migration(text: &str) -> bool {
    text.match_indices("class Migration").any(|(at, word)| {
        let rest = text[at + word.len()..].trim_start();
        rest.starts_with('(')
    })
}

/// All migrations below a folder, for context.
#[must_use]
pub fn python_migrations(root: &Path, files: &Arc<dyn Files>) -> Vec<Arc<SourceFile>> {
    let request = Request {
        files: files.clone(),
        ..Request::default()
    };
    let mut walk = Walk::default();
    let _ = walk.folder(&tidy(root), None, Standing::Inside, &request);
    migrations(&walk.python, &request).files
}
