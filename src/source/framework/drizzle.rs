//! Drizzle: files in the order of `meta/_journal.json`, or a folder each beside `snapshot.json`; all pending ones in one transaction.

use super::super::folder::{Folder, Member};
use super::super::layout::Layout;
use super::super::{Delivery, Framework, Outside, Script, TransactionMode, WayBack, dialect};
use super::convention::{Convention, Habit, numbered, stem};
use super::facts::Facts;
use serde::Deserialize;
use std::collections::HashMap;

pub(super) const CONVENTION: Convention = Convention {
    claims: |folder| journal(folder).is_some() || has_snapshots(folder),
    scripts,
    way_back: |_, _| WayBack::Unsupported,
    habit: Habit {
        framework: Framework::Drizzle,
        transaction: TransactionMode::AllPending,
        delivery: Delivery::Statements,
        separators: &["--> statement-breakpoint"],
    },
    list: Some("meta/_journal.json"),
    other_database: |folder| dialect::other(&journal(folder)?.dialect),
    facts: Facts {
        known_by: "`meta/_journal.json`, or `snapshot.json` beside each file",
        unit: "file",
        order: "`meta/_journal.json`",
        switch: "none",
        // Its transaction can be ended by a statement of the file.
        outside: Outside::Ended("COMMIT;\n--> statement-breakpoint"),
        version: "b7862528fd8f",
        source: "drizzle-team/drizzle-orm drizzle-orm/src/migrator.ts, drizzle-orm/src/pg-core/dialect.ts",
    },
    ..Convention::USUAL
};

#[derive(Deserialize)]
struct Journal {
    #[serde(default)]
    dialect: String,
    entries: Vec<Entry>,
}

#[derive(Deserialize)]
struct Entry {
    tag: String,
}

fn journal(folder: &Folder) -> Option<Journal> {
    if folder.layout != Layout::Flat {
        return None;
    }
    let text = folder.read("meta/_journal.json");
    serde_json::from_str(&text).ok()
}

fn has_snapshots(folder: &Folder) -> bool {
    folder.layout == Layout::Folders
        && folder
            .files
            .iter()
            .any(|member| member.path().with_file_name("snapshot.json").is_file())
}

fn scripts(folder: &Folder, habit: &Habit) -> Vec<Script> {
    if folder.layout == Layout::Folders {
        let mut scripts: Vec<Script> = folder
            .files
            .iter()
            .filter(|member| member.name() == "migration.sql")
            .map(|member| habit.script(member, member.folder_name()))
            .collect();
        scripts.sort_by(|a, b| a.name.cmp(&b.name));
        return scripts;
    }
    let Some(journal) = journal(folder) else {
        return numbered(folder, |_| true)
            .into_iter()
            .map(|member| habit.script(member, stem(member.name())))
            .collect();
    };
    if dialect::is_other(&journal.dialect) {
        return Vec::new();
    }
    let members: HashMap<&str, &Member> = folder
        .files
        .iter()
        .map(|member| (stem(member.name()), member))
        .collect();
    journal
        .entries
        .iter()
        .filter_map(|entry| Some(habit.script(members.get(entry.tag.as_str())?, &*entry.tag)))
        .collect()
}
