//! From a changelog to all that it includes.

use super::item::{self, Item};
use super::listed::{Change, Changelog, Entry};
use crate::source::Files;
use crate::source::dialect::names_postgres;
use crate::source::path::{name, normal};
use std::path::{Path, PathBuf};
use walkdir::WalkDir;

/// Parts of a changeset that change nothing themselves.
const IDLE: &[&str] = &[
    "comment",
    "empty",
    "modifySql",
    "output",
    "preConditions",
    "property",
    "rollback",
    "tagDatabase",
    "validCheckSum",
    "validCheckSums",
];

/// What the changelog of this path runs; `None` where it is none.
pub(super) fn follow(path: &Path, files: &dyn Files) -> Option<Changelog> {
    let mut follower = Follower {
        found: Changelog {
            path: path.to_owned(),
            ..Changelog::default()
        },
        files,
    };
    follower.changelog(path)?;
    Some(follower.found)
}

struct Follower<'f> {
    found: Changelog,
    files: &'f dyn Files,
}

impl Follower<'_> {
    fn changelog(&mut self, path: &Path) -> Option<()> {
        // One that includes itself runs nothing twice.
        if !self.found.followed.insert(path.to_owned()) {
            return Some(());
        }
        let text = text(path, self.files)?;
        for item in item::items(name(path), &text)? {
            match &*item.name {
                "include" => self.include(&item, path),
                "includeAll" => self.include_all(&item, path),
                "changeSet" => self.changeset(&item, path),
                _ => {}
            }
        }
        Some(())
    }

    fn include(&mut self, item: &Item, from: &Path) {
        let found = item.field("file");
        if let Some(path) = found.and_then(|file| Self::locate(file, item, from, Path::is_file)) {
            self.file(path);
        }
    }

    /// All files of a folder and below, by their paths.
    fn include_all(&mut self, item: &Item, from: &Path) {
        let found = item.field("path");
        let Some(folder) = found.and_then(|path| Self::locate(path, item, from, Path::is_dir))
        else {
            return;
        };
        let entries = WalkDir::new(folder).into_iter().flatten();
        let files = entries.filter(|entry| entry.file_type().is_file());
        let mut paths: Vec<PathBuf> = files.map(walkdir::DirEntry::into_path).collect();
        paths.sort();
        let wanted = item.field("endsWithFilter").unwrap_or_default();
        for path in paths
            .into_iter()
            .filter(|path| name(path).ends_with(wanted))
        {
            self.file(path);
        }
    }

    fn file(&mut self, path: PathBuf) {
        if name(&path).to_ascii_lowercase().ends_with(".sql") {
            // A changeset is known by its file and id, and runs once.
            let entry = Entry::Included(path);
            if !self.found.entries.contains(&entry) {
                self.found.entries.push(entry);
            }
        } else if item::is_read(name(&path)) {
            if self.changelog(&path).is_none() {
                self.found.entries.push(Entry::Code);
            }
        } else {
            self.found.entries.push(Entry::Code);
        }
    }

    fn changeset(&mut self, item: &Item, from: &Path) {
        if item.field("dbms").is_some_and(|dbms| !names_postgres(dbms)) {
            return;
        }
        let lists = item.parts.iter().filter(|part| part.name == "changes");
        let changes = lists.flat_map(|list| &list.parts).chain(&item.parts);
        for change in changes.filter(|part| part.name != "changes") {
            let other = change
                .field("dbms")
                .is_some_and(|dbms| !names_postgres(dbms));
            if other || IDLE.contains(&&*change.name) {
                continue;
            }
            let path = change.field("path").filter(|_| change.name == "sqlFile");
            let path = path.and_then(|path| Self::locate(path, change, from, Path::is_file));
            let entry = match path {
                Some(path) => Entry::Run(Change {
                    path,
                    id: item.field("id").unwrap_or_default().to_owned(),
                    in_transaction: !item.is("runInTransaction", false),
                    splits: !change.is("splitStatements", false),
                    delimiter: change.field("endDelimiter").map(str::to_owned),
                }),
                None => {
                    self.found.with_code.insert(from.to_owned());
                    Entry::Code
                }
            };
            self.found.entries.push(entry);
        }
    }

    /// Where a path leads: below the changelog's own folder, or below one of those above it, of which the search path holds one.
    fn locate(
        path: &str,
        item: &Item,
        from: &Path,
        is_there: fn(&Path) -> bool,
    ) -> Option<PathBuf> {
        let path = path.trim().trim_start_matches("classpath*:");
        let path = path
            .trim_start_matches("classpath:")
            .trim_start_matches('/');
        let above = from.ancestors().skip(1);
        let own = if item.is("relativeToChangelogFile", true) {
            1
        } else {
            usize::MAX
        };
        let mut paths = above.take(own).map(|folder| normal(&folder.join(path)));
        paths.find(|path| is_there(path))
    }
}

/// The text of a file; `None` where it cannot be read, or is too large for a list of files.
fn text(path: &Path, files: &dyn Files) -> Option<String> {
    const LARGEST: u64 = 4 << 20;
    if path.metadata().is_ok_and(|found| found.len() > LARGEST) {
        return None;
    }
    String::from_utf8(files.read(path).ok()?).ok()
}
