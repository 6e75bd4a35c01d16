//! What an evaluation may look up beyond its own module: other modules of the project, and its settings.

use super::statements::definitions;
use super::{CustomField, Evaluator, Scope};
use crate::django::syntax::{self, Syntax};
use crate::django::value::Value;
use crate::source::{Disk, SourceFile, read_python};
use ruff_python_ast::Stmt;
use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// How many imports may lead to one another.
pub(super) const MAX_IMPORTS: usize = 6;
/// How many bytes a module, or a file that a migration reads, may have.
const MAX_BYTES: u64 = 4_000_000;

/// How many entries of a folder are listed.
const MAX_ENTRIES: usize = 2_000;

/// The dotted name under which a file is imported.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModuleName {
    pub name: String,
    /// Whether it is a package's `__init__.py`.
    pub package: bool,
}

/// The Python files of one project, and what is known of its settings.
#[derive(Debug, Default)]
pub struct World {
    /// Folders that modules are imported from.
    pub roots: Vec<PathBuf>,
    /// `AUTH_USER_MODEL`.
    pub auth_user: String,
    /// The database that migrations run on, by its name in `DATABASES`.
    pub database: String,
    /// The version of Django, for conditions on `django.VERSION`.
    pub django: (u8, u8),
    /// The settings that could be read.
    pub settings: BTreeMap<String, Value>,
    files: Mutex<HashMap<String, Option<PathBuf>>>,
    modules: Mutex<HashMap<String, Option<Arc<Namespace>>>>,
    /// The field classes that were asked for.
    pub(super) fields: Mutex<HashMap<String, Option<Arc<CustomField>>>>,
}

/// A module that was read, and what its names are bound to.
#[derive(Debug)]
pub struct Namespace {
    pub module: ModuleName,
    pub file: Arc<SourceFile>,
    pub syntax: Syntax,
    pub(super) names: Scope,
}

impl ModuleName {
    /// The name of the module that `from ...module import` means here.
    pub(super) fn relative(&self, level: u32, module: &str) -> String {
        let mut up = level;
        if up > 0 && self.package {
            up -= 1;
        }
        let mut base = if level == 0 { "" } else { self.name.as_str() };
        for _ in 0..up {
            base = base.rsplit_once('.').map_or("", |(above, _)| above);
        }
        match (base, module) {
            ("", module) => module.to_owned(),
            (base, "") => base.to_owned(),
            (base, module) => format!("{base}.{module}"),
        }
    }
}

impl Namespace {
    /// To go on evaluating in this module.
    pub(super) fn evaluator<'a>(&'a self, world: &'a World, importing: &[String]) -> Evaluator<'a> {
        let mut evaluator = Evaluator::new(world, self.module.clone(), &self.file);
        evaluator.importing.splice(0..0, importing.iter().cloned());
        evaluator.scopes = vec![self.names.clone()];
        evaluator.index(&self.syntax.body);
        evaluator
    }

    /// What the module binds to this name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.names.get(name)
    }

    /// Whether a function of this name stands inside another of the module.
    fn has_inner(&self, name: &str) -> bool {
        let mut found = false;
        definitions(&self.syntax.body, &mut |outer| {
            if let Stmt::FunctionDef(outer) = outer {
                definitions(&outer.body, &mut |inner| {
                    let inner = inner.as_function_def_stmt();
                    found |= inner.is_some_and(|inner| inner.name.as_str() == name);
                });
            }
        });
        found
    }

    /// All that the module binds.
    pub fn names(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.names.iter()
    }
}

impl World {
    /// A world of modules below these folders.
    #[must_use]
    pub fn new(roots: Vec<PathBuf>) -> Self {
        Self {
            roots,
            auth_user: "auth.User".to_owned(),
            database: "default".to_owned(),
            django: (6, 0),
            ..Self::default()
        }
    }

    /// The file of a module of the project.
    #[must_use]
    pub fn file(&self, module: &str) -> Option<PathBuf> {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = files.get(module) {
            return known.clone();
        }
        let below: PathBuf = module.split('.').collect();
        let found = self.roots.iter().find_map(|root| {
            let path = root.join(&below);
            let package = path.join("__init__.py");
            let mut plain = path.into_os_string();
            plain.push(".py");
            [package, PathBuf::from(plain)]
                .into_iter()
                .find(|path| path.is_file())
        });
        files.insert(module.to_owned(), found.clone());
        found
    }

    /// The name under which a file is imported.
    #[must_use]
    pub fn module_of(&self, path: &Path) -> ModuleName {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
        let below = self
            .roots
            .iter()
            .filter_map(|root| path.strip_prefix(root).ok());
        let below = below
            .min_by_key(|below| below.components().count())
            .unwrap_or(&path);
        let below = below.with_extension("");
        let mut parts: Vec<&str> = below.iter().filter_map(std::ffi::OsStr::to_str).collect();
        let package = parts.last() == Some(&"__init__");
        parts.truncate(parts.len() - usize::from(package));
        ModuleName {
            name: parts.join("."),
            package,
        }
    }

    /// Reads and evaluates a module of the project, once.
    #[must_use]
    pub fn module(&self, name: &str) -> Option<Arc<Namespace>> {
        self.import(name, &[]).0
    }

    /// The module, and whether what led here cut its evaluation short.
    pub(super) fn import(
        &self,
        name: &str,
        importing: &[String],
    ) -> (Option<Arc<Namespace>>, bool) {
        let known = self.modules.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = known.get(name) {
            return (known.clone(), false);
        }
        drop(known);
        if importing.len() >= MAX_IMPORTS || importing.iter().any(|module| module == name) {
            return (None, true);
        }
        let (namespace, cut) = self.load(name, importing);
        // Where the way here has cut it short, it would not be the same from elsewhere.
        if !cut || importing.is_empty() {
            let mut known = self.modules.lock().unwrap_or_else(PoisonError::into_inner);
            known.insert(name.to_owned(), namespace.clone());
        }
        (namespace, cut)
    }

    fn load(&self, name: &str, importing: &[String]) -> (Option<Arc<Namespace>>, bool) {
        let Some(path) = self.file(name) else {
            return (None, false);
        };
        let is_small = path.metadata().is_ok_and(|data| data.len() < MAX_BYTES);
        let Some(file) = is_small.then(|| read_python(&Disk, &path).ok()).flatten() else {
            return (None, false);
        };
        let file = Arc::new(file);
        let syntax = syntax::parse(file.text());
        let module = ModuleName {
            name: name.to_owned(),
            package: path.ends_with("__init__.py"),
        };
        let mut evaluator = Evaluator::new(self, module.clone(), &file);
        evaluator.importing.splice(0..0, importing.iter().cloned());
        evaluator.run(&syntax.body);
        let (cut, names) = (evaluator.cut, evaluator.scopes.swap_remove(0));
        let namespace = Namespace {
            module,
            file,
            syntax,
            names,
        };
        (Some(Arc::new(namespace)), cut)
    }

    /// Whether an app is installed: by `INSTALLED_APPS`; where no settings say, all that is there, and all of Django's own.
    pub(super) fn is_installed(&self, app: &str) -> Option<bool> {
        if let Some(installed) = self
            .settings
            .get("INSTALLED_APPS")
            .and_then(Value::iterated)
        {
            let mut installed = installed.iter().filter_map(Value::as_str);
            return Some(installed.any(|path| {
                let rest = path.strip_prefix(app);
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with(".apps."))
            }));
        }
        (app.starts_with("django.contrib.") || self.file(app).is_some()).then_some(true)
    }

    /// The longest module of the project that a path begins with, and the rest.
    pub(super) fn split<'p>(&self, path: &'p str) -> Option<(&'p str, &'p str)> {
        let first = path.split('.').next()?;
        let is_here = |root: &PathBuf| {
            root.join(first).is_dir() || root.join(format!("{first}.py")).is_file()
        };
        if matches!(first, "django" | "datetime" | "uuid" | "os" | "sys") {
            return None;
        }
        if self.file(first).is_none() && !self.roots.iter().any(is_here) {
            return None;
        }
        let dots: Vec<usize> = path.match_indices('.').map(|(at, _)| at).collect();
        dots.into_iter()
            .rev()
            .map(|at| (&path[..at], &path[at + 1..]))
            .find(|(module, _)| self.file(module).is_some())
    }

    /// The folder of a package of the project.
    pub(super) fn folder(&self, package: &str) -> Option<PathBuf> {
        let below: PathBuf = package.split('.').collect();
        let mut folders = self.roots.iter().map(|root| root.join(&below));
        folders.find(|folder| folder.is_dir())
    }

    /// What a folder below the project's folders holds, by name.
    pub(super) fn below(&self, folder: &Path) -> Option<Vec<PathBuf>> {
        let folder = folder.canonicalize().ok()?;
        let is_ours = |root: &PathBuf| {
            root.canonicalize()
                .is_ok_and(|root| folder.starts_with(root))
        };
        if !self.roots.iter().any(is_ours) {
            return None;
        }
        let entries = std::fs::read_dir(&folder).ok()?;
        let mut paths: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
        paths.sort();
        (paths.len() < MAX_ENTRIES).then_some(paths)
    }

    /// The text of a file below the project's folders.
    pub(super) fn text(&self, path: &Path) -> Option<String> {
        let path = path.canonicalize().ok()?;
        let is_ours = |root: &PathBuf| root.canonicalize().is_ok_and(|root| path.starts_with(root));
        let is_small = path
            .metadata()
            .is_ok_and(|data| data.is_file() && data.len() < MAX_BYTES);
        (is_small && self.roots.iter().any(is_ours)).then(|| std::fs::read_to_string(&path).ok())?
    }
}

impl World {
    /// The module that defines what a path names, and its name there; imports are followed.
    #[must_use]
    pub fn definition(&self, path: &str) -> Option<(Arc<Namespace>, String)> {
        self.definition_from(path, &[]).0
    }

    /// The dotted path under which a class is defined, as far as names lead on to other names.
    #[must_use]
    pub fn real_name(&self, path: &str) -> String {
        let mut path = path.to_owned();
        for _ in 0..MAX_IMPORTS {
            let Some((module, rest)) = self.split(&path) else {
                break;
            };
            let namespace = self.import(module, &[]).0;
            match namespace.as_ref().and_then(|found| found.names.get(rest)) {
                Some(Value::Name(other)) if *other != path => path.clone_from(other),
                _ => break,
            }
        }
        super::names::canonical(path)
    }

    pub(super) fn definition_from(
        &self,
        path: &str,
        importing: &[String],
    ) -> (Option<(Arc<Namespace>, String)>, bool) {
        let mut path = path.to_owned();
        for _ in 0..MAX_IMPORTS {
            let Some((module, rest)) = self.split(&path) else {
                return (None, false);
            };
            let (namespace, cut) = self.import(module, importing);
            let Some(namespace) = namespace else {
                return (None, cut);
            };
            match namespace.names.get(rest) {
                Some(Value::Name(other)) if *other == path => {
                    return (Some((namespace, rest.to_owned())), false);
                }
                Some(Value::Name(other)) => path.clone_from(other),
                None if namespace.has_inner(rest) => {
                    let name = rest.to_owned();
                    return (Some((namespace, name)), false);
                }
                _ => return (None, false),
            }
        }
        (None, true)
    }
}
