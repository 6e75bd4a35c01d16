//! What a transaction holds on tables that a statement is not about: a summary of bounded size, however much that is.

use crate::postgres::LockMode;
use crate::schema::RelationId;
use crate::sizes::Size;
use crate::source::Place;
use std::collections::BTreeMap;
use std::sync::Arc;

/// How many tables of a lock mode are kept.
const FEW: usize = 4;

/// A lock on another relation that an earlier statement of the same transaction took, and for which reads or writes wait until it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldLock {
    pub id: RelationId,
    /// The table's name; for an index that of its table.
    pub relation: String,
    pub lock: LockMode,
    /// Where the statement that took it begins.
    pub place: Place,
    /// How large the table is, as far as that is known.
    pub estimate: Option<Size>,
}

/// The tables that are locked in one mode.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldMode {
    pub lock: LockMode,
    /// The first few in their order; the last one of all stands last.
    pub few: Vec<HeldLock>,
    pub total: usize,
}

/// What the transaction holds elsewhere. Copies share what they say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct HeldElsewhere {
    /// The strongest first; nothing where nothing is held, as most often.
    modes: Option<Arc<[HeldMode]>>,
    hot: bool,
}

impl HeldElsewhere {
    /// By mode, the strongest first.
    #[must_use]
    pub fn modes(&self) -> &[HeldMode] {
        self.modes.as_deref().unwrap_or_default()
    }

    /// Whether nothing is held.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.modes.is_none()
    }

    /// Whether one of the tables is in use all the time.
    #[must_use]
    pub const fn is_hot(&self) -> bool {
        self.hot
    }

    /// The strongest lock; of several the last.
    #[must_use]
    pub fn strongest(&self) -> Option<&HeldLock> {
        self.modes().first()?.few.last()
    }

    /// How many tables are locked.
    #[must_use]
    pub fn total(&self) -> usize {
        self.modes().iter().map(|mode| mode.total).sum()
    }
}

impl FromIterator<HeldLock> for HeldElsewhere {
    /// One lock a table, in the order in which they are to be told.
    fn from_iter<I: IntoIterator<Item = HeldLock>>(locks: I) -> Self {
        let mut hot = false;
        let mut modes: BTreeMap<LockMode, HeldMode> = BTreeMap::new();
        for held in locks {
            hot |= held.estimate.as_ref().is_some_and(|size| size.hot);
            let lock = held.lock;
            let mode = modes.entry(lock).or_insert_with(|| HeldMode {
                lock,
                few: Vec::new(),
                total: 0,
            });
            mode.few.truncate(FEW - 1);
            mode.few.push(held);
            mode.total += 1;
        }
        let modes: Arc<[HeldMode]> = modes.into_values().rev().collect();
        Self {
            modes: Some(modes).filter(|modes| !modes.is_empty()),
            hot,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{HeldElsewhere, HeldLock};
    use crate::postgres::LockMode;
    use crate::schema::RelationId;
    use crate::source::Place;

    fn held(id: u32, lock: LockMode) -> HeldLock {
        HeldLock {
            id: RelationId(id),
            relation: format!("t{id}"),
            lock,
            place: Place { line: 1, column: 1 },
            estimate: None,
        }
    }

    #[test]
    fn many_locks_are_a_few_and_a_number() {
        let shares = (0..20).map(|id| held(id, LockMode::Share));
        let all = shares.chain([held(20, LockMode::AccessExclusive)]);
        let held: HeldElsewhere = all.collect();
        let shown = held.modes().iter().map(|mode| (mode.few.len(), mode.total));
        assert_eq!(shown.collect::<Vec<_>>(), [(1, 1), (4, 20)]);
        let last = |at: usize| held.modes()[at].few.last().map(|held| held.id.0);
        assert_eq!((last(0), last(1)), (Some(20), Some(19)));
        assert_eq!(held.strongest().map(|held| held.id.0), Some(20));
        assert_eq!(held.total(), 21);
    }
}
