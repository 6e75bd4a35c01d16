//! The facts of a finding in words: who waits, how large tables are, what stays locked.

use super::look::count;
use crate::effects::HeldLock;
use crate::engine::Unavailable;
use crate::estimate::Seconds;
use crate::finding::{Finding, Note, TableSizes, Waits};
use crate::postgres::{Access, Accesses};
use crate::rule::join_and;
use crate::sizes::{Size, short_bytes, short_rows};
use std::borrow::Cow;
use std::fmt::Write as _;

/// How many locks that are held elsewhere get a line each.
const LOCKS: usize = 3;

/// `INSERT, UPDATE, DELETE on orders and customers; SELECT goes on`.
pub(super) fn wait(waits: &Waits) -> Option<String> {
    if waits.groups.is_empty() {
        return None;
    }
    let names = |kinds: Accesses| -> Vec<&str> { kinds.iter().map(Access::sql_name).collect() };
    let groups = waits.groups.iter();
    let mut parts: Vec<String> = groups
        .map(|group| format!("{} on {}", names(group.kinds).join(", "), group.tables))
        .collect();
    let groups = waits.groups.iter();
    let free = groups.fold(Accesses::of(&Access::EVERYDAY), |free, group| {
        free.without(group.kinds)
    });
    if !free.is_empty() && waits.writable {
        let free = names(free);
        let verb = if free.len() == 1 { "goes" } else { "go" };
        parts.push(format!("{} {verb} on", join_and(&free)));
    }
    Some(parts.join("; "))
}

/// `about 4 to 16 s in which nobody can read or write orders (10M rows, 850 MB, from mig-lint.toml)`, where that can be told.
pub(super) fn time(finding: &Finding) -> Option<String> {
    let seconds = duration(finding.seconds?);
    let groups = finding.waits.groups.iter();
    let hindered: Vec<String> = groups
        .map(|group| {
            let verb = match group.kinds {
                kinds if !finding.waits.writable && kinds.contains(Access::Select) => "read",
                kinds if kinds.contains(Access::Select) => "read or write",
                kinds if kinds.contains(Access::Insert) => "write to",
                _ => "update or delete rows of",
            };
            format!("{verb} {}", group.tables)
        })
        .collect();
    if hindered.is_empty() {
        return None;
    }
    let known = &finding.sizes.known;
    let one = known.first().map(|(_, size)| &size.from);
    let is_of_one = known.iter().all(|(_, size)| Some(&size.from) == one);
    let sizes: Vec<String> = known
        .iter()
        .map(|(table, size)| {
            let table = if known.len() > 1 {
                format!("{table} ")
            } else {
                String::new()
            };
            let by = if is_of_one {
                String::new()
            } else {
                format!(", from {}", size.from)
            };
            format!("{table}{}{by}", numbers(size))
        })
        .collect();
    let by = one.filter(|_| is_of_one);
    let by = by.map_or_else(String::new, |from| format!(", from {from}"));
    let nobody = hindered.join(", nor ");
    Some(format!(
        "{seconds} in which nobody can {nobody} ({}{by})",
        sizes.join("; ")
    ))
}

/// `about 4 to 16 s`, in one unit.
pub(super) fn duration(seconds: Seconds) -> String {
    const UNITS: [(f64, &str); 4] = [(1e-3, "ms"), (1.0, "s"), (60.0, "min"), (3_600.0, "h")];
    // The unit in which the longer end is at least 1, if there is one.
    let fitting = UNITS.iter().rev();
    let mut fitting = fitting.filter(|(unit, _)| seconds.high >= *unit);
    let (unit, name) = fitting.next().unwrap_or(&UNITS[0]);
    let number = |seconds: f64| {
        let number = seconds / unit;
        if number < 9.95 {
            let text = format!("{number:.1}");
            text.strip_suffix(".0").map_or(text.clone(), str::to_owned)
        } else if number < 99.5 {
            format!("{number:.0}")
        } else {
            format!("{:.0}", (number / 10.0).round() * 10.0)
        }
    };
    let (low, high) = (number(seconds.low), number(seconds.high));
    match &*low {
        "0" => format!("up to {high} {name}"),
        _ => format!("about {low} to {high} {name}"),
    }
}

/// The sizes of the tables that are worked on, unless they are told with the time it takes.
pub(super) fn size(finding: &Finding) -> Option<String> {
    match time(finding) {
        Some(_) => None,
        None => sizes(&finding.sizes),
    }
}

/// The sizes of the tables that are worked on, or that they are not known.
pub(super) fn sizes(sizes: &TableSizes) -> Option<String> {
    let known = sizes.known.iter();
    let mut parts: Vec<String> = known
        .map(|(table, size)| format!("{table} {}", describe(size)))
        .collect();
    if sizes.more > 0 {
        parts.push(format!("and {} more", sizes.more));
    }
    if !sizes.unknown.is_empty() {
        parts.push(format!("{} unknown, taken as large", sizes.unknown));
    }
    (!parts.is_empty()).then(|| parts.join("; "))
}

/// `reads and writes, while 2 of 3 statements work on rows (10M rows, mig-lint.toml)`.
pub(super) fn unavailable(table: &Unavailable) -> String {
    let who = match (
        table.waits.contains(&Access::Select),
        table.waits.contains(&Access::Insert),
    ) {
        (true, true) => "reads and writes",
        (true, false) => "reads",
        (false, true) => "writes",
        (false, false) => "updates and deletes of some rows",
    };
    let statements = count(table.statements, "statement");
    let long = match (table.growing, table.statements) {
        (0, _) => format!("behind {statements}, each of them brief"),
        (growing, all) if growing == all => {
            format!("behind {statements} as long as the table is large")
        }
        (growing, _) => {
            format!("behind {statements}, {growing} of them as long as the table is large")
        }
    };
    let size = table.size.as_ref().filter(|size| size.rows.is_some());
    let size = size.map_or_else(String::new, |size| format!(", {}", describe(size)));
    let long = match table.seconds {
        Some(seconds) => format!("{} in all, {long}", duration(seconds)),
        None => long,
    };
    format!("{who} {long}{size}")
}

/// What stands under the marked text, with the SQLSTATE of a refusal.
pub(super) fn label(finding: &Finding) -> Cow<'_, str> {
    match finding.sqlstate {
        Some(sqlstate) => format!("{} (SQLSTATE {sqlstate})", finding.label).into(),
        None => Cow::Borrowed(&finding.label),
    }
}

/// What to paste, line by line; where it takes several migrations, each has its number.
pub(super) fn recipe(finding: &Finding) -> Vec<String> {
    let numbered = finding.recipe.len() > 1;
    let mut lines = Vec::new();
    for (at, block) in finding.recipe.iter().enumerate() {
        let head = block.head.into_iter().flat_map(str::lines);
        let statements = block.statements.iter().map(String::as_str);
        for (line, text) in head.chain(statements).enumerate() {
            let number = match (numbered, line) {
                (false, _) => String::new(),
                (true, 0) => format!("{:<3}", format!("{}.", at + 1)),
                (true, _) => " ".repeat(3),
            };
            lines.push(number + text);
        }
    }
    lines
}

/// What is known of it, as text: the place that shows it has no more room than that.
pub(super) fn told(finding: &Finding) -> String {
    // Writing to a string cannot fail.
    let mut text = finding.message.clone();
    let (time, wait, size) = (time(finding), wait(&finding.waits), size(finding));
    let optional = [
        ("time", time.as_ref()),
        (
            if finding.is_wait() { "lock" } else { "what" },
            Some(&finding.label).filter(|label| !label.is_empty()),
        ),
        ("wait", wait.as_ref()),
        ("size", size.as_ref()),
        ("help", finding.help.as_ref()),
    ];
    for (key, value) in optional {
        if let Some(value) = value {
            let _ = write!(text, "\n{key}: {value}");
        }
    }
    for line in recipe(finding) {
        let _ = write!(text, "\n  {line}");
    }
    for note in notes(finding) {
        let _ = write!(text, "\nnote: {}", note.message);
    }
    text
}

/// What stays locked meanwhile, and the other remarks.
pub(super) fn notes(finding: &Finding) -> Vec<Cow<'_, Note>> {
    let mut notes: Vec<Cow<'_, Note>> = locked(finding).into_iter().map(remark).collect();
    notes.extend(finding.notes.iter().map(Cow::Borrowed));
    notes
}

/// What stays locked meanwhile.
pub(super) fn locked(finding: &Finding) -> Vec<String> {
    let mut lines: Vec<String> = held(finding).map(|(_, text)| text).collect();
    let more = finding.held.total() - lines.len();
    if more > 0 {
        let (s, verb) = if more == 1 {
            ("", "stays")
        } else {
            ("s", "stay")
        };
        lines.push(format!("and {more} more table{s} {verb} locked"));
    }
    lines
}

/// The few locks that are told of, each with its sentence.
pub(super) fn held(finding: &Finding) -> impl Iterator<Item = (&HeldLock, String)> {
    let modes = finding.held.modes().iter();
    let shown = modes.flat_map(|mode| &mode.few).take(LOCKS);
    shown.map(|held| (held, stays_locked(held)))
}

fn remark(message: String) -> Cow<'static, Note> {
    Cow::Owned(Note {
        rule: None,
        message,
    })
}

fn stays_locked(held: &HeldLock) -> String {
    format!(
        "{} stays locked meanwhile, {} since line {}",
        held.relation,
        held.lock.sql_name(),
        held.place.line
    )
}

/// `10M rows, 850 MB (mig-lint.toml)`.
fn describe(size: &Size) -> String {
    format!("{} ({})", numbers(size), size.from)
}

pub(super) fn numbers(size: &Size) -> String {
    let mut text = format!("{} rows", short_rows(size.rows.unwrap_or_default()));
    if let Some(bytes) = size.bytes {
        text.push_str(", ");
        text.push_str(&short_bytes(bytes));
    }
    if size.hot {
        text.push_str(", hot");
    }
    text
}
