//! Apps that are installed and lie elsewhere: Django's own and other people's. Their migrations are read as text like all others, as context.

use crate::django::project::{Options, Project};
use crate::source::{Files, SourceFile, python_migrations};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// What virtual environments beside a project are called.
const ENVIRONMENTS: [&str; 4] = [".venv", "venv", "env", ".env"];

/// The migrations of apps that `INSTALLED_APPS` names, that the project does not hold, and that lie in one of the folders which the options name, or
/// in a virtual environment beside the project, where they say so.
pub(super) fn migrations(
    project: &Project,
    options: &Options,
    files: &Arc<dyn Files>,
) -> Vec<Arc<SourceFile>> {
    let folders = folders(&project.root, options);
    let mut found = Vec::new();
    for installed in &project.settings.installed {
        let own = |module: &str| {
            let inner = installed.strip_prefix(module);
            inner.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
        };
        if project.apps.iter().any(|app| own(&app.module)) {
            continue;
        }
        let all = folders
            .iter()
            .flat_map(|folder| packages(folder, installed));
        let mut holding = all.filter(|package| package.join("migrations").is_dir());
        if let Some(package) = holding.next() {
            found.extend(python_migrations(&package.join("migrations"), files));
        }
    }
    found
}

/// The folders of an installed app: that of its module, or of the module in which its `AppConfig` stands.
fn packages(folder: &Path, installed: &str) -> Vec<PathBuf> {
    let parts: Vec<&str> = installed.split('.').collect();
    let lengths = (1..=parts.len()).rev();
    lengths
        .map(|length| {
            parts[..length]
                .iter()
                .fold(folder.to_owned(), |at, part| at.join(part))
        })
        .collect()
}

/// The folders that hold installed packages.
fn folders(root: &Path, options: &Options) -> Vec<PathBuf> {
    let mut named = options.site_packages.clone();
    if named.is_empty() && options.finds_environments {
        let above = root.parent().into_iter();
        let beside = std::iter::once(root).chain(above);
        named = beside
            .flat_map(|at| ENVIRONMENTS.iter().map(|name| at.join(name)))
            .collect();
    }
    named.iter().flat_map(|folder| inside(folder)).collect()
}

/// The packages of a virtual environment, of which PEP 405 says that it holds a `pyvenv.cfg`; any other folder holds them itself.
fn inside(folder: &Path) -> Vec<PathBuf> {
    if !folder.join("pyvenv.cfg").is_file() {
        return vec![folder.to_owned()];
    }
    let windows = folder.join("Lib/site-packages");
    let versions = fs::read_dir(folder.join("lib")).into_iter().flatten();
    let mut found: Vec<PathBuf> = versions
        .flatten()
        .map(|entry| entry.path().join("site-packages"))
        .chain(std::iter::once(windows))
        .filter(|path| path.is_dir())
        .collect();
    found.sort();
    found
}
