//! What a transaction holds on tables that a statement is not about: a summary of bounded size, however much that is.

use crate::postgres::LockMode;
use crate::schema::RelationId;
use crate::sizes::Size;
use crate::source::Place;
use std::sync::Arc;

/// How many tables of a lock mode are told of: the first ones, and the last.
pub(super) const FEW: usize = 4;

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

impl HeldElsewhere {
    /// From what is held in each mode, the strongest first; `hot`: one of the tables is in use all the time.
    pub(super) fn new(modes: Vec<HeldMode>, hot: bool) -> Self {
        Self {
            modes: (!modes.is_empty()).then(|| modes.into()),
            hot,
        }
    }
}
