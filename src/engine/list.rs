//! What a run would read, without judging it: the migrations and what they run.

use super::run::{Gathered, find, gather};
use super::{faults, read};
use crate::config::Settings;
use crate::django::facts::View;
use crate::finding::Finding;
use crate::ir::Migration;
use std::path::PathBuf;

/// Migrations in the order in which they run.
#[derive(Debug, Default)]
pub struct Listing {
    /// Those that are asked for.
    pub migrations: Vec<Migration>,
    /// What could not be read, sorted by path.
    pub unchecked: Vec<Finding>,
}

/// The migrations of one history, those that are only context included.
#[derive(Debug)]
pub struct Listed {
    /// The folder that holds it.
    pub root: PathBuf,
    /// In the order in which they run.
    pub migrations: Vec<Migration>,
}

/// Reads everything that the settings name, and what comes before it.
#[must_use]
pub fn histories(settings: &Settings) -> Vec<Listed> {
    listed(gather(&mut find(settings), settings, View::Run))
}

/// Reads everything that the settings name; of Django migrations, what `migrate` runs or what `sqlmigrate` prints.
#[must_use]
pub fn list(settings: &Settings, view: View) -> Listing {
    let mut discovery = find(settings);
    let mut unchecked = faults::of_discovery(&discovery);
    let gathered = gather(&mut discovery, settings, view);
    if let Some(name) = settings
        .start_after
        .as_ref()
        .filter(|_| !gathered.is_started)
    {
        unchecked.push(faults::start_after(name, settings));
    }
    let migrations: Vec<Migration> = listed(gathered)
        .into_iter()
        .flat_map(|history| history.migrations)
        .filter(|migration| migration.reported)
        .collect();
    unchecked.extend(migrations.iter().flat_map(faults::of_migration));
    unchecked.sort_by(|a, b| (a.file.path(), a.span).cmp(&(b.file.path(), b.span)));
    Listing {
        migrations,
        unchecked,
    }
}

fn listed(gathered: Gathered) -> Vec<Listed> {
    let scripts = gathered.scripts.into_iter().map(|history| Listed {
        root: history.root,
        migrations: read::migrations(history.scripts).collect(),
    });
    let projects = gathered.projects.into_iter().map(|history| Listed {
        root: history.root,
        migrations: history.migrations,
    });
    scripts.chain(projects).collect()
}
