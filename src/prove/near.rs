//! Which tables a case needs rows in: those that its migrations touch, those that these refer to, and those that refer to them.

use super::case::{Case, Statement};
use super::references::References;
use mig_lint_demo_db::observe::{self, Relation};
use mig_lint_demo_db::{Error, Session};
use std::collections::BTreeSet;

/// The relations that a case needs, by their numbers.
pub(super) struct Near {
    /// Those that it locks or works on, as far as is predicted and was seen.
    pub(super) touched: BTreeSet<u32>,
    /// All that are to have rows; `None` for every one.
    pub(super) filled: Option<BTreeSet<u32>>,
}

/// What a case is near to; `None` for the cases that are written for a proof, which are near to all there is.
pub(super) fn near(session: &mut Session, case: &Case) -> Result<Option<Near>, Error> {
    if case.elsewhere.is_none() {
        return Ok(None);
    }
    let statements = || case.observed().flat_map(|migration| &migration.statements);
    let relations = observe::relations(session)?;
    let named = |names: &BTreeSet<&str>| -> BTreeSet<u32> {
        let named = relations
            .iter()
            .filter(|relation| names.contains(relation.name.as_str()));
        named.flat_map(with_table).collect()
    };
    let mut touched = named(&statements().flat_map(locked).collect());
    let waiting = named(&statements().flat_map(waited_at).collect());
    let seen = relations
        .iter()
        .filter(|relation| case.worked_on.contains(&relation.display()));
    touched.extend(seen.flat_map(with_table));
    // What cannot be read may work on anything.
    let filled = if statements().any(|statement| statement.prediction.opaque) {
        None
    } else {
        let both = touched.union(&waiting).copied().collect();
        Some(References::read(session)?.needed(&both))
    };
    Ok(Some(Near { touched, filled }))
}

/// The relations that a statement is predicted to touch, or at which somebody is to wait; indexes with their tables.
pub(super) fn predicted(statement: &Statement, relations: &[Relation]) -> BTreeSet<u32> {
    let names: BTreeSet<&str> = locked(statement).chain(waited_at(statement)).collect();
    relations
        .iter()
        .filter(|relation| names.contains(relation.name.as_str()))
        .flat_map(with_table)
        .collect()
}

/// The names of what a statement is predicted to lock.
fn locked(statement: &Statement) -> impl Iterator<Item = &str> {
    let effects = statement.prediction.effects.iter();
    effects.flat_map(|effect| {
        let table = effect.table.as_deref().map(bare);
        std::iter::once(effect.relation.as_str()).chain(table)
    })
}

/// The names of what somebody is to wait at.
fn waited_at(statement: &Statement) -> impl Iterator<Item = &str> {
    let waits = statement.prediction.waits.iter();
    let some = waits.filter(|(_, kinds)| !kinds.is_empty());
    some.map(|(name, _)| bare(name))
}

fn with_table(relation: &Relation) -> impl Iterator<Item = u32> {
    [Some(relation.oid), relation.table].into_iter().flatten()
}

/// A name without its schema.
fn bare(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}
