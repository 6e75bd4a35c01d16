//! Prisma: `migrations/<timestamp>_<name>/migration.sql` in text order, each file one query string that nothing wraps.

use super::super::folder::Folder;
use super::super::layout::Layout;
use super::super::path::name;
use super::super::{Delivery, Framework, Outside, Script, TransactionMode, WayBack, dialect};
use super::convention::{Convention, Habit};
use super::facts::Facts;

pub(super) const CONVENTION: Convention = Convention {
    claims: |folder| {
        folder.layout == Layout::Folders
            && folder
                .files
                .iter()
                .any(|member| member.name() == "migration.sql")
    },
    scripts,
    way_back: |_, _| WayBack::Unsupported,
    habit: Habit {
        framework: Framework::Prisma,
        transaction: TransactionMode::Implicit,
        delivery: Delivery::OneQuery,
        separators: &[],
    },
    home: |folder| {
        let above = folder.root.parent().filter(|above| name(above) == "prisma");
        Some(above.unwrap_or(&folder.root).into())
    },
    other_database,
    facts: Facts {
        known_by: "folders that hold `migration.sql`",
        unit: "file",
        order: "text",
        switch: "leave the one statement alone in its file",
        outside: Outside::Alone,
        version: "issue 14456",
        source: "prisma/orm; its schema engine was not read, what is said stands on reports of users",
    },
    ..Convention::USUAL
};

fn scripts(folder: &Folder, habit: &Habit) -> Vec<Script> {
    if other_database(folder).is_some() {
        return Vec::new();
    }
    let mut scripts: Vec<Script> = folder
        .files
        .iter()
        .filter(|member| member.name() == "migration.sql")
        .map(|member| habit.script(member, member.folder_name()))
        .collect();
    scripts.sort_by(|a, b| a.name.cmp(&b.name));
    scripts
}

/// `migration_lock.toml` names the database: `provider = "mysql"`.
fn other_database(folder: &Folder) -> Option<&'static str> {
    let lock = folder.read("migration_lock.toml");
    let lock: toml::Table = toml::from_str(&lock).unwrap_or_default();
    let provider = lock.get("provider").and_then(toml::Value::as_str)?;
    dialect::other(provider)
}
