//! Table-level lock modes, their conflicts, and the everyday work that waits for them.
//!
//! Source: PostgreSQL documentation, "Explicit Locking", table "Conflicting Lock Modes"; `src/backend/storage/lmgr/lock.c`, `LockConflicts`.

use super::Accesses;
use serde::{Deserialize, Serialize};

/// A table-level lock mode, weakest first, named as in `pg_locks.mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub enum LockMode {
    #[serde(rename = "AccessShareLock")]
    AccessShare,
    #[serde(rename = "RowShareLock")]
    RowShare,
    #[serde(rename = "RowExclusiveLock")]
    RowExclusive,
    #[serde(rename = "ShareUpdateExclusiveLock")]
    ShareUpdateExclusive,
    #[serde(rename = "ShareLock")]
    Share,
    #[serde(rename = "ShareRowExclusiveLock")]
    ShareRowExclusive,
    #[serde(rename = "ExclusiveLock")]
    Exclusive,
    #[serde(rename = "AccessExclusiveLock")]
    AccessExclusive,
}

use LockMode::{
    AccessExclusive, AccessShare, Exclusive, RowExclusive, RowShare, Share, ShareRowExclusive,
    ShareUpdateExclusive,
};

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
    /// All modes, weakest first.
    pub const ALL: [Self; 8] = [
        AccessShare,
        RowShare,
        RowExclusive,
        ShareUpdateExclusive,
        Share,
        ShareRowExclusive,
        Exclusive,
        AccessExclusive,
    ];

    /// The modes that cannot be held by another session while this one is held.
    #[must_use]
    pub const fn conflicts(self) -> &'static [Self] {
        match self {
            AccessShare => &[AccessExclusive],
            RowShare => &[Exclusive, AccessExclusive],
            RowExclusive => &[Share, ShareRowExclusive, Exclusive, AccessExclusive],
            ShareUpdateExclusive => &[
                ShareUpdateExclusive,
                Share,
                ShareRowExclusive,
                Exclusive,
                AccessExclusive,
            ],
            Share => &[
                RowExclusive,
                ShareUpdateExclusive,
                ShareRowExclusive,
                Exclusive,
                AccessExclusive,
            ],
            ShareRowExclusive => &[
                RowExclusive,
                ShareUpdateExclusive,
                Share,
                ShareRowExclusive,
                Exclusive,
                AccessExclusive,
            ],
            Exclusive => &[
                RowShare,
                RowExclusive,
                ShareUpdateExclusive,
                Share,
                ShareRowExclusive,
                Exclusive,
                AccessExclusive,
            ],
            AccessExclusive => &Self::ALL,
        }
    }

    /// Whether two sessions cannot hold `self` and `other` on one relation at the same time.
    #[must_use]
    pub const fn conflicts_with(self, other: Self) -> bool {
        let all = self.conflicts();
        let mut at = 0;
        while at < all.len() {
            if all[at] as u8 == other as u8 {
                return true;
            }
            at += 1;
        }
        false
    }

    /// The name that `LOCK TABLE` and the documentation use, for example `SHARE ROW EXCLUSIVE`.
    #[must_use]
    pub const fn sql_name(self) -> &'static str {
        match self {
            AccessShare => "ACCESS SHARE",
            RowShare => "ROW SHARE",
            RowExclusive => "ROW EXCLUSIVE",
            ShareUpdateExclusive => "SHARE UPDATE EXCLUSIVE",
            Share => "SHARE",
            ShareRowExclusive => "SHARE ROW EXCLUSIVE",
            Exclusive => "EXCLUSIVE",
            AccessExclusive => "ACCESS EXCLUSIVE",
        }
    }

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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failures::Failures;

    #[test]
    fn conflicts_are_mutual() {
        Failures::collect(|failures| {
            for a in LockMode::ALL {
                for b in LockMode::ALL {
                    let place = format!("{a:?} and {b:?}");
                    failures.equal(place, &a.conflicts_with(b), &b.conflicts_with(a));
                }
            }
        });
    }

    #[test]
    fn these_modes_shut_out_themselves() {
        let alone: Vec<LockMode> = LockMode::ALL
            .into_iter()
            .filter(|mode| mode.conflicts_with(*mode))
            .collect();
        assert_eq!(
            alone,
            [
                ShareUpdateExclusive,
                ShareRowExclusive,
                Exclusive,
                AccessExclusive
            ]
        );
    }

    /// `LOCK TABLE` beside `LOCK TABLE`: how many of the eight modes each one shuts out, by the documentation's table.
    #[test]
    fn each_mode_conflicts_with_so_many() {
        let counts = LockMode::ALL.map(|mode| mode.conflicts().len());
        assert_eq!(counts, [1, 2, 4, 5, 5, 6, 7, 8]);
    }
}
