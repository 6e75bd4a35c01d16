//! SQL files in a folder, in the order of their names, each in a transaction unless it says otherwise.

use super::super::folder::{Folder, Member};
use super::super::{Delivery, Framework, Outside, Script, Span, TransactionMode, WayBack, dialect};
use super::convention::{Convention, Habit, numbered, stem};
use super::facts::Facts;
use super::sections::{self, Direction, comments};
use super::steps;
use super::twin::{self, is_down};
use std::collections::HashSet;

pub(super) const CONVENTION: Convention = Convention {
    claims: |_| true,
    scripts,
    way_back,
    habit: Habit {
        framework: Framework::Plain,
        transaction: TransactionMode::PerFile,
        delivery: Delivery::OneQuery,
        separators: &["-- +migrate StatementEnd", "--bun:split"],
    },
    facts: Facts {
        known_by: "anything else",
        unit: "file",
        order: "by number",
        switch: "a comment of tern, sql-migrate, Atlas or postgres-migrations that says so; `transaction` in mig-lint.toml",
        outside: Outside::Alone,
        version: "",
        source: "assumed; what fails for that reason is a warning",
    },
    ..Convention::USUAL
};

/// Comments by which smaller tools switch their wrapper off: postgres-migrations, Atlas, tern.
const SWITCHED_OFF: &[&str] = &[
    "postgres-migrations disable-transaction",
    "atlas:txmode none",
    "-- tern: disable-tx ----",
];

pub(super) fn scripts(folder: &Folder, habit: &Habit) -> Vec<Script> {
    let own: HashSet<&str> = folder
        .files
        .iter()
        .filter(|member| dialect::file_is_for_postgres(member.name()))
        .map(|member| base(member.name()))
        .collect();
    let runs = |member: &Member| {
        let name = member.name();
        !is_down(member.path())
            && (dialect::file_is_for_postgres(name) || !own.contains(base(name)))
    };
    numbered(folder, runs)
        .into_iter()
        .flat_map(|member| {
            if steps::is_steps(member.text()) {
                steps::scripts(member, habit)
            } else {
                vec![script(member, habit)]
            }
        })
        .collect()
}

fn script(member: &Member, habit: &Habit) -> Script {
    let switched_off = member.name().contains(".autocommit.")
        || comments(member.text()).any(|(_, comment)| SWITCHED_OFF.contains(&comment.trim()))
        || comments(member.text()).any(|(_, comment)| is_up_without_transaction(comment));
    let name = match stem(member.name()) {
        "up" => member.folder_name(),
        stem => stem,
    };
    let mut script = habit.script_unless(switched_off, member, name);
    if member.is_for_psql() {
        // Only psql reads these, and it commits every statement by itself.
        script.transaction = TransactionMode::PerStatement;
        script.delivery = Delivery::Statements;
    }
    script.up = up(member.text());
    script
}

/// What stands between tern's two halves.
const DIVIDER: &str = "-- create above / drop below";

/// tern parts a file by one line; sql-migrate heads its sections.
fn up(text: &str) -> Vec<Span> {
    comments(text)
        .find(|(_, comment)| comment.starts_with(DIVIDER))
        .map_or_else(
            || sections::up(text, direction),
            |(at, _)| vec![Span::new(0, at)],
        )
}

/// tern's lower half, a section of sql-migrate's, or a file of its own.
fn way_back(folder: &Folder, script: &Script) -> WayBack {
    let text = script.file.text();
    let below = comments(text).find(|(_, comment)| comment.starts_with(DIVIDER));
    if let Some((at, comment)) = below {
        let start = text[at..]
            .find(comment)
            .map_or(at, |offset| at + offset + comment.len());
        return WayBack::Written(script.file.clone(), vec![Span::new(start, text.len())]);
    }
    match sections::way_back(script, direction) {
        WayBack::Missing => twin::way_back(folder, script),
        own => own,
    }
}

/// What files for several databases share: the version, or else the name up to its first dot.
fn base(name: &str) -> &str {
    name.split(['_', '.']).next().unwrap_or(name)
}

/// sql-migrate's `-- +migrate Up` and `-- +migrate Down`.
fn direction(comment: &str) -> Option<Direction> {
    match comment
        .strip_prefix("+migrate ")?
        .split_whitespace()
        .next()?
    {
        "Up" => Some(Direction::Up),
        "Down" => Some(Direction::Down),
        _ => None,
    }
}

fn is_up_without_transaction(comment: &str) -> bool {
    comment
        .strip_prefix("+migrate ")
        .is_some_and(|command| command.trim() == "Up notransaction")
}
