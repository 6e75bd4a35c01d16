//! From the paths that a person names to histories: walk, read, group, let the frameworks order, cut off what comes later.

use super::folder::{Folder, Member, Standing};
use super::framework::{self, Convention, flyway};
use super::layout::Layout;
use super::path::{on_disk, tidy};
use super::place::place;
use super::walk::{Walk, walk};
use super::{
    Fault, FaultKind, Framework, History, HistoryOverride, Request, Script, SourceFile,
    TransactionMode, pending, python, read,
};
use rayon::prelude::*;
use std::collections::{BTreeMap, BTreeSet, HashSet};
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
    /// How many files were opened.
    pub files: usize,
}

/// Finds and reads the migrations below the paths of the request.
#[must_use]
pub fn discover(request: &Request) -> Discovery {
    let Walk {
        sql,
        python,
        mut faults,
    } = walk(request);
    let (python, unreadable) = python::migrations(&python);
    faults.extend(unreadable);
    let mut discovery = Discovery {
        files: sql.len() + python.len(),
        faults,
        python,
        ..Discovery::default()
    };
    let files: Vec<(PathBuf, Standing)> = sql.into_iter().collect();
    let read: Vec<Result<Member, Fault>> = files
        .par_iter()
        .map(|(path, standing)| Ok(member(read::read(path)?, *standing)))
        .collect();
    let mut members = Vec::new();
    for result in read {
        match result {
            Ok(member) => members.push(member),
            Err(fault) => discovery.faults.push(fault),
        }
    }
    discovery.collect(&folders(members), request);
    discovery.name_empty_paths(request);
    if !discovery.histories.is_empty() {
        // Whoever names a pair of files, as commit hooks do, means the way up.
        let faults = &mut discovery.faults;
        faults.retain(|fault| fault.kind != FaultKind::DownMigration);
    }
    discovery.faults.sort_by(|a, b| a.path.cmp(&b.path));
    discovery
}

/// One migration whose text did not come from a file; the path, which need not exist, tells its framework.
#[must_use]
pub fn from_text(path: &Path, text: String, transaction: Option<TransactionMode>) -> Discovery {
    let mut discovery = Discovery {
        files: 1,
        ..Discovery::default()
    };
    match read::checked(path, text) {
        Err(fault) => discovery.faults.push(fault),
        Ok(file) => {
            let request = Request {
                paths: vec![path.into()],
                exclude: globset::GlobSet::empty(),
                overrides: Vec::new(),
                transaction,
            };
            let member = member(file, Standing::Named);
            discovery.collect(&folders(vec![member]), &request);
        }
    }
    discovery
}

fn member(file: SourceFile, standing: Standing) -> Member {
    let marked = framework::marked(file.text());
    Member {
        file: Arc::new(file),
        standing,
        marked,
    }
}

/// The files by the history they belong to.
fn folders(members: Vec<Member>) -> Vec<Folder> {
    let mut folders: BTreeMap<(PathBuf, Layout), Vec<Member>> = BTreeMap::new();
    for member in members {
        folders
            .entry(place(member.path()))
            .or_default()
            .push(member);
    }
    let folders = folders.into_iter().map(|((root, layout), files)| Folder {
        root,
        layout,
        files,
    });
    folders.flat_map(without_steps).flat_map(unmixed).collect()
}

/// A file of steps is a history of its own, beside what else lies in its folder.
fn without_steps(folder: Folder) -> Vec<Folder> {
    let is_steps = |member: &Member| framework::is_steps(member.text());
    let (steps, files): (Vec<Member>, Vec<Member>) = folder.files.into_iter().partition(is_steps);
    let own = |files: Vec<Member>| Folder {
        root: folder.root.clone(),
        layout: folder.layout,
        files,
    };
    let rest = (!files.is_empty()).then(|| own(files));
    let steps = steps.into_iter().map(|member| own(vec![member]));
    rest.into_iter().chain(steps).collect()
}

/// Folders below one location that repeat a version are histories of their own.
fn unmixed(folder: Folder) -> Vec<Folder> {
    let mut seen = HashSet::new();
    let repeats =
        |member: &Member| flyway::kind(member.name()).is_some_and(|kind| !seen.insert(kind.key()));
    if folder.layout != Layout::Nested || !folder.files.iter().any(repeats) {
        return vec![folder];
    }
    let mut parts: BTreeMap<PathBuf, Vec<Member>> = BTreeMap::new();
    for member in folder.files {
        let root = member.path().parent().unwrap_or(Path::new("")).into();
        parts.entry(root).or_default().push(member);
    }
    let parts = parts.into_iter().map(|(root, files)| Folder {
        root,
        layout: Layout::Flat,
        files,
    });
    parts.collect()
}

impl Discovery {
    fn collect(&mut self, folders: &[Folder], request: &Request) {
        let conventions: Vec<(&Folder, &Convention)> = folders
            .iter()
            .map(|folder| {
                let wish = wish(folder, request).and_then(|wish| wish.framework);
                (folder, framework::convention(folder, wish))
            })
            .collect();
        let homes: BTreeSet<PathBuf> = conventions
            .iter()
            .filter_map(|(folder, convention)| (convention.home)(folder))
            .collect();
        for (folder, convention) in conventions {
            let is_stray = convention.habit.framework == Framework::Plain
                && wish(folder, request).is_none()
                && (folder.root.ancestors().any(|up| homes.contains(up))
                    || self.is_of_django(folder));
            let scripts = if is_stray {
                Vec::new()
            } else {
                scripts(folder, convention, request)
            };
            self.leftovers(folder, &scripts, request);
            self.push(folder, convention.habit.framework, scripts);
        }
    }

    /// Whether SQL files lie in a package of Django migrations, in the `sql` folder of an app, or where migrations that were found read them.
    fn is_of_django(&self, folder: &Folder) -> bool {
        let packages = self.python.iter().filter_map(|file| file.path().parent());
        let packages: BTreeSet<&Path> = packages.collect();
        let is_of_app = |up: &Path| {
            let app = up
                .parent()
                .filter(|_| up.file_name() == Some("sql".as_ref()));
            app.is_some_and(|app| packages.contains(app.join("migrations").as_path()))
        };
        let is_read = |member: &Member| {
            let mut texts = self.python.iter().map(|file| file.text());
            texts.any(|text| text.contains(member.name()))
        };
        !packages.is_empty()
            && (folder
                .root
                .ancestors()
                .any(|up| packages.contains(up) || is_of_app(up))
                || folder.files.iter().any(is_read))
    }

    /// Keeps a history up to its last reported script.
    fn push(&mut self, folder: &Folder, framework: Framework, mut scripts: Vec<Script>) {
        let is_selection = pending::is_selection(scripts.iter().map(|script| {
            let path = script.file.path();
            let above = path.parent().filter(|_| folder.layout != Layout::Folders);
            (above.unwrap_or(&folder.root), script.reported)
        }));
        let last = scripts.iter().rposition(|script| script.reported);
        scripts.truncate(last.map_or(0, |last| last + 1));
        if !scripts.is_empty() {
            self.histories.push(History {
                root: on_disk(&folder.root).into(),
                framework,
                scripts,
                is_selection,
            });
        }
    }

    /// What becomes of the files that the framework does not run.
    fn leftovers(&mut self, folder: &Folder, scripts: &[Script], request: &Request) {
        let run: HashSet<&Path> = scripts.iter().map(|script| script.file.path()).collect();
        for member in &folder.files {
            let path = member.path();
            if run.contains(path) || member.standing == Standing::Context {
                continue;
            }
            let is_planned = folder.layout == Layout::Planned;
            let is_down = is_planned || framework::is_down(path);
            let beside = |file: &Arc<SourceFile>| file.path().parent() == path.parent();
            match member.standing {
                // It is what a migration beside it does, printed or read by that.
                Standing::Named if self.python.iter().any(beside) => {
                    self.passed_over.push(path.into());
                }
                Standing::Named if is_down => self.faults.push(Fault::new(
                    path,
                    FaultKind::DownMigration,
                    if is_planned {
                        "is not deployed by the plan, so it is not checked".into()
                    } else {
                        "is a down migration, which is not checked".into()
                    },
                    "name the migration that belongs to it",
                )),
                Standing::Named => {
                    let alone = Folder {
                        root: folder.root.clone(),
                        layout: Layout::Flat,
                        files: vec![member.clone()],
                    };
                    let plain = framework::convention(&alone, Some(Framework::Plain));
                    let scripts = self::scripts(&alone, plain, request);
                    self.push(&alone, Framework::Plain, scripts);
                }
                _ if !is_down => self.passed_over.push(path.into()),
                _ => {}
            }
        }
    }

    /// A named path below which nothing was found is a fault.
    fn name_empty_paths(&mut self, request: &Request) {
        for path in &request.paths {
            let path = tidy(path);
            let scripts = self.histories.iter().flat_map(|history| &history.scripts);
            let found = scripts
                .filter(|script| script.reported)
                .map(|script| script.file.path())
                .chain(self.python.iter().map(|python| python.path()))
                .chain(self.faults.iter().map(|fault| fault.path.as_path()))
                .any(|found| found.starts_with(&path))
                || self.passed_over.contains(&path);
            if !found {
                self.faults.push(Fault::new(
                    &path,
                    FaultKind::NoMigration,
                    "holds no migration".into(),
                    "name a file that ends in .sql, a Django migration, or a folder that holds some",
                ));
            }
        }
    }
}

/// The framework's scripts, with what the config says about them.
fn scripts(folder: &Folder, convention: &Convention, request: &Request) -> Vec<Script> {
    let mut scripts = convention.scripts(folder);
    let wish = wish(folder, request);
    if let Some(order) = wish.and_then(|wish| wish.order) {
        scripts.sort_by(|a, b| {
            let below = |script: &Script| {
                let path = script.file.path();
                let path = path.strip_prefix(&folder.root).unwrap_or(path);
                path.to_string_lossy().into_owned()
            };
            order.compare(&below(a), &below(b))
        });
    }
    let mode = request
        .transaction
        .or_else(|| wish.and_then(|wish| wish.transaction));
    for script in &mut scripts {
        script.transaction = mode.unwrap_or(script.transaction);
        script.is_transaction_known |= mode.is_some();
    }
    scripts
}

/// What the config says about this folder: the nearest table counts.
fn wish<'a>(folder: &Folder, request: &'a Request) -> Option<&'a HistoryOverride> {
    request
        .overrides
        .iter()
        .filter(|wish| folder.root.starts_with(tidy(&wish.path)))
        .max_by_key(|wish| tidy(&wish.path).components().count())
}
