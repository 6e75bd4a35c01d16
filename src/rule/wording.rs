//! The words that findings share: who waits, how large a table is, names as SQL writes them.

use crate::effects::{Effect, HeldLock, Work};
use crate::ir::{Name, RelationKind};
use crate::postgres::{Access, keywords};
use crate::sizes::Size;

/// The sizes of the tables that are worked on, or that they are not known.
pub(super) fn size_text(effects: &[&Effect]) -> String {
    let mut known = Vec::new();
    let mut unknown = Vec::new();
    for effect in effects.iter().filter(|effect| effect.work > Work::None) {
        let name = effect.table.as_ref().unwrap_or(&effect.relation);
        match effect.estimate.as_ref().filter(|size| size.rows.is_some()) {
            Some(size) => known.push(format!("{name} {}", describe(size))),
            None if unknown.contains(&name.as_str()) => {}
            None => unknown.push(name.as_str()),
        }
    }
    known.dedup();
    if !unknown.is_empty() {
        known.push(format!("{} unknown, taken as large", join_and(&unknown)));
    }
    known.join("; ")
}

fn describe(size: &Size) -> String {
    let mut text = format!("{} rows", short_number(size.rows.unwrap_or_default()));
    if let Some(bytes) = size.bytes {
        text.push_str(", ");
        text.push_str(&short_bytes(bytes));
    }
    if size.hot {
        text.push_str(", hot");
    }
    format!("{text} ({})", size.from)
}

/// `10M`, `2.5k`, `731`.
#[must_use]
pub fn short_number(number: u64) -> String {
    shorten(number, 1_000, &["", "k", "M", "B", "T"])
}

fn short_bytes(bytes: u64) -> String {
    shorten(bytes, 1_024, &[" B", " kB", " MB", " GB", " TB", " PB"])
}

/// The number in the largest unit that leaves at least 1, with one decimal where it is not whole.
fn shorten(number: u64, base: u64, units: &[&str]) -> String {
    let mut unit = 0;
    let mut divisor = 1;
    while number / divisor >= base && unit + 1 < units.len() {
        divisor *= base;
        unit += 1;
    }
    let tenths = number.saturating_mul(10) / divisor;
    if tenths.is_multiple_of(10) || tenths >= 1_000 {
        format!("{}{}", tenths / 10, units[unit])
    } else {
        format!("{}.{}{}", tenths / 10, tenths % 10, units[unit])
    }
}

/// `INSERT, UPDATE, DELETE on orders and customers; SELECT goes on`.
pub(super) fn wait_text(effects: &[&Effect], held: &[HeldLock]) -> String {
    let here = effects.iter().map(|effect| {
        let name = effect.table.as_ref().unwrap_or(&effect.relation);
        (name.as_str(), effect.waiting())
    });
    let elsewhere = held
        .iter()
        .map(|held| (held.relation.as_str(), held.lock.blocks()));
    // A table and its indexes are one to those who wait.
    let mut tables: Vec<(&str, Vec<Access>)> = Vec::new();
    for (name, waiting) in here.chain(elsewhere) {
        match tables.iter_mut().find(|(known, _)| *known == name) {
            Some((_, kinds)) => kinds.extend(waiting),
            None => tables.push((name, waiting)),
        }
    }
    let mut groups: Vec<(Vec<Access>, Vec<&str>)> = Vec::new();
    for (name, waiting) in tables {
        let kinds: Vec<Access> = Access::EVERYDAY
            .into_iter()
            .filter(|kind| waiting.contains(kind))
            .collect();
        match groups.iter_mut().find(|(known, _)| *known == kinds) {
            _ if kinds.is_empty() => {}
            Some((_, names)) => names.push(name),
            None => groups.push((kinds, vec![name])),
        }
    }
    let texts = groups.iter().map(|(kinds, names)| {
        let list: Vec<&str> = kinds.iter().map(|kind| kind.sql_name()).collect();
        format!("{} on {}", list.join(", "), join_and(names))
    });
    let mut text = texts.collect::<Vec<_>>().join("; ");
    let goes_on = |kind: &Access| !groups.iter().any(|(kinds, _)| kinds.contains(kind));
    let free: Vec<&str> = Access::EVERYDAY
        .iter()
        .filter(|kind| goes_on(kind))
        .map(|kind| kind.sql_name())
        .collect();
    let view = |effect: &&&Effect| effect.kind == RelationKind::MaterializedView;
    let written = effects.iter().filter(view).count() < effects.len();
    if let ([_, ..], true) = (free.as_slice(), written) {
        let verb = if free.len() == 1 { "goes" } else { "go" };
        text.push_str(&format!("; {} {verb} on", join_and(&free)));
    }
    text
}

/// `SHARE ROW EXCLUSIVE on orders and customers`, each with the lock that the work on it is done under; one that an earlier statement took has its line.
#[must_use]
pub fn lock_text(effects: &[&Effect]) -> String {
    let locked = |effect: &&Effect| {
        let earlier = effect.under.filter(|under| under.lock > effect.lock);
        let since = earlier.map(|under| under.place.line);
        (effect.effective_lock(), since)
    };
    let texts = grouped(effects, locked)
        .into_iter()
        .map(|((lock, since), names)| {
            let since = since.map(|line| format!(" since line {line}"));
            let since = since.unwrap_or_default();
            format!("{} on {}{since}", lock.sql_name(), join_and(&names))
        });
    texts.collect::<Vec<_>>().join(", ")
}

/// `reads and writes of orders, writes of customers`: who waits while the locks are waited for.
#[must_use]
pub fn waiting_text(effects: &[&Effect]) -> String {
    let reads = |effect: &&Effect| effect.blocks.contains(&Access::Select);
    let texts = grouped(effects, reads).into_iter().map(|(reads, names)| {
        let who = if reads { "reads and writes" } else { "writes" };
        format!("{who} of {}", join_and(&names))
    });
    texts.collect::<Vec<_>>().join(", ")
}

/// The names of relations by what is the same for them, in their order.
fn grouped<'e, K: PartialEq>(
    effects: &[&'e Effect],
    key: impl Fn(&&Effect) -> K,
) -> Vec<(K, Vec<&'e str>)> {
    let mut groups: Vec<(K, Vec<&str>)> = Vec::new();
    for effect in effects {
        let key = key(effect);
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, names)) => names.push(&effect.relation),
            None => groups.push((key, vec![&effect.relation])),
        }
    }
    groups
}

/// `a`, `a and b`, `a, b and c`.
#[must_use]
pub fn join_and(names: &[&str]) -> String {
    match names {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [rest @ .., last] => format!("{} and {last}", rest.join(", ")),
    }
}

/// A name as it must be written in SQL: in double quotes where it would be folded or is a reserved word.
#[must_use]
pub fn quote(name: &str) -> String {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    let starts = name.starts_with(|c: char| c.is_ascii_lowercase() || c == '_');
    if starts && name.chars().all(plain) && !keywords::is_reserved(name) {
        name.to_owned()
    } else {
        format!("\"{}\"", name.replace('"', "\"\""))
    }
}

/// A possibly qualified name as it must be written in SQL.
#[must_use]
pub fn quote_name(name: &Name) -> String {
    match &name.schema {
        Some(schema) => format!("{}.{}", quote(schema), quote(&name.name)),
        None => quote(&name.name),
    }
}
