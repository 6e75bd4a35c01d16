//! Changelogs of Liquibase in YAML, JSON or XML, which say which SQL files are run, in which order, and how.
//!
//! Source: `liquibase-standard` `changelog/DatabaseChangeLog.java` (`include`, `includeAll`) and `change/core/SQLFileChange.java`.

mod follow;
mod item;
mod listed;

use super::Request;
use super::path::{name, normal};
pub(super) use listed::{Change, Changelog, Entry};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// How far above a file its changelog is looked for.
const ABOVE: usize = 4;

/// The changelogs that lie in the folders of these files or a few above, and that no other one includes.
pub(super) fn around<'p>(
    files: impl Iterator<Item = &'p Path>,
    request: &Request,
) -> Vec<Changelog> {
    let mut folders = BTreeSet::new();
    for file in files {
        let file = normal(file);
        for folder in file.ancestors().skip(1).take(1 + ABOVE) {
            // Where a folder is known, those above it are; but how far was counted from another one.
            folders.insert(folder.to_owned());
            if folder.join(".git").exists() {
                break;
            }
        }
    }
    let found = folders.iter().flat_map(|folder| candidates(folder));
    let found: BTreeMap<PathBuf, Changelog> = found
        .filter_map(|path| Some((path.clone(), follow::follow(&path, &*request.files)?)))
        .collect();
    let is_included = |path: &Path| {
        let mut others = found.iter().filter(|(other, _)| **other != path);
        others.any(|(_, other)| other.followed.contains(path))
    };
    let mut masters: Vec<Changelog> = found
        .iter()
        .filter(|(path, _)| !is_included(path))
        .map(|(_, changelog)| changelog.clone())
        .filter(|changelog| changelog.files().next().is_some())
        .collect();
    masters.sort_by_key(|changelog| changelog.path.components().count());
    masters
}

/// The files of a folder that are called as changelogs are.
fn candidates(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    paths.filter(|path| is_called_so(name(path))).collect()
}

fn is_called_so(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    item::is_read(&name)
        && ["changelog", "master", "liquibase"]
            .iter()
            .any(|word| name.contains(word))
}
