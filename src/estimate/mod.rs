//! How long work on a table takes: rows and bytes, by the speed of a machine, as a range. Arithmetic alone: what a statement's work is, `effects` knows.

mod profile;

pub(crate) use profile::real;
pub use profile::{Profile, Rate};

use serde::{Deserialize, Serialize};
use std::iter::Sum;

/// A machine of the same make, at another hour, takes up to so many times as long or as short as is reckoned.
const SPREAD: f64 = 2.0;

/// Up to so many keys a table of hashes lies in the processor's caches.
const FEW: u64 = 100_000;

/// From so many on hardly any look-up finds there what it wants.
pub(crate) const MANY: u64 = 1_000_000;

/// A duration as a range, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Seconds {
    pub low: f64,
    pub high: f64,
}

/// How an index is built.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// B-tree over keys that are compared as numbers.
    Btree,
    /// B-tree over text, or over something computed.
    BtreeText,
    Hash,
    Gin,
    Gist,
    /// BRIN: a summary of each range of blocks, for which the table is only read.
    Summary,
}

/// A part of the rows, from 0 to 1, where it is not known how many.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    pub low: f64,
    pub high: f64,
}

impl Share {
    pub const ALL: Self = Self::exactly(1.0);
    pub const UNKNOWN: Self = Self {
        low: 0.0,
        high: 1.0,
    };

    #[must_use]
    pub const fn exactly(share: f64) -> Self {
        Self {
            low: share,
            high: share,
        }
    }
}

/// A piece of work.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Job {
    /// Every row is read and tested.
    Scan { rows: u64, bytes: u64 },
    /// Every row is written to a new file.
    Rewrite { rows: u64, bytes: u64 },
    /// Keys are put in order, and an index made of them; reading the table is another job.
    Build {
        rows: u64,
        method: Method,
        share: Share,
    },
    /// Each row is looked up among so many keys, which a foreign key refers to.
    LookUp { rows: u64, keys: u64 },
    /// For each row strong random numbers are drawn.
    Draw { rows: u64 },
    /// For each row it is looked up in an index whether another one is there.
    Probe { rows: u64 },
    /// Rows are written anew in place, each with its entry in so many indexes.
    Update {
        rows: u64,
        bytes: u64,
        indexes: u64,
        share: Share,
    },
    /// Rows are marked as gone.
    Delete { rows: u64, share: Share },
}

impl Profile {
    /// How long these take one after another.
    #[must_use]
    pub fn seconds(&self, jobs: &[Job]) -> Seconds {
        let shares = jobs.iter().map(Job::share);
        let means: Seconds = jobs
            .iter()
            .zip(shares)
            .map(|(job, share)| Seconds {
                low: self.mean(*job, share.low),
                high: self.mean(*job, share.high),
            })
            .sum();
        Seconds {
            low: means.low / SPREAD,
            high: means.high * SPREAD,
        }
    }

    fn mean(&self, job: Job, share: f64) -> f64 {
        match job {
            Job::Scan { rows, bytes } => self.scan.seconds(rows, bytes),
            Job::Rewrite { rows, bytes } => self.rewrite.seconds(rows, bytes),
            Job::Build { rows, method, .. } => self.build(real(rows) * share, method),
            Job::LookUp { rows, keys } => self.look_ups(rows, keys),
            Job::Draw { rows } => real(rows) / self.draw,
            Job::Probe { rows } => real(rows) / self.entry,
            Job::Update {
                rows,
                bytes,
                indexes,
                ..
            } => {
                let entries = real(rows) * real(indexes) / self.entry;
                (self.update.seconds(rows, bytes) + entries) * share
            }
            Job::Delete { rows, .. } => real(rows) * share / self.delete,
        }
    }

    /// The keys are put into a table of hashes, and each row is looked up there: the longer the less of that table fits into the processor's caches.
    ///
    /// Source: `RI_Initial_Check` in `src/backend/utils/adt/ri_triggers.c`, whose join is a hash join with `maintenance_work_mem`.
    fn look_ups(&self, rows: u64, keys: u64) -> f64 {
        let [few, many] = [FEW, MANY].map(|keys| real(keys).log2());
        let far = ((real(keys.max(1)).log2() - few) / (many - few)).clamp(0.0, 1.0);
        let (quick, slow) = (1.0 / self.look_up, 1.0 / self.look_up_far);
        (real(rows) + real(keys)) * (slow - quick).max(0.0).mul_add(far, quick)
    }

    fn build(&self, rows: f64, method: Method) -> f64 {
        let sorted = |rate: f64| rows / rate * sorting(rows);
        match method {
            Method::Btree => sorted(self.btree),
            Method::BtreeText => sorted(self.btree_text),
            Method::Hash => sorted(self.hash),
            Method::Gin => rows / self.gin,
            Method::Gist => sorted(self.gist),
            Method::Summary => 0.0,
        }
    }
}

impl Job {
    const fn share(&self) -> Share {
        match self {
            Self::Build { share, .. } | Self::Update { share, .. } | Self::Delete { share, .. } => {
                *share
            }
            Self::Scan { .. }
            | Self::Rewrite { .. }
            | Self::LookUp { .. }
            | Self::Draw { .. }
            | Self::Probe { .. } => Share::ALL,
        }
    }
}

/// To put n keys in order takes n log n comparisons; rates of sorting hold at a million.
pub(crate) fn sorting(rows: f64) -> f64 {
    rows.max(2.0).log2() / real(MANY).log2()
}

impl Seconds {
    /// The middle of the range, by factors.
    #[must_use]
    pub fn middle(self) -> f64 {
        (self.low * self.high).sqrt()
    }
}

impl Sum for Seconds {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(
            Self {
                low: 0.0,
                high: 0.0,
            },
            |sum, one| Self {
                low: sum.low + one.low,
                high: sum.high + one.high,
            },
        )
    }
}

#[cfg(test)]
mod tests {
    use super::{Job, Method, Profile, Share};

    #[test]
    fn ten_times_the_rows_take_ten_times_as_long_and_a_sort_a_little_more() {
        let profile = Profile::default();
        let middle = |job: Job| profile.seconds(&[job]).middle();
        let scan = |rows: u64| {
            let bytes = rows * 80;
            middle(Job::Scan { rows, bytes })
        };
        let build = |rows: u64| {
            middle(Job::Build {
                rows,
                method: Method::Btree,
                share: Share::ALL,
            })
        };
        let times = |of: &dyn Fn(u64) -> f64| of(10_000_000) / of(1_000_000);
        assert!((times(&scan) - 10.0).abs() < 0.01);
        assert!(times(&build) > 11.0 && times(&build) < 13.0);
    }

    #[test]
    fn a_look_up_takes_longer_among_many_keys_up_to_a_bound() {
        let profile = Profile::default();
        let one = |keys: u64| {
            let seconds = profile.seconds(&[Job::LookUp { rows: keys, keys }]);
            seconds.middle() / super::real(keys)
        };
        assert!((one(1_000) / one(100_000) - 1.0).abs() < 0.01);
        assert!(one(300_000) > 1.2 * one(100_000) && one(1_000_000) > 1.2 * one(300_000));
        assert!((one(10_000_000) / one(1_000_000) - 1.0).abs() < 0.01);
    }

    #[test]
    fn the_range_is_a_factor_of_four_and_wider_where_the_rows_are_not_known() {
        let profile = Profile::default();
        let rows = 1_000_000;
        let range = |share: Share| {
            let scan = Job::Scan {
                rows,
                bytes: 80_000_000,
            };
            let delete = Job::Delete { rows, share };
            let seconds = profile.seconds(&[scan, delete]);
            seconds.high / seconds.low
        };
        assert!((range(Share::ALL) - 4.0).abs() < 0.01);
        assert!(range(Share::UNKNOWN) > 8.0);
    }
}
