//! What `mig-lint sizes` has found, in a few lines: the largest tables, and what is not as it should be.

use super::look::{Look, count, pad};
use crate::sizes::{Key, Snapshot, Table, short_bytes, short_rows};
use std::cmp::Reverse;
use std::fmt::Write as _;
use std::path::Path;

/// How many of the largest tables, and of each kind of remark, are told.
const FEW: usize = 5;

/// What is in the file, and what to do with it.
#[must_use]
pub fn sizes(snapshot: &Snapshot, file: &Path, look: Look) -> String {
    let tables = &snapshot.tables;
    let whole = |table: &Table| table.bytes + table.toast + table.indexes;
    let tops = tables.values().filter(|table| table.partitions == 0);
    let bytes: u64 = tops.map(whole).sum();
    let mut text = format!(
        "{}: {} of {}, {} with indexes (PostgreSQL {})\n",
        look.bold(&file.display().to_string()),
        count(tables.len(), "table"),
        snapshot.database,
        short_bytes(bytes),
        snapshot.server
    );
    let mut largest: Vec<(&Key, &Table)> = tables.iter().collect();
    largest.sort_by_key(|(key, table)| (Reverse(whole(table)), *key));
    let lines: Vec<[String; 4]> = largest
        .iter()
        .take(FEW)
        .map(|(key, table)| line(key, table))
        .collect();
    for [name, rows, bytes, remarks] in &lines {
        let width = |at: usize| lines.iter().map(|line| line[at].len()).max().unwrap_or(0);
        let line = format!(
            "  {}  {}  {}  {remarks}",
            pad(name, width(0)),
            pad(rows, width(1)),
            pad(bytes, width(2))
        );
        let _ = writeln!(text, "{}", look.clip(line.trim_end(), look.width));
    }
    let invalid = snapshot.indexes.iter().filter(|(_, index)| !index.valid);
    remark(
        &mut text,
        look,
        "invalid index",
        "a CREATE INDEX CONCURRENTLY failed or is running: drop it, and make it again",
        invalid.map(|(key, index)| format!("{} of {}", key, index.table)),
    );
    let constraints = snapshot
        .not_valid
        .iter()
        .flat_map(|(table, names)| names.iter().map(move |name| format!("{name} of {table}")));
    remark(
        &mut text,
        look,
        "constraint not valid",
        "it holds for new rows only, until ALTER TABLE ... VALIDATE CONSTRAINT",
        constraints,
    );
    if snapshot.hidden > 0 {
        let _ = writeln!(
            text,
            "{} {} whose columns this role may not read: their widths are not known (SELECT on them, or pg_read_all_data, shows them)",
            look.caution("not seen:"),
            count(
                usize::try_from(snapshot.hidden).unwrap_or(usize::MAX),
                "table"
            )
        );
    }
    if let Some(seconds) = snapshot.counted {
        let _ = writeln!(
            text,
            "{} what is in use all the time: the server has counted reads and writes for {} only",
            look.caution("not seen:"),
            count(usize::try_from(seconds).unwrap_or(usize::MAX), "second")
        );
    }
    let _ = writeln!(
        text,
        "use it: --sizes {}, or `file = \"{0}\"` under [sizes] of mig-lint.toml",
        file.display()
    );
    text
}

fn line(key: &Key, table: &Table) -> [String; 4] {
    let rows = table.rows.map_or_else(
        || "rows unknown".to_owned(),
        |rows| format!("{} rows", short_rows(rows)),
    );
    let mut bytes = short_bytes(table.bytes + table.toast);
    if table.indexes > 0 {
        let _ = write!(bytes, " + {} of indexes", short_bytes(table.indexes));
    }
    let mut remarks = Vec::new();
    if table.partitions > 0 {
        let number = usize::try_from(table.partitions).unwrap_or(usize::MAX);
        remarks.push(count(number, "partition"));
    }
    if table.is_hot() {
        let rates = [(table.reads, "reads"), (table.writes, "writes")];
        let rates = rates.iter().filter(|(rate, _)| *rate > 0.0);
        let rates: Vec<String> = rates.map(|(rate, what)| format!("{rate} {what}")).collect();
        remarks.push(format!("hot: {} a second", rates.join(", ")));
    }
    [key.to_string(), rows, bytes, remarks.join(", ")]
}

fn remark(
    text: &mut String,
    look: Look,
    what: &str,
    help: &str,
    names: impl Iterator<Item = String>,
) {
    let names: Vec<String> = names.collect();
    if names.is_empty() {
        return;
    }
    let mut shown = names[..names.len().min(FEW)].join(", ");
    if names.len() > FEW {
        let _ = write!(shown, " and {} more", names.len() - FEW);
    }
    let _ = writeln!(
        text,
        "{} {shown}: {help}",
        look.caution(&format!("{what}:"))
    );
}
