//! What is known of each runner beside how it sends and wraps, as data.

use super::super::Outside;

/// What a convention says of its runner beside how it sends and wraps.
#[derive(Clone, Copy, Debug)]
pub(in super::super) struct Facts {
    /// How a folder is known to be one of its.
    pub(super) known_by: &'static str,
    /// What it runs and records as one.
    pub(super) unit: &'static str,
    pub(super) order: &'static str,
    /// What switches its transaction off.
    pub(super) switch: &'static str,
    /// The same, as its users write it.
    pub(super) outside: Outside,
    /// The commit whose source was read.
    pub(super) version: &'static str,
    /// Repository and files.
    pub(super) source: &'static str,
}
