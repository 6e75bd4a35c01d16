//! postgres-migrations: `<number>_<name>.sql` beside JavaScript, each file one query in a transaction.

use super::super::folder::{Folder, Member};
use super::super::order::digits;
use super::super::{Delivery, Framework, Outside, Script, TransactionMode, WayBack, surroundings};
use super::convention::{Convention, Habit, numbered, stem};
use super::facts::Facts;

pub(super) const CONVENTION: Convention = Convention {
    claims: |folder| {
        folder.files.iter().any(is_versioned)
            && (folder.files.iter().any(is_switched_off)
                || surroundings::mentions(&folder.root, "package.json", "\"postgres-migrations\""))
    },
    scripts,
    way_back: |_, _| WayBack::Unsupported,
    habit: Habit {
        framework: Framework::PostgresMigrations,
        transaction: TransactionMode::PerFile,
        delivery: Delivery::OneQuery,
        separators: &[],
    },
    facts: Facts {
        known_by: "package.json names it, or the switch stands in a file",
        unit: "file",
        order: "by number, with JavaScript between",
        switch: "`-- postgres-migrations disable-transaction`, anywhere",
        outside: Outside::Head("-- postgres-migrations disable-transaction"),
        version: "9d4d75749da9",
        source: "ThomWright/postgres-migrations src/run-migration.ts, src/files-loader.ts",
    },
    ..Convention::USUAL
};

fn is_versioned(member: &Member) -> bool {
    !digits(member.name()).is_empty()
}

fn is_switched_off(member: &Member) -> bool {
    member
        .text()
        .contains("-- postgres-migrations disable-transaction")
}

fn scripts(folder: &Folder, habit: &Habit) -> Vec<Script> {
    numbered(folder, is_versioned)
        .into_iter()
        .map(|member| habit.script_unless(is_switched_off(member), member, stem(member.name())))
        .collect()
}
