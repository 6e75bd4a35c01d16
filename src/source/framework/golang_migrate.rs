//! golang-migrate: `<number>_<title>.up.sql`; a file is one query string, and nothing wraps it.

use super::super::folder::{Folder, Member};
use super::super::order::digits;
use super::super::{Delivery, Framework, Outside, Script, TransactionMode, dialect};
use super::convention::{Convention, Habit, numbered, stem};
use super::facts::Facts;

pub(super) const CONVENTION: Convention = Convention {
    // pop and psql have files of the same names, with a dialect between the dots or an extension of their own.
    claims: |folder| {
        let is_strange =
            |member: &Member| dialect::file_is_for_postgres(member.name()) || member.is_for_psql();
        folder.files.iter().any(is_up) && !folder.files.iter().any(is_strange)
    },
    scripts,
    habit: Habit {
        framework: Framework::GolangMigrate,
        transaction: TransactionMode::Implicit,
        delivery: Delivery::OneQuery,
        separators: &[],
    },
    facts: Facts {
        known_by: "`<number>_<title>.up.sql`",
        unit: "file",
        order: "by number",
        switch: "leave the one statement alone in its file; `x-multi-statement=true` sends each alone",
        outside: Outside::Alone,
        version: "18966c755f83",
        source: "golang-migrate/migrate database/postgres/postgres.go, source/parse.go",
    },
    ..Convention::USUAL
};

/// Whether the file is named `<number>_<title>.up.sql`.
pub(super) fn is_up(member: &Member) -> bool {
    let name = member.name();
    !digits(name).is_empty()
        && name[digits(name).len()..].starts_with('_')
        && name.ends_with(".up.sql")
}

fn scripts(folder: &Folder, habit: &Habit) -> Vec<Script> {
    numbered(folder, is_up)
        .into_iter()
        .map(|member| habit.script(member, stem(member.name())))
        .collect()
}
