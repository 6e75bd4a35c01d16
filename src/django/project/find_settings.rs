//! Where the settings of a project are: what names them, and what looks like them.

use super::{Options, search};
use crate::django::evaluate::World;
use std::fs;
use std::path::{Path, PathBuf};

/// The setting that names the model of users.
pub(super) const USER: &str = "AUTH_USER_MODEL";

/// Settings, and how they were found where no script names them.
pub(super) struct Found {
    pub(super) module: String,
    pub(super) guess: Option<String>,
}

/// The dotted path of the settings: from the config, `manage.py` and its like, or a file that looks like them.
pub(super) fn module(world: &World, root: &Path, options: &Options) -> Option<Found> {
    let sure = |module: String| Found {
        module,
        guess: None,
    };
    if let Some(path) = &options.settings {
        let path = std::path::absolute(path).unwrap_or_else(|_| path.clone());
        return Some(sure(world.module_of(&path).name));
    }
    let named = scripts(root)
        .iter()
        .filter_map(|file| fs::read_to_string(file).ok())
        .filter_map(|text| named(&text))
        .find(|module| world.file(module).is_some());
    if let Some(module) = named {
        return Some(sure(module));
    }
    if let Some(path) = lying_about(root) {
        return Some(sure(world.module_of(&path).name));
    }
    // Only what looks like settings has apps installed.
    let found = search::files(root, |_, text| search::assigns(text, "INSTALLED_APPS"));
    let [only] = &found[..] else {
        return None;
    };
    Some(Found {
        module: world.module_of(only).name,
        guess: Some(format!(
            "settings: {} (AUTH_USER_MODEL {{user}}), the only file that sets INSTALLED_APPS; else set settings under [django]",
            below(root, only)
        )),
    })
}

fn below(root: &Path, path: &Path) -> String {
    path.strip_prefix(root)
        .unwrap_or(path)
        .display()
        .to_string()
}

/// Files that may name the settings: those of the root, and the entry points of servers below it.
fn scripts(root: &Path) -> Vec<PathBuf> {
    const FILES: &[&str] = &[
        "manage.py",
        "pytest.ini",
        "setup.cfg",
        "tox.ini",
        "pyproject.toml",
        "conftest.py",
    ];
    const SERVERS: &[&str] = &["manage.py", "wsgi.py", "asgi.py", "celery.py"];
    let own = FILES.iter().map(|name| root.join(name));
    let folders = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut folders: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        folders.retain(|path| path.is_dir());
        folders.sort();
        folders
    };
    let near = folders(root);
    let far: Vec<PathBuf> = near.iter().flat_map(|folder| folders(folder)).collect();
    let all = std::iter::once(root.to_owned()).chain(near).chain(far);
    let servers = all.flat_map(|folder| SERVERS.iter().map(move |name| folder.join(name)));
    own.chain(servers).collect()
}

/// The model that the only assignment of `AUTH_USER_MODEL` in the project names, and what is said of that.
pub(super) fn only_user(root: &Path) -> Option<(String, String)> {
    let found = search::files(root, |_, text| search::assigned(text, USER).is_some());
    let users = found.iter().filter_map(|path| {
        let text = fs::read_to_string(path).ok()?;
        Some((search::assigned(&text, USER)?.to_owned(), path))
    });
    let users: Vec<(String, &PathBuf)> = users.collect();
    let (user, path) = users.first()?;
    let is_only = users.iter().all(|(other, _)| other == user);
    (is_only && user.contains('.')).then(|| {
        let said = format!(
            "AUTH_USER_MODEL: {user}, from {}; else set auth-user-model under [django]",
            below(root, path)
        );
        (user.clone(), said)
    })
}

/// What follows `DJANGO_SETTINGS_MODULE` in a script or an ini file.
fn named(text: &str) -> Option<String> {
    text.match_indices("DJANGO_SETTINGS_MODULE")
        .find_map(|(at, word)| {
            let rest = text[at + word.len()..]
                .trim_start_matches(['"', '\'', ',', ' ', '=', ':', ')', '(', ']']);
            let end = rest.find(|c: char| !(c.is_alphanumeric() || matches!(c, '.' | '_')));
            let module = &rest[..end.unwrap_or(rest.len())];
            (module.contains("settings") || module.contains('.')).then(|| module.to_owned())
        })
}

/// `*/settings.py` or `*/settings/base.py` below the root, where there is but one.
fn lying_about(root: &Path) -> Option<PathBuf> {
    let mut folders: Vec<PathBuf> = fs::read_dir(root)
        .ok()?
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.is_dir())
        .collect();
    folders.sort();
    folders.insert(0, root.to_owned());
    let candidates = [
        "settings.py",
        "settings/base.py",
        "settings/__init__.py",
        "core/settings.py",
    ];
    folders.iter().find_map(|folder| {
        candidates
            .iter()
            .map(|name| folder.join(name))
            .find(|path| path.is_file())
    })
}

#[cfg(test)]
mod tests {
    use super::named;
    use crate::failures::Failures;

    #[test]
    fn scripts_name_their_settings() {
        Failures::collect(|failures| {
            for (text, expected) in [
                (
                    "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'conf.settings')",
                    Some("conf.settings"),
                ),
                (
                    "[tool.pytest.ini_options]\nDJANGO_SETTINGS_MODULE = \"conf.settings.test\"",
                    Some("conf.settings.test"),
                ),
                (
                    "[pytest]\nDJANGO_SETTINGS_MODULE=settings",
                    Some("settings"),
                ),
                (
                    "os.environ[\"DJANGO_SETTINGS_MODULE\"] = \"conf.settings\"",
                    Some("conf.settings"),
                ),
                ("import os", None),
            ] {
                failures.equal(text, &expected, &named(text).as_deref());
            }
        });
    }
}
