//! The facts of a finding, from effects: who waits for which tables, and how large those are.

use crate::effects::{Effect, HeldElsewhere, Work};
use crate::finding::{TableSizes, Waits};
use crate::ir::RelationKind;
use crate::postgres::Accesses;
use rustc_hash::FxHashMap;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Who waits for these relations, and for what is held elsewhere.
pub(super) fn waits(effects: &[&Arc<Effect>], held: &HeldElsewhere) -> Waits {
    // A table and its indexes are one to those who wait.
    let mut tables: Vec<(&str, Accesses)> = Vec::new();
    let mut known: FxHashMap<&str, usize> = FxHashMap::default();
    let mut add = |table, waiting: Accesses| match known.get(table) {
        Some(at) => tables[*at].1 |= waiting,
        None => {
            known.insert(table, tables.len());
            tables.push((table, waiting));
        }
    };
    for effect in effects {
        add(table_of(effect), effect.waiting());
    }
    for mode in held.modes() {
        for held in &mode.few {
            add(&held.relation, mode.lock.blocks());
        }
    }
    let view = |effect: &&Arc<Effect>| effect.kind == RelationKind::MaterializedView;
    let mut waits = Waits {
        groups: Vec::new(),
        writable: !effects.iter().all(view),
    };
    for (table, waiting) in tables {
        waits.add(waiting, table);
    }
    for mode in held.modes() {
        waits.add_unnamed(mode.lock.blocks(), mode.total - mode.few.len());
    }
    waits
}

/// The sizes of those of them that are worked on.
pub(super) fn sizes(effects: &[&Arc<Effect>]) -> TableSizes {
    let mut sizes = TableSizes::default();
    let mut known = BTreeSet::new();
    for effect in effects.iter().filter(|effect| effect.work > Work::None) {
        let table = table_of(effect);
        if known.insert(table) {
            sizes.add(table, effect.size());
        }
    }
    sizes
}

/// The table that a relation is, or belongs to.
fn table_of(effect: &Effect) -> &str {
    effect.table.as_ref().unwrap_or(&effect.relation)
}
