//! The cases of a rule: its examples.

use super::case::{Case, Meanwhile, Shows};
use super::definition::{Definition, Harm};
use super::judged::Judged;
use crate::config::Settings;
use crate::postgres::Version;
use crate::rule::{Entry, Example};
use std::path::Path;

/// An example of a rule as a case: its first step prepares, the others are observed.
pub(super) fn case(
    entry: &Entry,
    example: Example,
    definition: &Definition,
    version: Version,
) -> std::io::Result<Case> {
    let judged = if example.is_django() {
        let folder = tempfile::tempdir()?;
        write_app(example, folder.path())?;
        let settings = Settings {
            paths: vec![folder.path().to_owned()],
            version,
            ..Settings::default()
        };
        Judged::new(settings, Some(folder))
    } else {
        let path = format!("rules/{}/{}", entry.id.replace('-', "_"), example.file);
        let settings = Settings {
            stdin: Some((path.into(), example.text.to_owned())),
            version,
            ..Settings::default()
        };
        Judged::new(settings, None)
    };
    Ok(Case {
        name: name(example).to_owned(),
        setup: definition.setup.clone(),
        migrations: Case::migrations_of(judged.report(), 1, false),
        judged: Some(judged),
        tables: definition.tables.clone(),
        behind: definition.behind,
        old_code: definition.old_code.clone(),
        shows: of_case(&definition.shows, name(example)),
        meanwhile: meanwhile(&definition.meanwhile, name(example)),
        goes_on: matches!(definition.harm, Harm::Fails(_)),
        ..Case::default()
    })
}

/// The questions that are about the case of this name.
fn of_case(shows: &[Shows], case: &str) -> Vec<Shows> {
    let own = shows.iter().filter(|shows| shows.case == case);
    own.cloned().collect()
}

/// What somebody else does in the case of this name.
fn meanwhile(all: &[Meanwhile], case: &str) -> Vec<Meanwhile> {
    let own = all.iter().filter(|meanwhile| meanwhile.case == case);
    own.cloned().collect()
}

/// How its case is called.
pub(super) fn name(example: Example) -> &'static str {
    match (example.is_bad(), example.is_django()) {
        (true, false) => "bad",
        (false, false) => "good",
        (true, true) => "bad, in Django",
        (false, true) => "good, in Django",
    }
}

/// Writes a Django example into a folder as an app called `shop`.
pub fn write_app(example: Example, folder: &Path) -> std::io::Result<()> {
    let migrations = folder.join("shop").join("migrations");
    std::fs::create_dir_all(&migrations)?;
    std::fs::write(folder.join("manage.py"), "")?;
    std::fs::write(folder.join("shop").join("__init__.py"), "")?;
    std::fs::write(migrations.join("__init__.py"), "")?;
    for (name, text) in example.modules() {
        std::fs::write(migrations.join(name), text)?;
    }
    Ok(())
}
