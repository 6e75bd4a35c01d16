//! One app: its label, and where its migrations lie.

use super::{Options, Settings};
use crate::django::evaluate::World;
use crate::django::value::Value;
use crate::source::SourceFile;
use std::collections::BTreeSet;
use std::ffi::OsStr;
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
        let mut config = config(world, settings, &module);
        // An app that is installed by its bare name is called by the last part of that.
        if !settings.installed.contains(&module) {
            config.label = config.label.or_else(|| by_dependencies(&files));
        }
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
    named
        .or_else(|| of_default(world, module))
        .or_else(|| defined_in(world, &format!("{module}.apps"), module))
        .or_else(|| defined_in(world, module, module))
        .unwrap_or_default()
}

/// `default_app_config`, which Django 4.1 took away.
fn of_default(world: &World, module: &str) -> Option<Config> {
    let namespace = world.module(module)?;
    let path = namespace.get("default_app_config")?.as_str()?.to_owned();
    class(world, &path, module)
}

/// The label that an app's migrations give their own, where all that depend on one give the same.
fn by_dependencies(files: &[Arc<SourceFile>]) -> Option<String> {
    let stems = files
        .iter()
        .filter_map(|file| file.path().file_stem()?.to_str());
    let stems: Vec<&str> = stems.collect();
    let labels = files.iter().flat_map(|file| {
        let named = stems
            .iter()
            .filter(|stem| file.path().file_stem() != Some(OsStr::new(stem)));
        named.flat_map(|stem| labels_of(file.text(), stem))
    });
    let labels: BTreeSet<&str> = labels.collect();
    let mut labels = labels.into_iter();
    let only = labels.next()?;
    labels.next().is_none().then(|| only.to_owned())
}

/// What stands as the label before a migration's name: `("label", "0001_initial")`.
fn labels_of<'t>(text: &'t str, name: &str) -> Vec<&'t str> {
    let ends = text.match_indices(name).filter_map(|(at, _)| {
        let quoted = |c: char| c == '"' || c == '\'';
        text[at + name.len()..].starts_with(quoted).then_some(())?;
        let before = text[..at].strip_suffix(quoted)?.trim_end();
        let before = before.strip_suffix(',')?.trim_end().strip_suffix(quoted)?;
        let start = before.rfind(quoted)?;
        let label = &before[start + 1..];
        before[..start].trim_end().ends_with('(').then_some(label)
    });
    ends.filter(|label| !label.is_empty()).collect()
}

/// The first or the default of the configs of this app that a module defines.
fn defined_in(world: &World, apps: &str, module: &str) -> Option<Config> {
    let namespace = world.module(apps)?;
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
    let last = |path: &str| path.rsplit('.').next().unwrap_or_default().to_owned();
    let Some(name) = text("name") else {
        // Its name may be computed: `__name__`.
        return text("label").map(|label| Config {
            label: Some(label),
            own_auto_field: text("default_auto_field").is_some(),
        });
    };
    (name == module || last(&name) == last(module) || module.ends_with(&name)).then(|| Config {
        label: text("label").or_else(|| Some(last(&name))),
        own_auto_field: text("default_auto_field").is_some(),
    })
}
