//! Words and numbers that all formats of a proof share.

use super::facts::duration;
use super::look::count;
use crate::postgres::{Access, LockMode};
use crate::prove::{StepReport, Tally};
use std::collections::BTreeMap;

/// Below this nobody would notice that others wait, in seconds.
pub(super) const NOTICEABLE: f64 = 0.05;

/// `8 ms`, `1.9 s`, `3 min`.
pub(super) fn seconds(time: f64) -> String {
    // The sum of nothing is -0.
    let time = time + 0.0;
    if time < 1.0 {
        format!("{:.0} ms", time * 1000.0)
    } else if time < 100.0 {
        format!("{time:.1} s")
    } else {
        format!("{:.0} min", time / 60.0)
    }
}

/// `about 0.3 to 1.2 s`, where that was predicted of a statement.
pub(super) fn predicted(step: &StepReport) -> Option<String> {
    step.seconds_predicted.map(duration)
}

/// `predicted = observed in 7 of 9 statements, 2 more not tried`
pub(super) fn predictions(tally: Tally) -> String {
    let untried = match tally.all - tally.tried {
        0 => String::new(),
        some => format!(", {some} more not tried"),
    };
    let tried = count(tally.tried, "statement");
    format!(
        "predicted = observed in {} of {tried}{untried}",
        tally.right
    )
}

/// The strongest lock of a statement.
pub(super) fn strongest(step: &StepReport) -> Option<LockMode> {
    step.locks.iter().map(|held| held.lock).max()
}

/// `INSERT, UPDATE on orders; everything on customers`; nothing where nobody waited.
pub(super) fn named_waits(waits: &BTreeMap<String, Vec<Access>>) -> String {
    let waits = waits.iter().filter(|(_, kinds)| !kinds.is_empty());
    let named = waits.map(|(relation, kinds)| {
        let names: Vec<&str> = kinds.iter().map(|kind| kind.sql_name()).collect();
        let all = Access::ALL.iter().all(|kind| kinds.contains(kind));
        let who = if all {
            "everything".to_owned()
        } else {
            names.join(", ")
        };
        format!("{who} on {relation}")
    });
    named.collect::<Vec<_>>().join("; ")
}
