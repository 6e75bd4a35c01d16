//! Atlas: the files that `atlas.sum` lists, in text order, sent statement by statement, each file in a transaction.

use super::super::folder::{Folder, Member};
use super::super::layout::Layout;
use super::super::{Delivery, Framework, Outside, Script, TransactionMode, WayBack};
use super::convention::{Convention, Habit, stem};
use super::facts::Facts;
use std::collections::BTreeSet;

pub(super) const CONVENTION: Convention = Convention {
    claims: |folder| folder.layout == Layout::Flat && folder.root.join(SUM).is_file(),
    scripts,
    way_back: |_, _| WayBack::Unsupported,
    habit: Habit {
        framework: Framework::Atlas,
        transaction: TransactionMode::PerFile,
        delivery: Delivery::Statements,
        separators: &[],
    },
    list: Some(SUM),
    passes_over: is_checkpoint,
    order: |a, b| a.cmp(b),
    facts: Facts {
        known_by: "`atlas.sum`",
        unit: "file",
        order: "text; only what `atlas.sum` lists; a file headed `-- atlas:checkpoint` is for new databases alone, but where it is the first",
        switch: "`-- atlas:txmode none` in the comments at the top, with an empty line below them",
        outside: Outside::Head("-- atlas:txmode none\n"),
        version: "026c0bb74e86",
        source: "ariga/atlas sql/migrate/dir.go, sql/migrate/migrate.go, cmd/atlas/internal/cmdapi/migrate.go",
    },
    ..Convention::USUAL
};

const SUM: &str = "atlas.sum";

fn scripts(folder: &Folder, habit: &Habit) -> Vec<Script> {
    let sum = folder.read(SUM);
    let listed: BTreeSet<&str> = sum.lines().filter_map(listed).collect();
    let mut members: Vec<&Member> = folder.files.iter().collect();
    members.retain(|member| listed.contains(member.name()) || has(member, "sum", "ignore"));
    members.sort_by(|a, b| a.name().cmp(b.name()));
    let first = members.first().map(|member| member.name());
    let runs = members
        .iter()
        .filter(|member| Some(member.name()) == first || !is_checkpoint(member));
    let script = |member: &&Member| {
        let is_off = has(member, "txmode", "none");
        habit.script_unless(is_off, member, stem(member.name()))
    };
    runs.map(script).collect()
}

/// The file that a line lists: `1_init.sql h1:...=`; the first line is the sum of all.
fn listed(line: &str) -> Option<&str> {
    line.rsplit_once(" h1:").map(|(name, _)| name.trim())
}

/// Whether the file makes at once what those before it made step by step.
fn is_checkpoint(member: &Member) -> bool {
    directives(member.text()).any(|directive| directive.split(' ').next() == Some("checkpoint"))
}

fn has(member: &Member, key: &str, value: &str) -> bool {
    directives(member.text()).any(|directive| {
        let words = directive.split_once(' ');
        words.is_some_and(|(name, said)| name == key && said.trim() == value)
    })
}

/// What stands behind `atlas:` in the comments that head a file, which an empty line parts from the statements.
fn directives(text: &str) -> impl Iterator<Item = &str> {
    let is_comment = |line: &&str| line.starts_with("--") || line.starts_with('#');
    let rest = text.lines().find(|line| !is_comment(line));
    let is_header = rest.is_none_or(|line| line.trim_end().is_empty());
    let comments = text.lines().take_while(is_comment);
    comments
        .filter(move |_| is_header)
        .filter_map(|line| line.split_once("atlas:"))
        .map(|(_, directive)| directive.trim_end())
}
