//! Table-level lock modes, their conflicts, and the everyday work that waits for them.
//!
//! Source: PostgreSQL documentation, "Explicit Locking", table "Conflicting Lock Modes"; `src/backend/storage/lmgr/lock.c`, `LockConflicts`.

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
