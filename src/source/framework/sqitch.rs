//! sqitch: `deploy/<change>.sql` in the order of `sqitch.plan`, run by psql: each statement commits by itself unless the file says BEGIN.

use super::super::folder::{Folder, Member};
use super::super::layout::Layout;
use super::super::path::{name, tidy};
use super::super::{Delivery, Framework, Outside, Script, TransactionMode};
use super::convention::{Convention, Habit};
use super::facts::Facts;
use std::collections::HashMap;
use std::path::{Path, PathBuf};

pub(super) const CONVENTION: Convention = Convention {
    claims: |folder| folder.layout == Layout::Planned,
    scripts,
    habit: Habit {
        framework: Framework::Sqitch,
        transaction: TransactionMode::PerStatement,
        delivery: Delivery::Statements,
        separators: &[],
    },
    home: |folder| Some(folder.root.clone()),
    list: Some("sqitch.plan"),
    facts: Facts {
        known_by: "`sqitch.plan` beside `deploy/`",
        unit: "change",
        order: "`sqitch.plan`; a reworked change is the file of the next tag",
        switch: "leave out BEGIN and COMMIT, which the file writes itself",
        outside: Outside::Alone,
        version: "0ab857e3bb50",
        source: "sqitchers/sqitch lib/App/Sqitch/Engine/pg.pm, lib/App/Sqitch/Plan.pm",
    },
    ..Convention::USUAL
};

/// One line of the plan.
enum Line<'a> {
    Change(&'a str),
    Tag(&'a str),
}

/// The folder that holds the plan, for files below the three folders beside it.
pub(in super::super) fn root(path: &Path) -> Option<PathBuf> {
    path.ancestors()
        .skip(1)
        .filter(|folder| matches!(name(folder), "deploy" | "revert" | "verify"))
        .filter_map(Path::parent)
        .find(|root| root.join("sqitch.plan").is_file())
        .map(Into::into)
}

fn scripts(folder: &Folder, habit: &Habit) -> Vec<Script> {
    let text = folder.read("sqitch.plan");
    let plan: Vec<Line<'_>> = text.lines().filter_map(line).collect();
    let members: HashMap<&Path, &Member> = folder
        .files
        .iter()
        .map(|member| (member.path(), member))
        .collect();
    let deploy = folder.root.join("deploy");
    plan.iter()
        .enumerate()
        .filter_map(|(at, line)| {
            let Line::Change(change) = line else {
                return None;
            };
            reworked(change, &plan[at + 1..])
                .into_iter()
                .chain([(*change).to_owned()])
                .find_map(|name| {
                    let path = tidy(&deploy.join(format!("{name}.sql")));
                    let member = members.get(path.as_path())?;
                    Some(habit.script(member, name))
                })
        })
        .collect()
}

/// The names under which a change was put aside when it was reworked: at a tag before its next mention.
fn reworked(change: &str, later: &[Line<'_>]) -> Vec<String> {
    let next = later
        .iter()
        .position(|line| matches!(line, Line::Change(name) if *name == change));
    later[..next.unwrap_or(0)]
        .iter()
        .filter_map(|line| match line {
            Line::Tag(tag) => Some(format!("{change}@{tag}")),
            Line::Change(_) => None,
        })
        .collect()
}

fn line(text: &str) -> Option<Line<'_>> {
    let text = text.trim();
    if text.is_empty() || text.starts_with(['#', '%', '-']) {
        return None;
    }
    let word = |text: &str| text.split_whitespace().next().map(str::len);
    if let Some(tag) = text.strip_prefix('@') {
        return Some(Line::Tag(&tag[..word(tag)?]));
    }
    let change = text.trim_start_matches('+').trim_start();
    Some(Line::Change(&change[..word(change)?]))
}
