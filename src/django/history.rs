//! Projects to histories: which migrations there are, in which order Django runs them, and what each runs.

use super::facts::View;
use super::graph::{Graph, GraphFault, Squashed};
use super::migration::{DjangoMigration, MigrationKey};
use super::operations::{self, MigrationFile};
use super::project::{App, Options, Project, root_of};
use crate::ir::{Migration, Problem, ProblemKind};
use crate::source::{PythonFile, SourceFile, python_migrations};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The migrations of one Django project in running order.
#[derive(Debug)]
pub struct History {
    /// The folder of the project.
    pub root: PathBuf,
    pub migrations: Vec<Migration>,
    /// Whether the reported ones are pending together; else each is judged as if it alone were.
    pub pending: bool,
    /// What Django sets the session's time zone to.
    pub time_zone: String,
    /// Django's version, major and minor.
    pub version: (u8, u8),
    /// Where the version came from; `None`: nobody said, the newest is taken.
    pub version_from: Option<String>,
}

/// What was asked for.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    pub options: &'a Options,
    /// The last migration that is deployed: `app.0042_name`, `0042_name`, or the beginning of it.
    pub start_after: Option<&'a str>,
    pub view: View,
}

/// The histories of the projects that these files belong to, and whether `start_after` is one of their migrations.
#[must_use]
pub fn histories(files: Vec<PythonFile>, wish: Wish<'_>) -> (Vec<History>, bool) {
    let mut projects: BTreeMap<PathBuf, Vec<PythonFile>> = BTreeMap::new();
    let mut roots: BTreeMap<PathBuf, PathBuf> = BTreeMap::new();
    for file in files {
        let folder = file
            .file
            .path()
            .parent()
            .unwrap_or(Path::new(""))
            .to_owned();
        let root = roots
            .entry(folder)
            .or_insert_with(|| root_of(file.file.path()));
        projects.entry(root.clone()).or_default().push(file);
    }
    let (mut histories, mut started) = (Vec::new(), false);
    for (root, files) in projects {
        let (found, starts) = of_project(root, files, wish);
        histories.extend(found);
        started |= starts;
    }
    (histories, started)
}

/// A project's migrations, read.
struct Read<'p> {
    project: &'p Project,
    /// The files of the apps that this round is about.
    files: BTreeMap<MigrationKey, MigrationFile>,
    /// Files that hold no migration that could be read.
    broken: Vec<MigrationFile>,
    /// Which files are reported, and which of them were named.
    asked: &'p BTreeMap<PathBuf, bool>,
}

fn of_project(root: PathBuf, files: Vec<PythonFile>, wish: Wish<'_>) -> (Vec<History>, bool) {
    let mut asked = BTreeMap::new();
    let mut seen = HashSet::new();
    let mut all: Vec<Arc<SourceFile>> = Vec::new();
    for file in files {
        asked.insert(file.file.path().to_owned(), file.named);
        seen.insert(absolute(file.file.path()));
        all.push(file.file);
    }
    let context = python_migrations(&root).into_iter().map(|file| file.file);
    all.extend(context.filter(|file| !seen.contains(&absolute(file.path()))));
    let project = Project::read(root, all, wish.options);
    let (mut histories, mut started) = (Vec::new(), false);
    for apps in rounds(&project.apps, &asked) {
        let read = Read::new(&project, &apps, &asked);
        let (found, starts) = read.histories(wish);
        histories.extend(found);
        started |= starts;
    }
    (histories, started)
}

fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}

/// Apps that share a label cannot be installed together: each further one is looked at with all others around it.
fn rounds<'p>(apps: &'p [App], asked: &BTreeMap<PathBuf, bool>) -> Vec<Vec<&'p App>> {
    let mut by_label: BTreeMap<&str, Vec<&App>> = BTreeMap::new();
    for app in apps {
        by_label.entry(&app.label).or_default().push(app);
    }
    let is_asked = |app: &App| app.files.iter().any(|file| asked.contains_key(file.path()));
    let first = |apps: &[&'p App]| apps.first().copied();
    let usual: Vec<&App> = by_label.values().filter_map(|apps| first(apps)).collect();
    let mut rounds = vec![usual.clone()];
    for others in by_label.values() {
        for other in others.iter().skip(1).filter(|app| is_asked(app)) {
            let mut round: Vec<&App> = usual
                .iter()
                .copied()
                .filter(|app| app.label != other.label)
                .collect();
            round.push(other);
            rounds.push(round);
        }
    }
    rounds
}

impl<'p> Read<'p> {
    fn new(project: &'p Project, apps: &[&App], asked: &'p BTreeMap<PathBuf, bool>) -> Self {
        let files: Vec<(&App, &Arc<SourceFile>)> = apps
            .iter()
            .flat_map(|app| app.files.iter().map(|file| (*app, file)))
            .collect();
        let read: Vec<MigrationFile> = files
            .into_par_iter()
            .map(|(app, file)| operations::read(&project.world, &app.label, file.clone()))
            .collect();
        let (mut files, mut broken) = (BTreeMap::new(), Vec::new());
        for file in read {
            match &file.migration {
                Some(migration) => {
                    files.insert(migration.key.clone(), file);
                }
                None => broken.push(file),
            }
        }
        Self {
            project,
            files,
            broken,
            asked,
        }
    }

    fn migrations(&self) -> impl Iterator<Item = &DjangoMigration> + Clone {
        self.files
            .values()
            .filter_map(|file| file.migration.as_ref())
    }

    fn histories(mut self, wish: Wish<'_>) -> (Vec<History>, bool) {
        let deployed = wish.start_after.and_then(|name| self.find(name));
        let started = deployed.is_some();
        let mut histories = Vec::new();
        let used = Graph::new(self.migrations(), Squashed::Used);
        let replaced: Vec<MigrationKey> = self
            .files
            .keys()
            .filter(|key| !used.holds(key))
            .cloned()
            .collect();
        let asked_for: Vec<MigrationKey> = self.asked_for();
        let (old, new): (Vec<_>, Vec<_>) = asked_for
            .into_iter()
            .partition(|key| replaced.contains(key));
        let broken = std::mem::take(&mut self.broken);
        histories.push(self.history(&used, &new, deployed.as_ref(), broken, wish));
        if !old.is_empty() {
            // They run where some of them have run already.
            let graph = Graph::new(self.migrations(), Squashed::Replaced);
            histories.push(self.history(&graph, &old, deployed.as_ref(), Vec::new(), wish));
        }
        histories.retain(|history| {
            history
                .migrations
                .iter()
                .any(|migration| migration.reported)
        });
        (histories, started)
    }

    /// The migrations that are asked for, in the order of their keys.
    fn asked_for(&self) -> Vec<MigrationKey> {
        let asked = self
            .files
            .iter()
            .filter(|(_, file)| self.asked.contains_key(file.file.path()));
        asked.map(|(key, _)| key.clone()).collect()
    }

    /// The migration of this name: with its app, or alone; the end may be left out.
    fn find(&self, name: &str) -> Option<MigrationKey> {
        let called = |known: &str, name: &str| {
            let rest = known.strip_prefix(name);
            rest.is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_digit()))
        };
        let mut keys = self.files.keys();
        match name.split_once('.') {
            Some((app, name)) => keys.rfind(|key| key.app == app && called(&key.name, name)),
            None => {
                let all: Vec<&MigrationKey> = keys.filter(|key| called(&key.name, name)).collect();
                let exact = all.iter().find(|key| key.name == name);
                exact.or(all.last()).copied()
            }
        }
        .cloned()
    }

    /// The history that runs the migrations `reported`, up to the last of them.
    fn history(
        &self,
        graph: &Graph,
        reported: &[MigrationKey],
        deployed: Option<&MigrationKey>,
        broken: Vec<MigrationFile>,
        wish: Wish<'_>,
    ) -> History {
        let reported: BTreeSet<&MigrationKey> = reported.iter().collect();
        let applied: BTreeSet<MigrationKey> =
            graph.plan(deployed.into_iter()).into_iter().collect();
        let whole = graph.order();
        let wanted = whole.iter().filter(|key| reported.contains(key));
        // What is deployed runs before everything else.
        let order = graph.plan(deployed.into_iter().chain(wanted));
        let named = reported.iter().any(|key| {
            let file = self.files.get(key);
            file.is_some_and(|file| self.asked.get(file.file.path()) == Some(&true))
        });
        let mut faults: BTreeMap<&MigrationKey, Vec<&GraphFault>> = BTreeMap::new();
        for fault in &graph.faults {
            faults.entry(&fault.at).or_default().push(fault);
        }
        let ordered: Vec<&MigrationFile> =
            order.iter().filter_map(|key| self.files.get(key)).collect();
        let mut migrations = super::compiled::migrations(self.project, &ordered, graph, wish);
        for (migration, key) in migrations.iter_mut().zip(&order) {
            migration.reported = reported.contains(key) && !applied.contains(key);
            let declared = self.files.get(key).and_then(|file| file.migration.as_ref());
            let found = faults.get(key).into_iter().flatten();
            migration
                .problems
                .extend(found.map(|fault| problem(fault, declared)));
        }
        let broken = broken
            .into_iter()
            .filter(|file| self.asked.contains_key(file.file.path()));
        migrations.extend(broken.map(|file| super::compiled::broken(&file)));
        History {
            root: self.project.root.clone(),
            migrations,
            pending: named || deployed.is_some(),
            time_zone: self.project.settings.time_zone.clone(),
            version: self.project.settings.version,
            version_from: self.project.settings.version_from.clone(),
        }
    }
}

fn problem(fault: &GraphFault, migration: Option<&DjangoMigration>) -> Problem {
    Problem {
        span: migration
            .map(|migration| migration.place(fault.entry.as_ref()))
            .unwrap_or_default(),
        kind: ProblemKind::Graph,
        message: fault.message.clone(),
        help: fault.help.clone(),
    }
}
