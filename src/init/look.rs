//! What there is in a repository: histories, servers that are named, hooks, where it comes from.

use crate::config::Settings;
use crate::engine;
use crate::postgres::Version;
use crate::source::{Framework, slashes};
use regex::Regex;
use std::fs;
use std::path::{Path, PathBuf};

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    pub histories: Vec<Histories>,
    /// Where a version of PostgreSQL is named, the oldest first.
    pub servers: Vec<Server>,
    /// The file of a hook manager other than pre-commit.
    pub hooks: Option<&'static str>,
    pub origin: Origin,
}

/// The migrations of one folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Histories {
    /// Seen from the top, with forward slashes.
    pub folder: String,
    pub framework: Framework,
    pub migrations: usize,
    /// What the runner calls the last one.
    pub newest: String,
}

/// A place that names the version of a server.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Server {
    pub version: Version,
    pub path: String,
    pub line: usize,
}

/// Where the repository lives.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Origin {
    GitHub,
    GitLab,
    #[default]
    Unknown,
}

/// Files that name an image or a version, whose names begin so.
const NAMING: [&str; 7] = [
    "compose",
    "docker-compose",
    ".gitlab-ci",
    ".tool-versions",
    "mise",
    ".mise",
    "Dockerfile",
];

/// Looks through a repository; nothing in it is run.
#[must_use]
pub fn look(top: &Path) -> Found {
    let mut servers = servers(top);
    servers.sort();
    let hooks = [
        ".husky/pre-commit",
        "lefthook.yml",
        "lefthook.yaml",
        ".lefthook.yml",
    ];
    Found {
        histories: histories(top),
        servers,
        hooks: hooks.into_iter().find(|name| top.join(name).exists()),
        origin: origin(top),
    }
}

fn histories(top: &Path) -> Vec<Histories> {
    let settings = Settings {
        paths: vec![top.to_owned()],
        ..Settings::default()
    };
    let histories = engine::histories(&settings).into_iter();
    let found = histories.filter_map(|history| {
        let root = history.root.clone();
        let migrations = history.migrations.map(|read| read.migration);
        let migrations: Vec<_> = migrations.filter(|one| one.reported).collect();
        let last = migrations.last()?;
        let root = std::path::absolute(&root).unwrap_or(root);
        let folder = root
            .strip_prefix(top)
            .map_or_else(|_| slashes(&root), slashes);
        Some(Histories {
            folder: if folder.is_empty() {
                ".".to_owned()
            } else {
                folder
            },
            framework: last.framework,
            migrations: migrations.len(),
            newest: last.name.clone(),
        })
    });
    found.collect()
}

/// Every place that names a version: images in compose files and CI, versions of tools.
fn servers(top: &Path) -> Vec<Server> {
    // An image of PostgreSQL or of what is built on it, or a line of .tool-versions.
    let named = r"(?:postgres(?:ql)?|postgis|timescaledb(?:-ha)?|pgvector|supabase/postgres)[:@ =]+v?(?:pg)?(\d{2})\b";
    let Ok(named) = Regex::new(named) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for path in naming(top) {
        let Ok(text) = fs::read_to_string(&path) else {
            continue;
        };
        for (at, line) in text.lines().enumerate() {
            let version = named.captures(line).and_then(|it| it[1].parse().ok());
            if let Some(version) = version.and_then(Version::new) {
                let shown = path.strip_prefix(top).unwrap_or(&path);
                found.push(Server {
                    version,
                    path: slashes(shown),
                    line: at + 1,
                });
            }
        }
    }
    found
}

fn naming(top: &Path) -> Vec<PathBuf> {
    let inside = |folder: &Path| {
        let entries = fs::read_dir(folder).into_iter().flatten().flatten();
        let mut paths: Vec<PathBuf> = entries
            .map(|entry| entry.path())
            .filter(|it| it.is_file())
            .collect();
        paths.sort();
        paths
    };
    let is_naming = |path: &PathBuf| {
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default();
        NAMING.iter().any(|begin| name.starts_with(begin))
    };
    let mut paths: Vec<PathBuf> = inside(top).into_iter().filter(is_naming).collect();
    for folder in [".github/workflows", ".devcontainer", "docker", "deploy"] {
        paths.extend(inside(&top.join(folder)));
    }
    paths
}

fn origin(top: &Path) -> Origin {
    let config = fs::read_to_string(top.join(".git/config")).unwrap_or_default();
    if top.join(".gitlab-ci.yml").exists() || config.contains("gitlab") {
        Origin::GitLab
    } else if top.join(".github").is_dir() || config.contains("github.com") {
        Origin::GitHub
    } else {
        Origin::Unknown
    }
}
