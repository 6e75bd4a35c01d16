//! How a history is spread over folders.

/// How a history is spread over folders.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Layout {
    /// All files in one folder.
    Flat,
    /// A folder a migration: `migrations/<version>/up.sql`.
    Folders,
    /// Versioned files in folders below one folder.
    Nested,
    /// Files in several folders: numbered ones, or those that the config calls one history.
    Joined,
    /// Committed migrations and the current one: `migrations/{committed/*.sql,current.sql}`.
    Committed,
    /// A plan beside the folders `deploy`, `revert` and `verify`.
    Planned,
    /// Files, wherever they lie, that a changelog names.
    Listed,
}

impl Layout {
    /// How many folders deep the history's files lie below its root.
    pub(super) fn depth(self) -> Option<usize> {
        match self {
            Self::Flat => Some(1),
            Self::Folders | Self::Committed => Some(2),
            Self::Nested | Self::Joined | Self::Planned | Self::Listed => None,
        }
    }

    /// Whether it says by itself what comes after what, so that nothing else can be joined to it.
    pub(super) const fn is_ordered(self) -> bool {
        matches!(self, Self::Committed | Self::Planned | Self::Listed)
    }
}
