//! The words that messages share: which locks, who waits, names as SQL writes them.

use crate::effects::Effect;
use crate::finding::Names;
use crate::ir::{Name, RelationKind};
use crate::postgres::Access;
pub use crate::postgres::quote;
use std::borrow::Cow;
use std::sync::Arc;

/// `SHARE ROW EXCLUSIVE on orders and customers`, each with the lock that the work on it is done under; one that an earlier statement took has its line.
#[must_use]
pub fn lock_text(effects: &[&Arc<Effect>]) -> String {
    let locked = |effect: &&Arc<Effect>| {
        let earlier = effect.under.filter(|under| under.lock > effect.lock);
        let since = earlier.map(|under| under.place.line);
        (effect.effective_lock(), since)
    };
    let texts = grouped(effects, locked, |effect| (&effect.relation).into())
        .into_iter()
        .map(|((lock, since), names)| {
            let since = since.map(|line| format!(" since line {line}"));
            let since = since.unwrap_or_default();
            format!("{} on {names}{since}", lock.sql_name())
        });
    texts.collect::<Vec<_>>().join(", ")
}

/// `reads and writes of orders, writes of customers`: who waits while the locks are waited for.
#[must_use]
pub fn waiting_text(effects: &[&Arc<Effect>]) -> String {
    let reads = |effect: &&Arc<Effect>| effect.blocks.contains(Access::Select);
    let texts = grouped(effects, reads, table)
        .into_iter()
        .map(|(reads, names)| {
            let who = if reads { "reads and writes" } else { "writes" };
            format!("{who} of {names}")
        });
    texts.collect::<Vec<_>>().join(", ")
}

/// The table that users know; of an index that the history never made nobody knows it.
fn table(effect: &Effect) -> Cow<'_, str> {
    match &effect.table {
        Some(table) => table.into(),
        None if effect.kind == RelationKind::Index => {
            format!("the table of {}", effect.relation).into()
        }
        None => (&effect.relation).into(),
    }
}

/// The names of relations by what is the same for them, in their order.
fn grouped<K: PartialEq>(
    effects: &[&Arc<Effect>],
    key: impl Fn(&&Arc<Effect>) -> K,
    name: impl Fn(&Effect) -> Cow<'_, str>,
) -> Vec<(K, Names)> {
    let mut groups: Vec<(K, Names)> = Vec::new();
    for effect in effects {
        let key = key(effect);
        let name = name(effect);
        match groups.iter_mut().find(|(known, _)| *known == key) {
            Some((_, names)) => names.push(&name),
            None => groups.push((key, Names::from_iter([name]))),
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

/// A possibly qualified name as it must be written in SQL.
#[must_use]
pub fn quote_name(name: &Name) -> String {
    match &name.schema {
        Some(schema) => format!("{}.{}", quote(schema), quote(&name.name)),
        None => quote(&name.name),
    }
}
