//! node-pg-migrate: SQL files under the headings `-- Up Migration` and `-- Down Migration`, all pending ones in one transaction.

use super::super::folder::Folder;
use super::super::{Delivery, Framework, Outside, Script, TransactionMode};
use super::convention::{Convention, Habit, any_marked, numbered, stem};
use super::facts::Facts;
use super::sections::{self, Direction};
use super::twin::is_down;

pub(super) const CONVENTION: Convention = Convention {
    claims: |folder| any_marked(folder, Framework::NodePgMigrate),
    scripts,
    way_back: |_, script| sections::way_back(script, direction),
    habit: Habit {
        framework: Framework::NodePgMigrate,
        transaction: TransactionMode::AllPending,
        delivery: Delivery::OneQuery,
        separators: &[],
    },
    facts: Facts {
        known_by: "a line `-- Up Migration`",
        unit: "file",
        order: "by number, with JavaScript between",
        switch: "`--no-single-transaction` for all; for one file only in code",
        outside: Outside::ByHand(
            "a migration in SQL is always wrapped: write it in JavaScript, with pgm.noTransaction()",
        ),
        version: "55b10c221bce",
        source: "salsita/node-pg-migrate src/runner.ts, src/migration.ts",
    },
    ..Convention::USUAL
};

/// Whether a comment is one of the two headings.
pub(super) fn is_heading(comment: &str) -> bool {
    direction(comment).is_some()
}

fn scripts(folder: &Folder, habit: &Habit) -> Vec<Script> {
    numbered(folder, |member| !is_down(member.path()))
        .into_iter()
        .map(|member| {
            let mut script = habit.script(member, stem(member.name()));
            script.up = sections::up(member.text(), direction);
            script
        })
        .collect()
}

fn direction(comment: &str) -> Option<Direction> {
    let mut words = comment.trim_start_matches('-').split_whitespace();
    let (way, noun) = (words.next()?, words.next()?);
    if !noun.eq_ignore_ascii_case("migration") || words.next().is_some() {
        None
    } else if way.eq_ignore_ascii_case("up") {
        Some(Direction::Up)
    } else if way.eq_ignore_ascii_case("down") {
        Some(Direction::Down)
    } else {
        None
    }
}
