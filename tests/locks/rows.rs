//! Which probes wanted the rows that a form touched.

use crate::form::Form;
use std::collections::BTreeSet;

/// Whether a statement reaches some rows and not others, of which a probe may or may not have wanted one.
pub(crate) fn touches_rows(form: &Form) -> bool {
    const WORDS: [&str; 7] = [
        " WHERE ", "VALUES", "USING", "INSERT ", "FOR ", "EXECUTE ", "pid=",
    ];
    let rows = [
        "INSERT", "UPDATE", "DELETE", "MERGE", "SELECT", "WITH", "DO", "CALL", "EXPLAIN", "EXECUTE",
    ];
    let statement = |sql: &String| {
        rows.iter().any(|word| sql.starts_with(word)) && WORDS.iter().any(|word| sql.contains(word))
    };
    form.sql.iter().any(statement)
}

/// Predicted is who waits for rows without a word of which; each probe wanted a certain one (README.md). SELECT FOR UPDATE alone is predicted where a statement
/// names single rows, and stands for everybody who wants those: the probe that did must have waited, and no other. Where a condition leaves out rows that
/// nobody can tell, nobody must have waited who is not predicted.
pub(crate) fn wanted_rows(
    form: &Form,
    name: &str,
    kinds: &mut BTreeSet<String>,
    seen: &BTreeSet<String>,
) {
    let rows = ["select-for-update", "update", "delete"].map(str::to_owned);
    let rows = BTreeSet::from(rows);
    let predicted: BTreeSet<String> = kinds.intersection(&rows).cloned().collect();
    let there: BTreeSet<String> = seen.intersection(&rows).cloned().collect();
    let single = predicted.len() == 1 && predicted.contains("select-for-update");
    let loops = form.sql.iter().any(|sql| sql.starts_with("DO "));
    let expected = match named_row(form, name) {
        Some(row) if single => wanted_by(name, row),
        _ if single && (there.len() <= 1 || loops) => there,
        _ => predicted.intersection(&there).cloned().collect(),
    };
    kinds.retain(|kind| !rows.contains(kind));
    kinds.extend(expected);
    // A new row waits for a locked row of another table only where it refers to that one.
    if form.sql.iter().any(|sql| sql.contains(" WHERE "))
        && !seen.contains("insert")
        && !named(form, name)
    {
        kinds.remove("insert");
    }
}

/// Whether a statement names the relation.
fn named(form: &Form, name: &str) -> bool {
    let mut words = form.sql.iter().flat_map(|sql| sql.split_whitespace());
    words.any(|word| word == name)
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

/// The row that the last statement names by `id = 4`, if it is one of this table.
fn named_row(form: &Form, table: &str) -> Option<u32> {
    let sql = form.sql.last()?;
    let from = ["UPDATE ", "DELETE FROM ", " FROM "];
    let mut targets = from.iter().filter_map(|word| sql.split_once(word));
    let (_, rest) = targets.next()?;
    let about = rest.split_whitespace().next() == Some(table);
    let (_, condition) = sql.split_once("WHERE id")?;
    let value = condition.trim_start().strip_prefix('=')?.trim_start();
    let digits: String = value.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok().filter(|_| about)
}
