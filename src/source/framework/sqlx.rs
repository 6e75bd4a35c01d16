//! sqlx: `<version>_<title>.sql` or `.up.sql`, wrapped unless the file starts with `-- no-transaction`.

use super::super::folder::{Folder, Member};
use super::super::order::digits;
use super::super::{Delivery, Framework, Outside, Script, TransactionMode, surroundings};
use super::convention::{Convention, Habit, numbered, stem};
use super::facts::Facts;
use super::twin::is_down;
use std::fs;

pub(super) const CONVENTION: Convention = Convention {
    claims,
    scripts,
    habit: Habit {
        framework: Framework::Sqlx,
        transaction: TransactionMode::PerFile,
        delivery: Delivery::OneQuery,
        separators: &[],
    },
    facts: Facts {
        known_by: "Cargo.toml names sqlx, or the switch stands in a file",
        unit: "file",
        order: "by number",
        switch: "`-- no-transaction` at the very first byte",
        outside: Outside::Head("-- no-transaction"),
        version: "9d6bf6629f17",
        source: "launchbadge/sqlx sqlx-core/src/migrate/source.rs, sqlx-postgres/src/migrate.rs",
    },
    ..Convention::USUAL
};

/// sqlx looks for this at the very first byte only.
const MARKER: &str = "-- no-transaction";

fn claims(folder: &Folder) -> bool {
    folder.files.iter().any(is_versioned)
        && (folder.files.iter().any(is_switched_off) || is_nearest(folder))
}

/// Whether, going upwards, a crate that uses sqlx comes before a Go module.
fn is_nearest(folder: &Folder) -> bool {
    surroundings::upwards(&folder.root)
        .iter()
        .find_map(|up| {
            let uses = |file: &str, word| {
                fs::read_to_string(up.join(file)).is_ok_and(|text| text.contains(word))
            };
            if uses("Cargo.toml", "sqlx") || up.join(".sqlx").is_dir() {
                Some(true)
            } else {
                up.join("go.mod").is_file().then_some(false)
            }
        })
        .unwrap_or(false)
}

fn is_versioned(member: &Member) -> bool {
    let version = digits(member.name());
    !version.is_empty() && member.name()[version.len()..].starts_with('_')
}

fn is_switched_off(member: &Member) -> bool {
    member.text().starts_with(MARKER)
}

fn scripts(folder: &Folder, habit: &Habit) -> Vec<Script> {
    numbered(folder, |member| {
        is_versioned(member) && !is_down(member.path())
    })
    .into_iter()
    .map(|member| habit.script_unless(is_switched_off(member), member, stem(member.name())))
    .collect()
}
