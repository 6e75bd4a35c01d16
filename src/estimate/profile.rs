//! How fast a machine is at what migrations have it do.

/// Rows and bytes that are worked off in a second. What has both takes the sum of both times.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rate {
    pub rows: f64,
    pub bytes: f64,
}

impl Rate {
    /// Seconds for so many rows that hold so many bytes.
    #[must_use]
    pub fn seconds(self, rows: u64, bytes: u64) -> f64 {
        real(rows) / self.rows + real(bytes) / self.bytes
    }
}

#[allow(clippy::cast_precision_loss, reason = "an estimate")]
pub(crate) const fn real(number: u64) -> f64 {
    number as f64
}

/// The speed of a server and its machine, in what is worked off in a second.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Profile {
    /// Rows that are read and tested.
    pub scan: Rate,
    /// Rows that are written to a new file, with their write-ahead log.
    pub rewrite: Rate,
    /// Rows that an UPDATE writes anew.
    pub update: Rate,
    /// Entries that it makes in an index meanwhile, or that are looked up in one, row by row.
    pub entry: f64,
    /// Rows that a DELETE marks.
    pub delete: f64,
    /// Rows that are looked up for a foreign key among few keys, or keys that are made ready for it.
    pub look_up: f64,
    /// The same where the keys are many: a million.
    pub look_up_far: f64,
    /// Rows for which strong random numbers are drawn.
    pub draw: f64,
    /// Keys of a B-tree that are numbers, where a million are put in order.
    pub btree: f64,
    /// The same for keys that are text.
    pub btree_text: f64,
    /// The same for a hash index.
    pub hash: f64,
    /// The same for GiST.
    pub gist: f64,
    /// Rows that a GIN index takes in.
    pub gin: f64,
}

/// PostgreSQL 15 with the settings that it comes with, on two virtual processors of a cloud machine and its network disk, as `mig-lint prove --calibrate` measured it.
impl Default for Profile {
    fn default() -> Self {
        Self {
            scan: Rate {
                rows: 20e6,
                bytes: 1e9,
            },
            rewrite: Rate {
                rows: 2e6,
                bytes: 200e6,
            },
            update: Rate {
                rows: 1e6,
                bytes: 200e6,
            },
            entry: 600e3,
            delete: 2.5e6,
            look_up: 8e6,
            look_up_far: 2.5e6,
            draw: 1.4e6,
            btree: 2e6,
            btree_text: 700e3,
            hash: 1e6,
            gist: 300e3,
            gin: 100e3,
        }
    }
}
