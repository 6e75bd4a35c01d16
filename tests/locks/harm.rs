//! What `check` says of a form, beside the harm that the server showed.

use crate::common::judged;
use crate::form::{Behaviour, Form, Observed, spelled_out};
use crate::predicted::history;
use mig_lint::finding::{Finding, Level};
use mig_lint::postgres::Version;
use mig_lint::rule::{Category, find};
use std::collections::BTreeSet;

/// The harm that a form does to everyday work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Harm {
    /// Nobody who reads or writes waits.
    None,
    /// Somebody waits, and not longer on a larger table.
    Brief,
    /// Somebody waits for work that grows with a table.
    Grows,
}

/// What the server showed; nothing where it was not measured.
pub(crate) fn shown(seen: &Behaviour) -> Option<Harm> {
    let (waits, scans) = (seen.waits.as_ref()?, seen.scans.as_ref()?);
    let everyday = ["select", "insert", "update", "delete"];
    let is_everyday = |kinds: &BTreeSet<String>| {
        let kinds = spelled_out(kinds);
        everyday.iter().any(|kind| kinds.contains(*kind))
    };
    let grows = !(seen.rewrites.is_empty() && seen.rebuilds.is_empty() && scans.is_empty());
    Some(match (waits.values().any(is_everyday), grows) {
        (false, _) => Harm::None,
        (true, false) => Harm::Brief,
        (true, true) => Harm::Grows,
    })
}

/// Why the server's answer is one of this data alone, or not of everyday work: how many rows a statement finds no catalog tells, a small table is taken
/// for a large one, a materialized view is written to by REFRESH alone, and of several statements one may work and another lock.
pub(crate) fn depends_on_data(form: &Form) -> bool {
    const ROWS: [&str; 9] = [
        "DELETE", "UPDATE", "INSERT", "MERGE", "SELECT", "WITH", "FETCH", "REFRESH", "COPY",
    ];
    let last = form.sql.last().map_or("", |sql| sql.trim_start());
    let finds_rows = ROWS
        .iter()
        .any(|word| last.to_uppercase().starts_with(word));
    let of_view = form
        .setup
        .iter()
        .any(|sql| sql.contains("MATERIALIZED VIEW"));
    finds_rows || of_view || !form.small.is_empty() || form.sql.len() > 1
}

/// What is wrong with what `check` says of a form that does this harm.
pub(crate) fn misjudged(
    observed: &Observed,
    form: &Form,
    version: Version,
    harm: Harm,
) -> Option<String> {
    let findings = judged(history(observed, form), version).findings;
    let worst = |of: &dyn Fn(&&Finding) -> bool| {
        findings.iter().filter(|it| of(it)).map(|it| it.level).max()
    };
    let is_blocking = |finding: &&Finding| {
        find(finding.rule).is_some_and(|entry| entry.rule.category == Category::Blocking)
    };
    let wrong = match harm {
        Harm::None => worst(&is_blocking) > Some(Level::Info),
        Harm::Brief => worst(&is_blocking) > Some(Level::Warning),
        Harm::Grows => worst(&|_| true) < Some(Level::Warning),
    };
    let told: Vec<String> = findings
        .iter()
        .map(|finding| format!("{:?} {}", finding.level, finding.rule))
        .collect();
    wrong.then(|| format!("{} for {:?}", told.join(", "), form.sql))
}
