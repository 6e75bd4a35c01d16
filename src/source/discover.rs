//! From the paths that a person names to histories: walk, read, group, let the frameworks order, cut off what comes later.

use super::Direction;
use super::code::{self, Code};
use super::discovery::Discovery;
use super::folder::{Folder, Member, Standing};
use super::framework::{self, Convention};
use super::grouping::folders;
use super::layout::Layout;
use super::path::on_disk;
use super::remains::{self, Remains};
use super::unread::Why;
use super::walk::{Walk, walk};
use super::{
    Fault, FaultKind, Framework, History, Request, Script, SourceFile, TransactionMode, WayBack,
    pending, python, read,
};
use rayon::prelude::*;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Finds and reads the migrations below the paths of the request.
#[must_use]
pub fn discover(request: &Request) -> Discovery {
    let Walk {
        sql,
        python,
        code,
        unread,
        dialects,
        changelogs,
        excluded,
        settled,
        mut faults,
    } = walk(request);
    let found = python::migrations(&python, request);
    faults.extend(found.faults);
    let mut discovery = Discovery {
        files: sql.len() + found.files.len(),
        faults,
        python: found.files,
        dialects: dialects.into_iter().collect(),
        excluded,
        settled,
        ..Discovery::default()
    };
    let files: Vec<(PathBuf, Standing)> = sql.into_iter().collect();
    let read: Vec<Result<Member, Fault>> = files
        .par_iter()
        .map(|(path, standing)| Ok(member(read::read_sql(&*request.files, path)?, *standing)))
        .collect();
    let mut members = Vec::new();
    for result in read {
        match result {
            Ok(member) => members.push(member),
            // Only their text would matter, and nobody runs it.
            Err(fault) if discovery.is_in_package(&fault.path) => {
                discovery.passed_over.push(fault.path);
            }
            Err(fault) => discovery.faults.push(fault),
        }
    }
    let beside: BTreeSet<&Path> = members.iter().filter_map(|it| it.path().parent()).collect();
    let mut code = code::look(&code, &beside, request);
    code.retain(|code| !changelogs.iter().any(|log| log.has_read(&code.path)));
    code.extend(found.others);
    let mut remains = Remains::default();
    for (path, (standing, why)) in &unread {
        if *standing > Standing::Context {
            remains.add(path, *why, false);
        }
    }
    let folders = folders(members, changelogs, request);
    discovery.collect(&folders, code, &mut remains, request);
    discovery.unread = remains.unread();
    discovery.judge_paths(request);
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
                transaction,
                ..Request::default()
            };
            let folders = folders(vec![member(file, Standing::Named)], Vec::new(), &request);
            discovery.collect(&folders, Vec::new(), &mut Remains::default(), &request);
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

impl Discovery {
    fn collect(
        &mut self,
        folders: &[Folder],
        mut code: Vec<Code>,
        remains: &mut Remains,
        request: &Request,
    ) {
        let conventions: Vec<(&Folder, &Convention)> = folders
            .iter()
            .map(|folder| {
                let wish = request.wish(&folder.root).and_then(|wish| wish.framework);
                (folder, framework::convention(folder, wish))
            })
            .collect();
        let homes: BTreeSet<PathBuf> = conventions
            .iter()
            .filter_map(|(folder, convention)| (convention.home)(folder))
            .collect();
        for (folder, convention) in conventions {
            let is_stray = convention.habit.framework == Framework::Plain
                && request.wish(&folder.root).is_none()
                && (folder.root.ancestors().any(|up| homes.contains(up))
                    || self.is_of_django(folder));
            let mut scripts = if is_stray {
                Vec::new()
            } else {
                scripts(folder, convention, request)
            };
            self.leftovers(folder, convention, &scripts, remains, request);
            if !scripts.is_empty() {
                let (own, others) = code.into_iter().partition(|code| code.is_in(folder));
                code = others;
                remains.code(folder, convention, &mut scripts, &own);
            }
            self.push(folder, convention.habit.framework, scripts, request);
        }
        for code in code.iter().filter(|code| code.standing > Standing::Context) {
            if let Some(kind) = code.kind().filter(|_| code.is_alone()) {
                remains.add(&code.path, Why::Code(kind), false);
            }
        }
    }

    /// Whether a file lies beside Django migrations.
    fn is_in_package(&self, path: &Path) -> bool {
        let mut migrations = self.python.iter();
        migrations.any(|file| file.path().parent() == path.parent())
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
    fn push(
        &mut self,
        folder: &Folder,
        framework: Framework,
        mut scripts: Vec<Script>,
        request: &Request,
    ) {
        let is_selection = request.changes.is_some()
            || pending::is_selection(scripts.iter().map(|script| {
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
    fn leftovers(
        &mut self,
        folder: &Folder,
        convention: &Convention,
        scripts: &[Script],
        remains: &mut Remains,
        request: &Request,
    ) {
        let run = remains::paths_of(scripts);
        let is_planned = folder.layout == Layout::Planned;
        for member in &folder.files {
            let path = member.path();
            if run.contains(path) || member.standing == Standing::Context {
                continue;
            }
            let is_beside = is_planned && !path.starts_with(folder.root.join("deploy"));
            let is_down = is_beside || framework::is_down(path);
            match member.standing {
                // It is what a migration beside it does, printed or read by that.
                Standing::Named if self.is_in_package(path) => {
                    self.passed_over.push(path.into());
                }
                Standing::Named if is_down => self.faults.push(remains::not_up(path, is_beside)),
                Standing::Named if is_planned => {
                    remains.of_folder(folder, convention, member);
                }
                Standing::Named => {
                    let alone = Folder {
                        root: folder.root.clone(),
                        layout: Layout::Flat,
                        files: vec![member.clone()],
                        disk: folder.disk.clone(),
                        changelog: None,
                    };
                    let plain = framework::convention(&alone, Some(Framework::Plain));
                    let scripts = self::scripts(&alone, plain, request);
                    self.push(&alone, Framework::Plain, scripts, request);
                }
                _ if is_down => {}
                _ if !remains.of_folder(folder, convention, member) => {
                    self.passed_over.push(path.into());
                }
                _ => {}
            }
        }
    }
}

/// The framework's scripts, with what the config says about them.
fn scripts(folder: &Folder, convention: &Convention, request: &Request) -> Vec<Script> {
    let mut scripts = convention.scripts(folder);
    if request.direction == Direction::Down {
        let named = folder.files.iter();
        let named = named.filter(|member| member.standing == Standing::Named);
        let named: BTreeSet<&Path> = named.map(Member::path).collect();
        for script in &mut scripts {
            script.way_back = (convention.way_back)(folder, script);
            // Whoever names what takes a migration back means that migration.
            if let WayBack::Written(file, _) = &script.way_back {
                script.reported |= named.contains(file.path());
            }
        }
    }
    let wish = request.wish(&folder.root);
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
        if folder.layout == Layout::Joined {
            // Folders may repeat a name.
            let below = script.file.path().strip_prefix(&folder.root);
            let below = below.ok().and_then(Path::parent);
            let below = below.filter(|below| !below.as_os_str().is_empty());
            if let Some(below) = below {
                script.name = format!("{}/{}", below.display(), script.name);
            }
        }
    }
    scripts
}
