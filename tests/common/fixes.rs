//! The examples of the rules, laid out for goose and fixed.

use super::recipes::{FORMS, PARTS};
use super::steps;
use mig_lint::config::Settings;
use mig_lint::engine::{self, Mended, Report};
use mig_lint::finding::Safety;
use mig_lint::ir::Migration;
use mig_lint::postgres::Version;
use mig_lint::rule::RULES;
use mig_lint::source::TransactionMode;
use std::path::Path;
use tempfile::TempDir;

/// What a history is fixed to.
pub(crate) struct Fixed {
    /// The rule whose example it is.
    pub(crate) id: &'static str,
    pub(crate) folder: TempDir,
    pub(crate) mended: Mended,
}

/// The bad example of each rule, and the forms that none has; all but the first step is pending.
pub(crate) fn examples() -> impl Iterator<Item = (&'static str, &'static str)> {
    let rules = RULES.iter().map(|entry| (entry.id, entry.bad));
    let rules = rules.filter(|(_, bad)| !bad.is_empty());
    rules.chain([("forms", FORMS), ("parts", PARTS)])
}

/// Lays an example out in a folder, and fixes it as far as that goes; nothing is written but the example.
pub(crate) fn fixed(id: &'static str, text: &str, version: Version) -> Fixed {
    let folder = tempfile::tempdir().expect("a folder");
    for (number, step) in steps("bad.sql", text).iter().enumerate() {
        let path = folder.path().join(format!("{:04}_step.sql", number * 100));
        std::fs::write(path, in_goose(step)).expect("it can be written");
    }
    Fixed {
        id,
        mended: engine::mend(&pending(folder.path(), version), Safety::Unsafe),
        folder,
    }
}

/// All but the first migration is pending.
fn pending(folder: &Path, version: Version) -> Settings {
    Settings {
        start_after: Some("0000".to_owned()),
        ..settings(folder, version)
    }
}

fn settings(folder: &Path, version: Version) -> Settings {
    Settings {
        paths: vec![folder.to_owned()],
        version,
        ..Settings::default()
    }
}

fn in_goose(step: &Migration) -> String {
    let head = if step.transaction == TransactionMode::PerFile {
        ""
    } else {
        "-- +goose NO TRANSACTION\n"
    };
    format!("{head}-- +goose Up\n{}", step.file.slice(step.parts[0]))
}

impl Fixed {
    /// All of its migrations, judged one by one, as they are on disk.
    pub(crate) fn read(&self, version: Version) -> Report {
        engine::run(&settings(self.folder.path(), version), false)
    }

    /// What names those of its migrations that are pending.
    pub(crate) fn pending(&self, version: Version) -> Settings {
        pending(self.folder.path(), version)
    }

    /// Writes what it is fixed to.
    pub(crate) fn write(&self) {
        for file in &self.mended.files {
            std::fs::write(&file.path, &file.after).expect("it can be written");
        }
    }
}
