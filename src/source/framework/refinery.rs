//! refinery: `V<version>__<name>.sql`, and `U` for versions that may come late, beside Rust code.

use super::super::folder::{Folder, Member};
use super::super::order::version;
use super::super::{Delivery, Framework, Outside, Script, TransactionMode, WayBack, surroundings};
use super::convention::{Convention, Habit, stem};
use super::facts::Facts;
use super::flyway::{Kind, kind};

pub(super) const CONVENTION: Convention = Convention {
    claims,
    scripts,
    way_back: |_, _| WayBack::Unsupported,
    habit: Habit {
        framework: Framework::Refinery,
        transaction: TransactionMode::PerFile,
        delivery: Delivery::OneQuery,
        separators: &[],
    },
    order: |a, b| {
        version(
            a.trim_start_matches(['V', 'U']),
            b.trim_start_matches(['V', 'U']),
        )
    },
    facts: Facts {
        known_by: "`V<version>__<name>.sql` where Cargo.toml names refinery",
        unit: "file",
        order: "by version; `U` may come late",
        switch: "none",
        outside: Outside::ByHand("refinery wraps every migration: run it by hand"),
        version: "14354f54c51a",
        source: "rust-db/refinery refinery_core/src/traits/sync.rs, refinery_core/src/util.rs",
    },
    ..Convention::USUAL
};

fn claims(folder: &Folder) -> bool {
    let root = &folder.root;
    let is_versioned = |member: &Member| matches!(kind(member.name()), Some(Kind::Versioned(_)));
    folder.files.iter().any(is_versioned)
        && !surroundings::has(root, "flyway.conf")
        && !surroundings::has(root, "flyway.toml")
        && (surroundings::mentions(root, "Cargo.toml", "refinery")
            || surroundings::mentions(root, "Cargo.lock", "name = \"refinery\""))
}

fn scripts(folder: &Folder, habit: &Habit) -> Vec<Script> {
    let mut versioned: Vec<(&str, &Member)> = folder
        .files
        .iter()
        .filter_map(|member| match kind(member.name())? {
            Kind::Versioned(version) | Kind::Undo(version) => Some((version, member)),
            Kind::Baseline(_) | Kind::Repeatable(_) => None,
        })
        .collect();
    versioned.sort_by(|a, b| version(a.0, b.0).then_with(|| a.1.path().cmp(b.1.path())));
    versioned
        .into_iter()
        .map(|(_, member)| habit.script(member, stem(member.name())))
        .collect()
}
