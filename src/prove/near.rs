//! Which tables a case needs rows in: those that its migrations touch, those that these refer to, and those that refer to them.

use super::case::Case;
use mig_lint_demo_db::observe::{self, Relation};
use mig_lint_demo_db::{Error, Session};
use std::collections::BTreeSet;

/// What refers to what, by their numbers: foreign keys, partitions to what they are partitions of, views to what they read.
const REFERENCES: &str = "SELECT conrelid::bigint, confrelid::bigint FROM pg_catalog.pg_constraint WHERE contype = 'f'
    UNION SELECT inhrelid::bigint, inhparent::bigint FROM pg_catalog.pg_inherits
    UNION SELECT r.ev_class::bigint, d.refobjid::bigint FROM pg_catalog.pg_rewrite r
    JOIN pg_catalog.pg_depend d ON d.classid = 'pg_catalog.pg_rewrite'::regclass AND d.objid = r.oid AND d.refclassid = 'pg_catalog.pg_class'::regclass
    WHERE r.ev_class <> d.refobjid";

/// The relations that a case needs, by their numbers; `None` for all, as in the cases that are written for a proof, and where a migration
/// runs what cannot be read.
pub(super) fn near(session: &mut Session, case: &Case) -> Result<Option<BTreeSet<u32>>, Error> {
    if case.elsewhere.is_none() {
        return Ok(None);
    }
    let mut names = BTreeSet::new();
    for statement in case.observed().flat_map(|migration| &migration.statements) {
        if statement.prediction.opaque {
            return Ok(None);
        }
        for effect in &statement.prediction.effects {
            names.insert(effect.relation.as_str());
            names.extend(effect.table.as_deref().map(bare));
        }
        names.extend(statement.prediction.waits.keys().map(|name| bare(name)));
    }
    let named = |relation: &Relation| names.contains(relation.name.as_str());
    let relations = observe::relations(session)?;
    let touched: BTreeSet<u32> = relations
        .iter()
        .filter(|relation| named(relation))
        .flat_map(|relation| [Some(relation.oid), relation.table])
        .flatten()
        .collect();
    let number = |field: &Option<String>| field.as_deref().and_then(|text| text.parse().ok());
    let pairs: Vec<(u32, u32)> = session
        .rows(REFERENCES)?
        .iter()
        .filter_map(|row| Some((number(row.first()?)?, number(row.get(1)?)?)))
        .collect();
    let mut near = touched.clone();
    near.extend(
        pairs
            .iter()
            .filter(|(_, to)| touched.contains(to))
            .map(|(from, _)| *from),
    );
    loop {
        let before = near.len();
        let further: Vec<u32> = pairs
            .iter()
            .filter(|(from, _)| near.contains(from))
            .map(|(_, to)| *to)
            .collect();
        near.extend(further);
        if near.len() == before {
            return Ok(Some(near));
        }
    }
}

/// A name without its schema.
fn bare(name: &str) -> &str {
    name.rsplit('.').next().unwrap_or(name)
}
