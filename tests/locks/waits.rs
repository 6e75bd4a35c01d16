//! Who is predicted to wait, and who was seen to.

use crate::differences::Compared;
use crate::form::{Excuse, UNPROBED, name_of, spelled_out};
use crate::rows::wanted_rows;
use mig_lint::engine::Prediction;
use mig_lint::ir::RelationKind;
use mig_lint::postgres::Access;
use std::collections::{BTreeMap, BTreeSet};

type Waits = BTreeMap<String, BTreeSet<String>>;

const CONCURRENT_INDEX: &str = "create-index-concurrently";

/// What is predicted and what was seen, made comparable; nothing where that was not measured.
pub(crate) fn waits(form: &Compared) -> Option<(Waits, Waits)> {
    let seen = form.seen.waits.as_ref()?;
    let probed = seen.iter().filter(|(name, _)| *name != UNPROBED);
    let mut seen: Waits = probed
        .map(|(name, kinds)| {
            let bare = name.rsplit('.').next().unwrap_or(name);
            (bare.to_owned(), spelled_out(kinds))
        })
        .collect();
    let mut waits = predicted(form);
    wanted_rows(form.form, form.excuses, &mut waits, &seen);
    if !form.form.held_by.is_empty() {
        forget_older(&mut waits, &mut seen);
    }
    Some((waits, seen))
}

/// Of what was probed, while the last statement holds its locks.
fn predicted(form: &Compared) -> Waits {
    let mut predictions = form.statements.iter().rev();
    let Some(prediction) = predictions.find_map(|it| it.prediction.as_deref()) else {
        return Waits::new();
    };
    // CREATE INDEX CONCURRENTLY is refused on a partitioned table.
    let refused = |name: &str, access: Access| {
        access == Access::CreateIndexConcurrently
            && ["pt", "ev"].contains(&name)
            && form.excuses.contains(&Excuse::NoConcurrentIndex)
    };
    let waiting = prediction.waits.iter();
    let waiting = waiting.filter(|(name, list)| probed(form, prediction, name) && !list.is_empty());
    waiting
        .map(|(name, list)| {
            let kinds = list.iter().copied().filter(|kind| !refused(name, *kind));
            let name = form.names.now.get(name).unwrap_or(name);
            (name.clone(), kinds.map(name_of).collect())
        })
        .collect()
}

/// Probed were the two tables that are always there, and what had to do with the statement.
fn probed(form: &Compared, prediction: &Prediction, name: &str) -> bool {
    let mut all = form.effects.iter();
    // Nothing can be asked of a foreign table that has no server.
    let foreign =
        all.any(|(_, effect)| effect.relation == name && effect.kind == RelationKind::ForeignTable);
    let everywhere = [Access::CreateIndexConcurrently];
    let waits = prediction.waits.get(name);
    name != UNPROBED
        && !foreign
        && (["t", "p"].contains(&name)
            || form.seen.locks.contains_key(name)
            || waits.is_some_and(|list| list[..] != everywhere))
}

/// Who waits for the older transactions that the statement waits for did not where those hold no snapshot.
fn forget_older(waits: &mut Waits, seen: &mut Waits) {
    for (name, kinds) in waits.iter_mut() {
        if seen
            .get(name)
            .is_none_or(|seen| !seen.contains(CONCURRENT_INDEX))
        {
            kinds.remove(CONCURRENT_INDEX);
        }
    }
    waits.retain(|_, kinds| !kinds.is_empty());
    let holder = BTreeSet::from([CONCURRENT_INDEX.to_owned()]);
    seen.retain(|name, kinds| waits.contains_key(name) || *kinds != holder);
}
