//! Random numbers that depend on seed, column and row only: no row depends on how many there are.

use rand::{Rng, SeedableRng};
use rand_pcg::Pcg64Mcg;
use sha2::{Digest, Sha256};

/// The numbers of one column.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stream(u64);

impl Stream {
    /// A stream of its own for each seed and name.
    pub(super) fn new(seed: u64, names: &[&str]) -> Self {
        let mut hash = Sha256::new();
        hash.update(seed.to_le_bytes());
        for name in names {
            hash.update(name.as_bytes());
            hash.update([0]);
        }
        let mut first = [0; 8];
        first.copy_from_slice(&hash.finalize()[..8]);
        Self(u64::from_le_bytes(first))
    }

    /// The generator for one row.
    fn row(self, row: u64) -> Pcg64Mcg {
        // seed_from_u64 mixes: neighbouring rows have nothing in common.
        Pcg64Mcg::seed_from_u64(self.0.wrapping_add(row))
    }

    /// A number below `limit`, which is not 0.
    pub(super) fn below(self, row: u64, limit: u64) -> u64 {
        self.row(row).random_range(0..limit)
    }

    /// True in that share of the rows.
    pub(super) fn chance(self, row: u64, share: f64) -> bool {
        self.row(row).random_bool(share.clamp(0.0, 1.0))
    }

    /// Fills with random bytes.
    pub(super) fn bytes(self, row: u64, bytes: &mut [u8]) {
        self.row(row).fill(bytes);
    }
}
