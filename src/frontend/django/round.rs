//! The migrations of apps that are installed together: what of them is pending, and the order in which they run.

use super::super::{Back, History, Read, Request};
use crate::django::compiled::{self, Both, Wish};
use crate::django::graph::{Graph, GraphFault, Squashed};
use crate::django::migration::{DjangoMigration, MigrationKey};
use crate::django::operations::{self, MigrationFile};
use crate::django::project::{App, Project, Settings};
use crate::ir::{Problem, ProblemKind};
use crate::source::{Direction, SourceFile, is_selection, last_deployed};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The migrations of some apps, read.
pub(super) struct Round<'p> {
    project: &'p Project,
    request: &'p Request<'p>,
    files: BTreeMap<MigrationKey, MigrationFile>,
    /// Files that hold no migration that could be read.
    broken: Vec<MigrationFile>,
    /// Which files are asked for.
    asked: &'p BTreeSet<PathBuf>,
    /// The last migration that is deployed, where the config names it.
    deployed: Option<MigrationKey>,
}

impl<'p> Round<'p> {
    pub(super) fn new(
        project: &'p Project,
        apps: &[&App],
        asked: &'p BTreeSet<PathBuf>,
        request: &'p Request<'p>,
    ) -> Self {
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
        let deployed = request.start_after.and_then(|name| find(&files, name));
        Self {
            project,
            request,
            files,
            broken,
            asked,
            deployed,
        }
    }

    /// Its histories, and whether one of its migrations is the last that is deployed.
    pub(super) fn histories(&self) -> (Vec<History>, bool) {
        let migrations = self.files.values();
        let migrations = migrations.filter_map(|file| file.migration.as_ref());
        let used = Graph::new(migrations.clone(), Squashed::Used);
        let asked = self.files.iter().filter(|(_, file)| self.asks_for(file));
        let (new, old): (Vec<_>, Vec<_>) =
            asked.map(|(key, _)| key).partition(|key| used.holds(key));
        let mut histories = vec![self.history(&used, &new, &self.broken)];
        // What was squashed has run, or never will; who names it wants to know.
        if !old.is_empty() && self.says_what_is_pending() {
            // They run where some of them have run already.
            let graph = Graph::new(migrations, Squashed::Replaced);
            histories.push(self.history(&graph, &old, &[]));
        }
        (
            histories.into_iter().flatten().collect(),
            self.deployed.is_some(),
        )
    }

    fn asks_for(&self, file: &MigrationFile) -> bool {
        self.asked.contains(file.file.path())
    }

    /// Whether somebody said what is pending.
    fn says_what_is_pending(&self) -> bool {
        let files = self.files.values().chain(&self.broken);
        let counted = files.filter_map(|file| {
            let path = file.file.path();
            let is_asked_for = self.asks_for(file);
            let counts = is_asked_for || !self.request.source.excludes(path);
            counts.then(|| (path.parent().unwrap_or(Path::new("")), is_asked_for))
        });
        let is_known = self.deployed.is_some() || self.request.source.changes.is_some();
        is_known || is_selection(counted)
    }

    /// The history that runs those of the migrations `asked` that are not deployed, up to the last of them; nothing where all are.
    fn history(
        &self,
        graph: &Graph,
        asked: &[&MigrationKey],
        broken: &[MigrationFile],
    ) -> Option<History> {
        let applied = graph.plan(self.deployed.iter()).into_iter().collect();
        let is_said = self.says_what_is_pending();
        let plan = Plan::new(graph, asked, applied, is_said);
        let mut migrations = self.compiled(&plan);
        for file in broken.iter().filter(|file| self.asks_for(file)) {
            let (mut migration, outline) = compiled::broken(file);
            migration.reported = true;
            migrations.push(Read::outlined(migration, outline));
        }
        let first = migrations.iter().position(|read| read.migration.reported)?;
        let settings = &self.project.settings;
        let (major, minor) = settings.version;
        let mut notices = settings.guesses.clone();
        if settings.version_from.is_none() {
            notices.push(format!(
                "Django {major}.{minor}: the newest known, set version under [django]"
            ));
        }
        if settings.version < (4, 2) {
            notices.push(format!(
                "Django {major}.{minor}: older than 4.2, from which on the SQL is compared with Django's own; look at `mig-lint sql` once"
            ));
        }
        Some(History {
            root: self.project.root.clone(),
            migrations: Box::new(migrations.into_iter()),
            pending_from: is_said.then_some(first),
            parameters: session(settings),
            notices,
        })
    }

    /// What is planned, with what is wrong about it.
    fn compiled(&self, plan: &Plan<'_>) -> Vec<Read> {
        let files = plan.order.iter().filter_map(|key| self.files.get(key));
        let files: Vec<&MigrationFile> = files.collect();
        let wish = Wish {
            options: self.request.django,
            view: self.request.view,
            direction: self.request.source.direction,
        };
        let mut faults = self.faults(plan);
        let compiled = compiled::migrations(self.project, &files, plan.graph, wish).into_iter();
        let read = compiled.zip(&plan.order).map(|(Both { up, back }, key)| {
            let (mut migration, outline) = up;
            migration.reported = plan.pending.contains(key);
            let declared = self.files.get(key).and_then(|file| file.migration.as_ref());
            let found = faults.remove(key).into_iter().flatten();
            let found = found.map(|fault| problem(fault, declared));
            migration.problems.extend(found);
            let is_wanted = self.request.source.direction == Direction::Down;
            Read {
                way_back: is_wanted.then(|| {
                    Box::new(back.map_or(Back::Missing, |(migration, outline)| {
                        Back::Migration(migration, Some(Box::new(outline)))
                    }))
                }),
                ..Read::outlined(migration, outline)
            }
        });
        read.collect()
    }

    /// What is wrong with the graph, by the migration at which it is told. What is the matter of a whole app is told at the last that is pending,
    /// where nobody asks for the one to blame.
    fn faults<'g>(&self, plan: &'g Plan<'g>) -> BTreeMap<&'g MigrationKey, Vec<&'g GraphFault>> {
        let mut faults: BTreeMap<&MigrationKey, Vec<&GraphFault>> = BTreeMap::new();
        for fault in &plan.graph.faults {
            let blamed = self.files.get(&fault.at);
            let is_told =
                blamed.is_some_and(|file| self.asks_for(file)) && !plan.applied.contains(&fault.at);
            let mut of_app = plan
                .order
                .iter()
                .rev()
                .filter(|key| key.app == fault.at.app);
            let other = of_app.find(|key| plan.pending.contains(key));
            let other = other.filter(|_| fault.of_app && !is_told);
            let at = other.unwrap_or(&fault.at);
            faults.entry(at).or_default().push(fault);
        }
        faults
    }
}

/// What Django sets in each session, and what its connection does.
fn session(settings: &Settings) -> BTreeMap<String, String> {
    let mut parameters: BTreeMap<String, String> = settings.parameters.iter().cloned().collect();
    parameters.insert("timezone".to_owned(), settings.time_zone.clone());
    parameters
}

/// What of a graph runs.
struct Plan<'g> {
    graph: &'g Graph,
    /// What is deployed, as far as the config says.
    applied: BTreeSet<MigrationKey>,
    pending: BTreeSet<&'g MigrationKey>,
    /// What is pending and all that it needs, in running order.
    order: Vec<MigrationKey>,
}

impl<'g> Plan<'g> {
    fn new(
        graph: &'g Graph,
        asked: &[&'g MigrationKey],
        applied: BTreeSet<MigrationKey>,
        is_said: bool,
    ) -> Self {
        let pending = asked.iter().copied().filter(|key| !applied.contains(key));
        let pending: BTreeSet<&MigrationKey> = pending.collect();
        let whole = graph.order();
        let mut order = graph.plan(whole.iter().filter(|key| pending.contains(key)));
        if is_said {
            order = deployed_first(order, &pending, graph);
        }
        Self {
            graph,
            applied,
            pending,
            order,
        }
    }
}

/// The migration of this name: with its app, or alone; the end may be left out.
fn find(files: &BTreeMap<MigrationKey, MigrationFile>, name: &str) -> Option<MigrationKey> {
    let (app, name) = match name.split_once('.') {
        Some((app, name)) => (Some(app), name),
        None => (None, name),
    };
    let of_app = |key: &&MigrationKey| app.is_none_or(|app| key.app == app);
    let keys: Vec<&MigrationKey> = files.keys().filter(of_app).collect();
    let names: Vec<&str> = keys.iter().map(|key| key.name.as_str()).collect();
    last_deployed(&names, name).map(|at| keys[at].clone())
}

/// What is deployed has run before anything that is pending; only what needs that comes later.
fn deployed_first(
    order: Vec<MigrationKey>,
    pending: &BTreeSet<&MigrationKey>,
    graph: &Graph,
) -> Vec<MigrationKey> {
    let mut later: BTreeSet<MigrationKey> = BTreeSet::new();
    for key in &order {
        if pending.contains(key) || graph.parents(key).any(|parent| later.contains(parent)) {
            later.insert(key.clone());
        }
    }
    let (later, mut first): (Vec<_>, Vec<_>) =
        order.into_iter().partition(|key| later.contains(key));
    first.extend(later);
    first
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
