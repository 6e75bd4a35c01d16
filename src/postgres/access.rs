//! The everyday work that waits for locks, and sets of its kinds.
//!
//! Source: PostgreSQL documentation, "Explicit Locking".

use super::LockMode;
use super::LockMode::{AccessShare, RowExclusive, RowShare, Share, ShareUpdateExclusive};
use serde::{Deserialize, Serialize};
use std::fmt;
use std::ops::{BitOr, BitOrAssign};

/// What other sessions do to a table while a migration runs: the seven kinds of work that may have to wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Access {
    Select,
    SelectForUpdate,
    Insert,
    Update,
    Delete,
    Vacuum,
    CreateIndexConcurrently,
}

impl Access {
    /// All kinds, reads first.
    pub const ALL: [Self; 7] = [
        Self::Select,
        Self::SelectForUpdate,
        Self::Insert,
        Self::Update,
        Self::Delete,
        Self::Vacuum,
        Self::CreateIndexConcurrently,
    ];

    /// What everybody does all day: who keeps one of these waiting keeps the site waiting.
    pub const EVERYDAY: [Self; 4] = [Self::Select, Self::Insert, Self::Update, Self::Delete];

    /// Whether it is one of [`Self::EVERYDAY`].
    #[must_use]
    pub fn is_everyday(self) -> bool {
        Self::EVERYDAY.contains(&self)
    }

    /// The lock that this kind of work takes on the table itself.
    #[must_use]
    pub const fn lock(self) -> LockMode {
        match self {
            Self::Select => AccessShare,
            Self::SelectForUpdate => RowShare,
            Self::Insert | Self::Update | Self::Delete => RowExclusive,
            Self::Vacuum | Self::CreateIndexConcurrently => ShareUpdateExclusive,
        }
    }

    /// Whether this kind of work waits for a session that holds `held` on the table.
    ///
    /// `CREATE INDEX CONCURRENTLY` also waits, between its phases, for every transaction whose lock conflicts with SHARE
    /// (`WaitForLockers` in `src/backend/commands/indexcmds.c`).
    #[must_use]
    pub const fn waits_for(self, held: LockMode) -> bool {
        self.lock().conflicts_with(held)
            || (matches!(self, Self::CreateIndexConcurrently) && Share.conflicts_with(held))
    }

    /// How a person writes it, for example `SELECT FOR UPDATE`.
    #[must_use]
    pub const fn sql_name(self) -> &'static str {
        match self {
            Self::Select => "SELECT",
            Self::SelectForUpdate => "SELECT FOR UPDATE",
            Self::Insert => "INSERT",
            Self::Update => "UPDATE",
            Self::Delete => "DELETE",
            Self::Vacuum => "VACUUM",
            Self::CreateIndexConcurrently => "CREATE INDEX CONCURRENTLY",
        }
    }
}

/// A set of kinds of work, told in the order of [`Access::ALL`].
#[derive(Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "Vec<Access>", into = "Vec<Access>")]
pub struct Accesses(u8);

impl Accesses {
    /// These kinds.
    #[must_use]
    pub const fn of(kinds: &[Access]) -> Self {
        let mut set = Self(0);
        let mut at = 0;
        while at < kinds.len() {
            set = set.with(kinds[at]);
            at += 1;
        }
        set
    }

    /// The same and this one.
    #[must_use]
    pub const fn with(self, kind: Access) -> Self {
        Self(self.0 | bit(kind))
    }

    #[must_use]
    pub const fn is_empty(self) -> bool {
        self.0 == 0
    }

    #[must_use]
    pub const fn contains(self, kind: Access) -> bool {
        self.0 & bit(kind) != 0
    }

    /// What is in both.
    #[must_use]
    pub const fn among(self, others: Self) -> Self {
        Self(self.0 & others.0)
    }

    /// What is in this set alone.
    #[must_use]
    pub const fn without(self, others: Self) -> Self {
        Self(self.0 & !others.0)
    }

    /// Whether one of them is what everybody does all day.
    #[must_use]
    pub const fn has_everyday(self) -> bool {
        !self.among(Self::of(&Access::EVERYDAY)).is_empty()
    }

    /// The kinds, in the order of [`Access::ALL`].
    pub fn iter(self) -> impl Iterator<Item = Access> {
        let all = Access::ALL.into_iter();
        all.filter(move |kind| self.contains(*kind))
    }
}

const fn bit(kind: Access) -> u8 {
    1 << kind as u8
}

impl fmt::Debug for Accesses {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_set().entries(self.iter()).finish()
    }
}

impl BitOr for Accesses {
    type Output = Self;

    fn bitor(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }
}

impl BitOrAssign for Accesses {
    fn bitor_assign(&mut self, others: Self) {
        self.0 |= others.0;
    }
}

impl FromIterator<Access> for Accesses {
    fn from_iter<I: IntoIterator<Item = Access>>(kinds: I) -> Self {
        let sets = kinds.into_iter().map(|kind| Self(bit(kind)));
        sets.fold(Self::default(), BitOr::bitor)
    }
}

impl From<Vec<Access>> for Accesses {
    fn from(kinds: Vec<Access>) -> Self {
        Self::of(&kinds)
    }
}

impl From<Accesses> for Vec<Access> {
    fn from(set: Accesses) -> Self {
        set.iter().collect()
    }
}

/// Who waits for each mode: asked for every lock on every partition, and so worked out once.
const BLOCKED: [Accesses; LockMode::ALL.len()] = {
    let mut blocked = [Accesses::of(&[]); LockMode::ALL.len()];
    let mut mode = 0;
    while mode < blocked.len() {
        let mut kind = 0;
        while kind < Access::ALL.len() {
            if Access::ALL[kind].waits_for(LockMode::ALL[mode]) {
                blocked[mode] = blocked[mode].with(Access::ALL[kind]);
            }
            kind += 1;
        }
        mode += 1;
    }
    blocked
};

impl LockMode {
    /// Who waits while another session holds this mode on the table.
    #[must_use]
    pub const fn blocks(self) -> Accesses {
        BLOCKED[self as usize]
    }

    /// Whether reads (`SELECT`) wait for this mode.
    #[must_use]
    pub const fn blocks_reads(self) -> bool {
        Access::Select.waits_for(self)
    }

    /// Whether writes (`INSERT`, `UPDATE`, `DELETE`) wait for this mode.
    #[must_use]
    pub const fn blocks_writes(self) -> bool {
        Access::Insert.waits_for(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_once_and_in_their_order() {
        let kinds = [Access::Vacuum, Access::Select, Access::Vacuum];
        let set: Accesses = kinds.into_iter().collect();
        assert_eq!(Vec::<Access>::from(set), [Access::Select, Access::Vacuum]);
        assert_eq!(set, Accesses::of(&kinds));
        assert_eq!(Vec::<Access>::from(Accesses::of(&Access::ALL)), Access::ALL);
    }

    #[test]
    fn sets_are_taken_from_each_other() {
        let writes = Accesses::of(&[Access::Insert, Access::Update]);
        let inserts = Accesses::of(&[Access::Insert, Access::Select]);
        assert_eq!(writes.among(inserts), Accesses::of(&[Access::Insert]));
        assert_eq!(writes.without(inserts), Accesses::of(&[Access::Update]));
        assert!(writes.without(inserts).has_everyday());
        assert!(!Accesses::of(&[Access::Vacuum]).has_everyday());
    }
}
