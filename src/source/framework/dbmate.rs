//! dbmate: pairs of `-- migrate:up` and `-- migrate:down` sections; every pair is a migration of its own.

use super::super::folder::{Folder, Member};
use super::super::order::digits;
use super::super::{Delivery, Framework, Outside, Script, TransactionMode, WayBack};
use super::convention::{Convention, Habit, any_marked, numbered, stem};
use super::facts::Facts;
use super::sections::{Direction, sections};

pub(super) const CONVENTION: Convention = Convention {
    claims: |folder| any_marked(folder, Framework::Dbmate),
    scripts,
    way_back,
    habit: Habit {
        framework: Framework::Dbmate,
        transaction: TransactionMode::PerFile,
        delivery: Delivery::OneQuery,
        separators: &[],
    },
    facts: Facts {
        known_by: "a line `-- migrate:up`",
        unit: "pair of up and down",
        order: "by number; each pair of up and down is a migration",
        switch: "`transaction:false` behind `-- migrate:up`",
        outside: Outside::Head("-- migrate:up transaction:false"),
        version: "f3e08f15e39d",
        source: "amacneil/dbmate pkg/dbmate/migration.go, pkg/dbmate/db.go",
    },
    ..Convention::USUAL
};

/// Whether a comment starts one of dbmate's sections.
pub(super) fn is_marker(comment: &str) -> bool {
    direction(comment).is_some()
}

fn scripts(folder: &Folder, habit: &Habit) -> Vec<Script> {
    let runs = |member: &Member| {
        member.marked == Some(Framework::Dbmate) || !digits(member.name()).is_empty()
    };
    numbered(folder, runs)
        .into_iter()
        .flat_map(|member| pairs(member, habit))
        .collect()
}

fn pairs(member: &Member, habit: &Habit) -> Vec<Script> {
    let name = stem(member.name());
    let sections = sections(member.text(), direction);
    if sections.is_empty() {
        return vec![habit.script(member, name)];
    }
    sections
        .iter()
        .filter(|section| section.marker == Direction::Up)
        .map(|section| {
            let switched_off = section
                .comment
                .split_whitespace()
                .any(|option| option == "transaction:false");
            let mut script = habit.script_unless(switched_off, member, name);
            script.up = vec![section.span];
            script
        })
        .collect()
}

/// The section behind that of the way up.
fn way_back(_: &Folder, script: &Script) -> WayBack {
    let end = script.up.first().map_or(0, |up| up.end);
    let sections = sections(script.file.text(), direction);
    let mut behind = sections.iter().filter(|it| it.span.start >= end);
    match behind.next() {
        Some(down) if down.marker == Direction::Down => {
            WayBack::Written(script.file.clone(), vec![down.span])
        }
        _ => WayBack::Missing,
    }
}

fn direction(comment: &str) -> Option<Direction> {
    match comment.split_whitespace().next()? {
        "migrate:up" => Some(Direction::Up),
        "migrate:down" => Some(Direction::Down),
        _ => None,
    }
}
