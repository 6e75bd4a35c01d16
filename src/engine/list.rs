//! What a run would read, without judging it: the migrations and what they run.

use super::run::{find, gather};
use super::{faults, read};
use crate::config::Settings;
use crate::django::facts::View;
use crate::finding::Finding;
use crate::ir::Migration;

/// Migrations in the order in which they run.
#[derive(Debug, Default)]
pub struct Listing {
    /// Those that are asked for.
    pub migrations: Vec<Migration>,
    /// What could not be read, sorted by path.
    pub unchecked: Vec<Finding>,
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
    let scripts = gathered
        .scripts
        .into_iter()
        .flat_map(|history| read::migrations(history.scripts));
    let projects = gathered
        .projects
        .into_iter()
        .flat_map(|history| history.migrations);
    let migrations: Vec<Migration> = scripts
        .chain(projects)
        .filter(|migration| migration.reported)
        .collect();
    unchecked.extend(migrations.iter().flat_map(faults::of_migration));
    unchecked.sort_by(|a, b| (a.file.path(), a.span).cmp(&(b.file.path(), b.span)));
    Listing {
        migrations,
        unchecked,
    }
}
