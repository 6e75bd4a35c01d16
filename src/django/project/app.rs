//! One app: its label, and where its migrations lie.

use super::{Options, Settings};
use crate::django::evaluate::World;
use crate::django::value::Value;
use crate::source::SourceFile;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// An app that has migrations.
#[derive(Clone, Debug)]
pub struct App {
    pub label: String,
    /// The dotted path of its package.
    pub module: String,
    /// Its migrations, in the order of their names.
    pub files: Vec<Arc<SourceFile>>,
    /// Whether its `AppConfig` has a `default_auto_field` of its own.
    pub own_auto_field: bool,
}

/// What an `AppConfig` says.
#[derive(Default)]
struct Config {
    label: Option<String>,
    own_auto_field: bool,
}

impl App {
    pub(super) fn read(
        world: &World,
        settings: &Settings,
        options: &Options,
        migrations: &Path,
        mut files: Vec<Arc<SourceFile>>,
    ) -> Self {
        files.sort_by(|a, b| a.path().cmp(b.path()));
        let package = world.module_of(&migrations.join("__init__.py")).name;
        let folder = migrations.parent().unwrap_or(migrations);
        let module = world.module_of(&folder.join("__init__.py")).name;
        let config = config(world, settings, &module);
        let named = |path: &Path| {
            path.file_name()
                .map(|name| name.to_string_lossy().into_owned())
        };
        let label = configured(options, folder)
            .or_else(|| settings.relocated(&package))
            .or(config.label)
            .or_else(|| {
                module
                    .rsplit('.')
                    .next()
                    .filter(|name| !name.is_empty())
                    .map(str::to_owned)
            })
            .or_else(|| named(folder));
        Self {
            label: label.unwrap_or_default(),
            module,
            files,
            own_auto_field: config.own_auto_field,
        }
    }
}

/// The label that the config gives to this folder.
fn configured(options: &Options, folder: &Path) -> Option<String> {
    let same = |path: &PathBuf| {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        path == folder
    };
    let found = options.labels.iter().find(|(path, _)| same(path));
    found.map(|(_, label)| label.clone())
}

/// The app's `AppConfig`: the one that `INSTALLED_APPS` names, else the default of `apps.py`.
fn config(world: &World, settings: &Settings, module: &str) -> Config {
    let named = settings.installed.iter().find(|path| {
        let inner = path
            .strip_prefix(module)
            .and_then(|rest| rest.strip_prefix('.'));
        inner.is_some_and(|rest| {
            rest.rsplit('.')
                .next()
                .is_some_and(|class| class.starts_with(char::is_uppercase))
        })
    });
    let named = named.and_then(|path| class(world, path, module));
    named.or_else(|| of_apps(world, module)).unwrap_or_default()
}

fn of_apps(world: &World, module: &str) -> Option<Config> {
    let apps = format!("{module}.apps");
    let namespace = world.module(&apps)?;
    let mut classes: Vec<String> = namespace
        .names()
        .filter_map(|(name, value)| match value {
            Value::Name(path) if *path == format!("{apps}.{name}") => Some(path.clone()),
            _ => None,
        })
        .collect();
    classes.sort();
    let configs: Vec<(bool, Config)> = classes
        .iter()
        .filter_map(|path| {
            let is_default = world
                .attribute(path, "default")
                .and_then(|value| value.truth());
            Some((is_default == Some(true), class(world, path, module)?))
        })
        .collect();
    let default = configs
        .iter()
        .position(|(default, _)| *default)
        .unwrap_or(0);
    configs.into_iter().nth(default).map(|(_, config)| config)
}

/// What a class says, if it is an `AppConfig` of this app.
fn class(world: &World, path: &str, module: &str) -> Option<Config> {
    let text = |name: &str| {
        let value = world.attribute(path, name)?;
        value.as_str().map(str::to_owned)
    };
    let name = text("name")?;
    let last = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
    (name == module || last(&name) == last(module) || module.ends_with(&name)).then(|| Config {
        label: text("label").or_else(|| Some(last(&name))),
        own_auto_field: text("default_auto_field").is_some(),
    })
}
