//! All rules, in the order of `rules/mod.rs`.

use super::{Context, Entry, Kind};
use crate::finding::Finding;
use crate::ir::Family;
use std::sync::LazyLock;

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

/// A rule that is asked about single statements, and its question.
pub type Check = (&'static Entry, fn(&Context<'_>) -> Vec<Finding>);

/// The rules that a statement of a family concerns, in their order; `touches`: it touches a relation, or refuses to run where it stands.
#[must_use]
pub fn asked(family: Family, touches: bool) -> &'static [Check] {
    static ASKED: LazyLock<Vec<[Vec<Check>; 2]>> = LazyLock::new(|| {
        let families = 0..Family::COUNT;
        families
            .map(|at| [false, true].map(|it| concerned(at, it)))
            .collect()
    });
    &ASKED[family as usize][usize::from(touches)]
}

fn concerned(family: usize, touches: bool) -> Vec<Check> {
    let check = |entry: &'static Entry| match entry.rule.kind {
        Kind::Check(check) if touches => Some((entry, check)),
        Kind::On(families, check) => {
            let mut families = families.iter();
            let named = families.any(|named| *named as usize == family);
            named.then_some((entry, check))
        }
        _ => None,
    };
    RULES.iter().filter_map(check).collect()
}
