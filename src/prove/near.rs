//! Which tables a case needs rows in: those that its migrations touch, those that these refer to, and those that refer to them.

use super::case::{Case, Statement};
use super::references::References;
use mig_lint_demo_db::observe::{self, Relation};
use mig_lint_demo_db::{Error, Session};
use std::collections::BTreeSet;

/// The relations that a case needs, by their numbers.
pub(super) struct Near {
    /// Those that it touches, as far as is predicted and was seen.
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
    let mut touched = BTreeSet::new();
    for statement in statements() {
        touched.extend(predicted(statement, &relations));
    }
    let seen = relations
        .iter()
        .filter(|relation| case.worked_on.contains(&relation.display()));
    touched.extend(seen.flat_map(with_table));
    // What cannot be read may work on anything.
    let filled = if statements().any(|statement| statement.prediction.opaque) {
        None
    } else {
        Some(References::read(session)?.needed(&touched))
    };
    Ok(Some(Near { touched, filled }))
}

/// The relations that a statement is predicted to touch, or at which somebody is to wait; indexes with their tables.
pub(super) fn predicted(statement: &Statement, relations: &[Relation]) -> BTreeSet<u32> {
    let mut names = BTreeSet::new();
    for effect in &statement.prediction.effects {
        names.insert(effect.relation.as_str());
        names.extend(effect.table.as_deref().map(bare));
    }
    names.extend(statement.prediction.waits.keys().map(|name| bare(name)));
    relations
        .iter()
        .filter(|relation| names.contains(relation.name.as_str()))
        .flat_map(with_table)
        .collect()
}

fn with_table(relation: &Relation) -> impl Iterator<Item = u32> {
    [Some(relation.oid), relation.table].into_iter().flatten()
}

/// A name without its schema.
fn bare(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}
