//! The project around a file or folder: its apps, its settings and its version of Django, all read as text.

mod app;
mod databases;
mod find_settings;
mod options;
mod requirements;
mod search;
mod settings;

pub use app::App;
pub use options::{FieldOption, Options};
pub use settings::Settings;

use super::evaluate::World;
use crate::source::SourceFile;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// A Django project, as far as its files tell.
#[derive(Debug)]
pub struct Project {
    /// The folder that holds `manage.py`, or the project's own files.
    pub root: PathBuf,
    pub world: World,
    pub settings: Settings,
    /// In the order of `INSTALLED_APPS`, then of their folders.
    pub apps: Vec<App>,
}

/// The folder of the project that a migration belongs to.
#[must_use]
pub fn root_of(file: &Path) -> PathBuf {
    let absolute = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
    let app = app_folder(&absolute);
    let repository = app.ancestors().find(|up| up.join(".git").exists());
    let inside: Vec<&Path> = app
        .ancestors()
        .take_while(|up| repository.is_none_or(|root| up.starts_with(root)))
        .filter(|up| up.parent().is_some())
        .collect();
    // A script inside the app's own package does not say where that is imported from.
    let is_inside = |up: &Path| up == app && up.join("__init__.py").is_file();
    let has = |names: &[&str]| {
        let holds =
            |up: &&&Path| !is_inside(up) && names.iter().any(|name| up.join(name).is_file());
        inside.iter().find(holds).map(|up| up.to_path_buf())
    };
    has(&["manage.py"])
        .or_else(|| has(&["pyproject.toml", "setup.py", "setup.cfg"]))
        .or_else(|| repository.map(Path::to_path_buf))
        .unwrap_or_else(|| import_root(&app))
}

/// The folder of the app whose migrations lie beside `file`.
fn app_folder(file: &Path) -> PathBuf {
    let package = file.parent().unwrap_or(file);
    package.parent().unwrap_or(package).to_owned()
}

/// The folder above the outermost package that holds this one.
fn import_root(package: &Path) -> PathBuf {
    let outside = package
        .ancestors()
        .find(|up| !up.join("__init__.py").is_file());
    outside.unwrap_or(package).to_owned()
}

/// The other database that the project at `root` is for, where its settings name no PostgreSQL.
#[must_use]
pub fn other_database(root: &Path, options: &Options) -> Option<&'static str> {
    databases::other(root, options.settings.as_deref())
}

impl Project {
    /// Reads the project at `root`, whose migrations are these files.
    #[must_use]
    pub fn read(root: PathBuf, migrations: &[Arc<SourceFile>], options: &Options) -> Self {
        let mut packages: BTreeMap<PathBuf, Vec<Arc<SourceFile>>> = BTreeMap::new();
        for file in migrations {
            let path = std::path::absolute(file.path()).unwrap_or_else(|_| file.path().to_owned());
            let folder = path.parent().unwrap_or(&path).to_owned();
            packages.entry(folder).or_default().push(file.clone());
        }
        let mut roots = vec![root.clone()];
        for package in packages.keys() {
            let above = import_root(package.parent().unwrap_or(package));
            if !roots.contains(&above) {
                roots.push(above);
            }
        }
        let mut world = World::new(roots);
        let settings = Settings::read(&mut world, &root, migrations, options);
        let mut apps: Vec<App> = packages
            .into_iter()
            .map(|(folder, files)| App::read(&world, &settings, options, &folder, files))
            .collect();
        apps.sort_by_key(|app| settings.installed_at(&app.module).unwrap_or(usize::MAX));
        Self {
            root,
            world,
            settings,
            apps,
        }
    }
}
