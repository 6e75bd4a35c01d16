//! goose: `-- +goose Up` and `-- +goose Down` in one file, sent statement by statement.

use super::super::folder::{Folder, Member};
use super::super::order::digits;
use super::super::{Delivery, Framework, Outside, Script, TransactionMode};
use super::convention::{Convention, Habit, any_marked, numbered, stem};
use super::facts::Facts;
use super::sections::{self, Direction, comments};

pub(super) const CONVENTION: Convention = Convention {
    claims: |folder| any_marked(folder, Framework::Goose),
    scripts,
    way_back: |_, script| sections::way_back(script, direction),
    habit: Habit {
        framework: Framework::Goose,
        transaction: TransactionMode::PerFile,
        delivery: Delivery::Statements,
        separators: &["-- +goose StatementEnd"],
    },
    facts: Facts {
        known_by: "a line `-- +goose Up`",
        unit: "file",
        order: "by number, with Go between",
        switch: "`-- +goose NO TRANSACTION`, anywhere",
        outside: Outside::Head("-- +goose NO TRANSACTION"),
        version: "520411a16119",
        source: "pressly/goose internal/sqlparser/parser.go, migration_sql.go",
    },
    ..Convention::USUAL
};

/// Whether a comment is one of goose's.
pub(super) fn is_annotation(comment: &str) -> bool {
    comment.starts_with("+goose ")
}

fn scripts(folder: &Folder, habit: &Habit) -> Vec<Script> {
    let runs = |member: &Member| {
        member.marked == Some(Framework::Goose) || !digits(member.name()).is_empty()
    };
    numbered(folder, runs)
        .into_iter()
        .map(|member| {
            let switched_off =
                comments(member.text()).any(|(_, comment)| is_command(comment, "NO TRANSACTION"));
            let mut script = habit.script_unless(switched_off, member, stem(member.name()));
            script.up = sections::up(member.text(), direction);
            script
        })
        .collect()
}

fn direction(comment: &str) -> Option<Direction> {
    if is_command(comment, "Up") {
        Some(Direction::Up)
    } else if is_command(comment, "Down") {
        Some(Direction::Down)
    } else {
        None
    }
}

fn is_command(comment: &str, command: &str) -> bool {
    comment
        .strip_prefix("+goose ")
        .is_some_and(|found| found.trim().eq_ignore_ascii_case(command))
}
