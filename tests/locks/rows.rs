//! Which probes wanted the rows that a form touched.

use crate::form::{Excuse, Form};
use std::collections::{BTreeMap, BTreeSet};

type Waits = BTreeMap<String, BTreeSet<String>>;

/// Predicted is who waits for rows without a word of which; each probe wanted a certain one (README.md).
pub(crate) fn wanted_rows(
    form: &Form,
    excuses: &BTreeSet<Excuse>,
    waits: &mut Waits,
    seen: &Waits,
) {
    for (name, kinds) in waits.iter_mut() {
        let there = seen.get(name).cloned().unwrap_or_default();
        if excuses.contains(&Excuse::SomeRows) {
            wanted_of_table(
                form.row.get(name).map(|row| wanted_by(name, *row)),
                excuses,
                kinds,
                &there,
            );
        }
        if excuses.contains(&Excuse::Routed) && !there.contains("create-index-concurrently") {
            kinds.remove("create-index-concurrently");
        }
        let elsewhere = [Excuse::Unreferenced, Excuse::Numbered];
        if elsewhere.iter().any(|one| excuses.contains(one)) && !there.contains("insert") {
            kinds.remove("insert");
        }
    }
    waits.retain(|_, kinds| !kinds.is_empty());
}

/// SELECT FOR UPDATE alone is predicted where a statement names single rows, and stands for everybody who wants those: the probe that did must have waited,
/// and no other. Where a condition leaves out rows that nobody can tell, nobody must have waited who is not predicted.
fn wanted_of_table(
    row: Option<BTreeSet<String>>,
    excuses: &BTreeSet<Excuse>,
    kinds: &mut BTreeSet<String>,
    seen: &BTreeSet<String>,
) {
    let rows = ["select-for-update", "update", "delete"].map(str::to_owned);
    let rows = BTreeSet::from(rows);
    let predicted: BTreeSet<String> = kinds.intersection(&rows).cloned().collect();
    let there: BTreeSet<String> = seen.intersection(&rows).cloned().collect();
    let single = predicted.len() == 1 && predicted.contains("select-for-update");
    let by_row = there.len() <= 1 || excuses.contains(&Excuse::RowByRow);
    let expected = match row {
        Some(wanted) if single => wanted,
        _ if single && by_row => there,
        _ => predicted.intersection(&there).cloned().collect(),
    };
    kinds.retain(|kind| !rows.contains(kind));
    kinds.extend(expected);
}

/// The probe that wanted the row of this `id`.
fn wanted_by(table: &str, row: u32) -> BTreeSet<String> {
    let last = match table {
        "p" => 999,
        "customers" | "ev" | "ev_1" | "ev_2" => 1999,
        _ => 2999,
    };
    let probe = match row {
        3 => "update",
        4 => "select-for-update",
        row if row == last => "delete",
        _ => return BTreeSet::new(),
    };
    BTreeSet::from([probe.to_owned()])
}
