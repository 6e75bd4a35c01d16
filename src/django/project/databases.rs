//! Which database a project is for, as far as its settings and requirements say.

use std::fs;
use std::path::{Path, PathBuf};
use walkdir::{DirEntry, WalkDir};

/// Django's other backends, by the last word of `ENGINE`; where a project names several, the first of this list.
///
/// Source: Django documentation, "Databases", "Using a 3rd-party database backend".
const OTHERS: &[(&str, &str)] = &[
    ("mysql", "MySQL"),
    ("oracle", "Oracle"),
    ("mssql", "SQL Server"),
    ("sql_server", "SQL Server"),
    ("django_cockroachdb", "CockroachDB"),
    ("django_spanner", "Spanner"),
    ("spatialite", "SQLite"),
    ("sqlite3", "SQLite"),
];

/// Words that stand in the settings or requirements of a project for PostgreSQL, or of one that says elsewhere what it is for.
const OPEN: &[&str] = &[
    "postgres",
    "postgis",
    "psycopg",
    "pgsql",
    "database_url",
    "env.db",
    "db_url",
];

/// What starts a project's database.
const STARTED: &[&str] = &[
    "compose.yaml",
    "compose.yml",
    "docker-compose.yaml",
    "docker-compose.yml",
];

/// The other database that all settings of the project name; nothing where one of them says PostgreSQL, or leaves it open. `named` are the settings that the config names.
pub(super) fn other(root: &Path, named: Option<&Path>) -> Option<&'static str> {
    let files = match named {
        Some(file) => vec![file.to_owned()],
        None => settings(root),
    };
    let texts: Vec<String> = files
        .iter()
        .filter_map(|file| fs::read_to_string(file).ok())
        .collect();
    let mut found: Vec<&(&str, &str)> = Vec::new();
    for text in &texts {
        for engine in engines(text) {
            let last = engine?.rsplit('.').next()?.to_owned();
            found.push(OTHERS.iter().find(|(word, _)| *word == last)?);
        }
    }
    let is_open = |text: &str| {
        let text = text.to_lowercase();
        OPEN.iter().any(|word| text.contains(word))
    };
    let chief = OTHERS.iter().find(|other| found.contains(other))?;
    let leaves_open = texts.iter().any(|text| is_open(text))
        || named.is_none() && requirements(root).iter().any(|text| is_open(text));
    (!leaves_open).then_some(chief.1)
}

/// The values of `ENGINE` in a text; nothing for one that is no literal.
fn engines(text: &str) -> impl Iterator<Item = Option<&str>> {
    let lines = text.lines().map(str::trim_start);
    let lines = lines.filter(|line| !line.starts_with('#'));
    let keys = lines.flat_map(|line| {
        ["\"ENGINE\"", "'ENGINE'"]
            .into_iter()
            .filter_map(move |key| line.split_once(key).map(|(_, rest)| rest))
    });
    keys.map(|rest| {
        let value = rest.trim_start_matches([':', ']', '=', ' ', '\t']);
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        value[1..].split_once(quote).map(|(engine, _)| engine)
    })
}

/// The files of the project that may hold settings; those of tests say nothing of what it runs on.
fn settings(root: &Path) -> Vec<PathBuf> {
    let is_wanted = |entry: &DirEntry| {
        let name = entry.file_name().to_string_lossy();
        entry.depth() == 0
            || !(name.starts_with('.')
                || matches!(
                    &*name,
                    "node_modules"
                        | "site-packages"
                        | "venv"
                        | "env"
                        | "test"
                        | "tests"
                        | "migrations"
                ))
    };
    let entries = WalkDir::new(root)
        .max_depth(4)
        .sort_by_file_name()
        .into_iter()
        .filter_entry(is_wanted);
    let is_settings = |path: &Path| {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let folder = path.parent().and_then(Path::file_name).unwrap_or_default();
        name.ends_with(".py")
            && !name.contains("test")
            && (name.contains("settings") || folder == "settings" || folder == "config")
    };
    let files = entries.flatten().map(DirEntry::into_path);
    files.filter(|path| is_settings(path)).collect()
}

/// What the project says it needs, and what it is started with.
fn requirements(root: &Path) -> Vec<String> {
    let started = STARTED.iter().map(|name| root.join(name));
    let files = super::requirements::files(root).into_iter().chain(started);
    files
        .filter_map(|path| fs::read_to_string(path).ok())
        .collect()
}
