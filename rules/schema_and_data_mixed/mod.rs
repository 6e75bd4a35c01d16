//! Code that works on rows while its migration keeps everybody else off a table.

use crate::finding::{Finding, Harm, Level, Remedy};
use crate::ir::{Action, Dml, DmlKind, Family, Origin};
use crate::postgres::{Access, Version};
use crate::rule::{Category, Context, Kind, Rule, Severity};

pub const RULE: Rule = Rule {
    category: Category::Blocking,
    severity: Severity::ByCase(Level::Warning),
    since: "0.1.0",
    formerly: &[],
    from: Version::OLDEST,
    kind: Kind::On(&[Family::Rows], check),
};

fn check(cx: &Context<'_>) -> Vec<Finding> {
    let Action::Dml(dml) = &cx.statement.action else {
        return Vec::new();
    };
    let is_code = matches!(cx.statement.origin, Origin::Code(_));
    // What grows with a table is told as such.
    let is_told = !cx.blocking().is_empty() || !cx.work_under_other_locks().is_empty();
    if !is_code || is_told || dml.kind == DmlKind::Select {
        return Vec::new();
    }
    finding(cx, dml).into_iter().collect()
}

fn finding(cx: &Context<'_>, dml: &Dml) -> Option<Finding> {
    let held = cx.step.held.strongest()?;
    let keeps_readers = held.lock.blocks().contains(Access::Select);
    let target = dml.target.as_ref().map(|name| cx.display(name))?;
    let level = if dml.repeated.is_empty() {
        Level::Info
    } else {
        Level::Warning
    };
    let found = cx.finding_of_statement(Harm::Queue).level(level).says(
        format!("nobody reads or writes {} while code works on rows of {target}, and goes to and fro for each", held.relation),
        format!("{} on {} held since line {}", held.lock.sql_name(), held.relation, held.place.line),
    );
    keeps_readers.then(|| found.remedy(Remedy::AloneWithoutLocks).build())
}
