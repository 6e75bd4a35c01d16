//! Django projects: which migrations there are in each, read in rounds of apps that can be installed together.

mod installed;
mod round;

use super::{History, Request};
use crate::django::project::{App, Project, other_database, root_of};
use crate::source::{SourceFile, Unread, Why, python_migrations};
use round::Round;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What became of the projects that some files belong to.
#[derive(Default)]
pub(super) struct Projects {
    pub(super) histories: Vec<History>,
    /// Whether `start_after` is one of their migrations.
    pub(super) is_started: bool,
    /// The files of projects that are for another database.
    pub(super) passed_over: Vec<Unread>,
}

/// Reads the projects that these files belong to.
pub(super) fn projects(files: &[Arc<SourceFile>], request: &Request<'_>) -> Projects {
    let mut projects: BTreeMap<PathBuf, Vec<Arc<SourceFile>>> = BTreeMap::new();
    let mut roots: BTreeMap<PathBuf, PathBuf> = BTreeMap::new();
    for file in files {
        let folder = file.path().parent().unwrap_or(Path::new("")).to_owned();
        let root = roots.entry(folder).or_insert_with(|| root_of(file.path()));
        projects.entry(root.clone()).or_default().push(file.clone());
    }
    let mut read = Projects::default();
    for (root, files) in projects {
        let mut paths = files.iter().map(|file| file.path());
        if !paths.any(|path| request.source.may_be_pending(path)) {
            continue;
        }
        if let Some(database) = other_database(&root, request.django) {
            read.passed_over.push(Unread {
                paths: files.iter().map(|file| file.path().to_owned()).collect(),
                why: Why::Dialect(database),
                precedes: false,
                is_all: false,
            });
            continue;
        }
        let (found, starts) = of_project(root, files, request);
        read.histories.extend(found);
        read.is_started |= starts;
    }
    read
}

fn of_project(
    root: PathBuf,
    files: Vec<Arc<SourceFile>>,
    request: &Request<'_>,
) -> (Vec<History>, bool) {
    let paths = files.iter().map(|file| file.path().to_owned());
    let seen: HashSet<PathBuf> = paths.clone().map(|path| absolute(&path)).collect();
    let asked = paths.filter(|path| request.source.may_be_pending(path));
    let asked: BTreeSet<PathBuf> = asked.collect();
    let context = python_migrations(&root, &request.source.files).into_iter();
    let context = context.filter(|file| !seen.contains(&absolute(file.path())));
    let all: Vec<Arc<SourceFile>> = files.into_iter().chain(context).collect();
    let mut project = Project::read(root.clone(), &all, request.django);
    let installed = installed::migrations(&project, request.django, &request.source.files);
    if !installed.is_empty() {
        let all: Vec<_> = all.into_iter().chain(installed).collect();
        project = Project::read(root, &all, request.django);
    }
    let (mut histories, mut is_started) = (Vec::new(), false);
    for (apps, only) in rounds(&project.apps, &asked) {
        let own = only.map(|app| {
            let files = app.files.iter().map(|file| file.path().to_owned());
            files.filter(|path| asked.contains(path)).collect()
        });
        let round = Round::new(&project, &apps, own.as_ref().unwrap_or(&asked), request);
        let (found, starts) = round.histories();
        histories.extend(found);
        is_started |= starts;
    }
    (histories, is_started)
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// Apps that are installed together, and the one of them that is asked for, if not all are.
type Installed<'p> = (Vec<&'p App>, Option<&'p App>);

/// Apps that share a label cannot be installed together: each further one is looked at with all others around it, of which nothing is told again.
fn rounds<'p>(apps: &'p [App], asked: &BTreeSet<PathBuf>) -> Vec<Installed<'p>> {
    let mut by_label: BTreeMap<&str, Vec<&App>> = BTreeMap::new();
    for app in apps {
        by_label.entry(&app.label).or_default().push(app);
    }
    let is_asked = |app: &App| app.files.iter().any(|file| asked.contains(file.path()));
    let first = |apps: &[&'p App]| apps.first().copied();
    let usual: Vec<&App> = by_label.values().filter_map(|apps| first(apps)).collect();
    let mut rounds = vec![(usual.clone(), None)];
    for others in by_label.values() {
        for other in others.iter().skip(1).filter(|app| is_asked(app)) {
            let mut round: Vec<&App> = usual
                .iter()
                .copied()
                .filter(|app| app.label != other.label)
                .collect();
            round.push(other);
            rounds.push((round, Some(*other)));
        }
    }
    rounds
}
