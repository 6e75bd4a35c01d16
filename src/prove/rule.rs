//! The cases of a rule: its bad.sql and its good.sql.

use super::case::Case;
use super::definition::{Definition, Harm};
use crate::config::Settings;
use crate::engine;
use crate::postgres::Version;
use crate::rule::Entry;

/// A rule's text as a case: its first step prepares, the others are observed.
pub(super) fn case(
    entry: &Entry,
    name: &str,
    text: &str,
    definition: &Definition,
    version: Version,
) -> Case {
    let path = format!("rules/{}/{name}.sql", entry.id.replace('-', "_"));
    let settings = Settings {
        stdin: Some((path.into(), text.to_owned())),
        version,
        ..Settings::default()
    };
    Case {
        name: name.to_owned(),
        setup: definition.setup.clone(),
        migrations: Case::migrations_of(engine::run(&settings, true), 1),
        tables: definition.tables.clone(),
        behind: definition.behind,
        goes_on: matches!(definition.harm, Harm::Fails(_)),
        old_code: definition.old_code.clone(),
        ..Case::default()
    }
}
