//! What a run would read, without judging it: the migrations and what they run.

use super::run::read;
use super::{faults, unread};
use crate::config::Settings;
use crate::finding::Finding;
use crate::frontend::{Back, History, Read, View};
use crate::source::Direction;

/// Migrations in the order in which they run.
#[derive(Debug, Default)]
pub struct Listing {
    /// Those that are asked for.
    pub migrations: Vec<Read>,
    /// What could not be read, sorted by path.
    pub unchecked: Vec<Finding>,
    /// What else a person should know: files among the migrations that were not read.
    pub remarks: Vec<Finding>,
}

/// What takes a migration back, as a migration.
fn way_back(read: Read) -> Option<Read> {
    match *read.way_back? {
        Back::Migration(migration, outline) => Some(Read {
            outline,
            ..Read::from(migration)
        }),
        Back::Unsupported | Back::Missing | Back::Unread => None,
    }
}

/// Reads everything that the settings name, and what comes before it.
#[must_use]
pub fn histories(settings: &Settings) -> Vec<History> {
    read(settings, View::Run).histories
}

/// Reads everything that the settings name; of migrations in code, what is run or what is printed.
#[must_use]
pub fn list(settings: &Settings, view: View) -> Listing {
    let reading = read(settings, view);
    let mut unchecked = faults::of_reading(&reading, settings);
    let (whole, some): (Vec<_>, Vec<_>) = reading.unread.iter().cloned().partition(|it| it.is_all);
    unchecked.extend(unread::findings(&whole));
    let histories = reading.histories.into_iter();
    let migrations: Vec<Read> = histories
        .flat_map(|history| history.migrations)
        .filter(|read| read.migration.reported)
        .filter_map(|read| match settings.direction {
            Direction::Up => Some(read),
            Direction::Down => way_back(read),
        })
        .collect();
    let faults = migrations.iter();
    unchecked.extend(faults.flat_map(|read| faults::of_migration(&read.migration)));
    unchecked.sort_by(|a, b| (a.file.path(), a.span).cmp(&(b.file.path(), b.span)));
    Listing {
        migrations,
        unchecked,
        remarks: unread::findings(&some),
    }
}
