//! What could not be looked at.

use std::path::{Path, PathBuf};

/// Something that could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    pub path: PathBuf,
    pub kind: FaultKind,
    pub message: String,
    pub help: String,
}

/// Why a path could not be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// A named path does not exist.
    Missing,
    Unreadable,
    NotUtf8,
    NulByte,
    /// A named file undoes or verifies a migration, and nothing else was named that holds one.
    DownMigration,
    /// A named path holds no migration.
    NoMigration,
}

impl Fault {
    pub(super) fn new(path: &Path, kind: FaultKind, message: String, help: &str) -> Self {
        Self {
            path: path.into(),
            kind,
            message,
            help: help.into(),
        }
    }
}
