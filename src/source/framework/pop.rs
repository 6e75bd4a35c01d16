//! pop, of Buffalo: `<version>_<name>.<dialect>.up.sql` beside fizz, each file one query in a transaction.

use super::super::folder::Folder;
use super::super::{Delivery, Framework, Outside, TransactionMode, dialect, surroundings};
use super::convention::{Convention, Habit, is_version};
use super::facts::Facts;
use super::plain;

pub(super) const CONVENTION: Convention = Convention {
    claims,
    scripts: plain::scripts,
    habit: Habit {
        framework: Framework::Pop,
        transaction: TransactionMode::PerFile,
        delivery: Delivery::OneQuery,
        separators: &[],
    },
    facts: Facts {
        known_by: "`<version>_<name>.up.sql` where `database.yml` lies above",
        unit: "file",
        order: "by number, with fizz between; a file for PostgreSQL before one for every database",
        switch: "none; Ory's popx takes `.autocommit.` in the file's name",
        outside: Outside::ByHand("pop wraps every migration: run it by hand"),
        version: "c9b1c55dfe2e",
        source: "gobuffalo/pop migrator.go, migration_info.go, file_migrator.go",
    },
    ..Convention::USUAL
};

fn claims(folder: &Folder) -> bool {
    let is_up = |name: &str| is_version(name) && name.ends_with(".up.sql");
    folder.files.iter().any(|member| is_up(member.name()))
        && (surroundings::has(&folder.root, "database.yml")
            && folder
                .files
                .iter()
                .any(|member| dialect::file_is_for_postgres(member.name()))
            || surroundings::mentions(&folder.root, "go.mod", "gobuffalo/pop"))
}
