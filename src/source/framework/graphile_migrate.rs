//! graphile-migrate: `committed/*.sql` under a `--! Previous:` header, then `current.sql`.

use super::super::folder::{Folder, Member, Standing};
use super::super::layout::Layout;
use super::super::{Delivery, Framework, Outside, Script, TransactionMode, WayBack};
use super::convention::{Convention, Habit, any_marked, numbered, stem};
use super::facts::Facts;
use super::leading_words::leading_words;

pub(super) const CONVENTION: Convention = Convention {
    claims: |folder| {
        folder.layout == Layout::Committed || any_marked(folder, Framework::GraphileMigrate)
    },
    scripts,
    way_back: |_, _| WayBack::Unsupported,
    habit: Habit {
        framework: Framework::GraphileMigrate,
        transaction: TransactionMode::PerFile,
        delivery: Delivery::OneQuery,
        separators: &[],
    },
    home: |folder| Some(folder.root.clone()),
    facts: Facts {
        known_by: "`committed/`, or a header `--! Previous:`",
        unit: "file",
        order: "by number; `current.sql` last",
        switch: "`--! no-transaction` as the first line below the header; then one statement",
        outside: Outside::Head("--! no-transaction"),
        version: "54ea390f02a8",
        source: "graphile/migrate src/migration.ts, src/commands/_common.ts",
    },
    ..Convention::USUAL
};

/// Whether a comment is the first line of a committed migration.
pub(super) fn is_header(comment: &str) -> bool {
    comment.starts_with("! Previous:")
}

/// What is being worked on comes last, unless it is still empty.
fn scripts(folder: &Folder, habit: &Habit) -> Vec<Script> {
    let is_current =
        |member: &Member| member.name() == "current.sql" || member.folder_name() == "current";
    let is_wanted = |member: &Member| {
        member.standing == Standing::Named || !leading_words(member.text()).is_empty()
    };
    numbered(folder, |member| !is_current(member))
        .into_iter()
        .chain(numbered(folder, |member| {
            is_current(member) && is_wanted(member)
        }))
        .map(|member| habit.script_unless(is_switched_off(member), member, stem(member.name())))
        .collect()
}

/// The marker counts only as the first line below the header.
fn is_switched_off(member: &Member) -> bool {
    member
        .text()
        .trim_start_matches('\u{feff}')
        .lines()
        .map(str::trim)
        .find(|line| !line.is_empty() && !is_header_line(line))
        .is_some_and(|line| line.starts_with("--! no-transaction"))
}

fn is_header_line(line: &str) -> bool {
    ["--! Previous:", "--! Hash:", "--! Message:"]
        .iter()
        .any(|key| line.starts_with(key))
}
