//! What others do to a table while a migration runs.

/// What others do to a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// `SELECT ... LIMIT 10`
    Select,
    SelectForUpdate,
    Insert,
    Update,
    Delete,
    Vacuum,
    CreateIndexConcurrently,
}

impl Kind {
    /// All kinds: rows first, then what tries to lock the whole table.
    pub const ALL: [Self; 7] = [
        Self::Select,
        Self::SelectForUpdate,
        Self::Insert,
        Self::Update,
        Self::Delete,
        Self::Vacuum,
        Self::CreateIndexConcurrently,
    ];

    /// What an application does all the time.
    pub const EVERYDAY: [Self; 4] = [Self::Select, Self::Insert, Self::Update, Self::Delete];

    /// Whether it runs in a transaction that is then rolled back, so that nothing is left of it.
    #[must_use]
    pub fn in_transaction(self) -> bool {
        !matches!(self, Self::Vacuum | Self::CreateIndexConcurrently)
    }
}

/// How the indexes are called that `CREATE INDEX CONCURRENTLY` leaves behind.
pub const INDEX_PREFIX: &str = "mig_lint_probe_";
