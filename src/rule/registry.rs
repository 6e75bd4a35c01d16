//! All rules, in the order of `rules/mod.rs`.

use super::Entry;

/// Every rule, those of the engine included.
pub static RULES: &[Entry] = include!(concat!(env!("OUT_DIR"), "/registry.rs"));

/// Each rule by its own name, for who reports by it: a folder that goes takes its name along.
pub mod entry {
    use super::{Entry, RULES};

    include!(concat!(env!("OUT_DIR"), "/entries.rs"));
}

/// The rules that an id names: the one that is called so, and those whose findings once were.
pub fn named(id: &str) -> impl Iterator<Item = &'static Entry> {
    RULES.iter().filter(move |entry| entry.is_called(id))
}

/// Whether it is what some rules were called before they were split off or renamed.
#[must_use]
pub fn is_former(id: &str) -> bool {
    named(id).any(|entry| entry.id != id)
}

/// The rule with this id.
#[must_use]
pub fn find(id: &str) -> Option<&'static Entry> {
    RULES.iter().find(|entry| entry.id == id)
}
