//! Sqitch: a change is a line of the plan, and a file each to deploy, revert and verify it.

use super::draft::Draft;
use super::lines::Ending;
use super::pending::Pending;
use crate::finding::{Edit, Fix, NewFile};
use crate::ir::Migration;
use crate::source::{SourceFile, Span};
use std::path::{Path, PathBuf};
use std::sync::Arc;

const PLAN: &str = "sqitch.plan";

/// The folder of what is run.
const DEPLOY: &str = "deploy";

/// Where a change lies.
struct Change {
    /// The folder that holds the plan.
    root: PathBuf,
    name: String,
}

impl Change {
    /// That of `deploy/<name>.sql`.
    fn of(path: &Path) -> Option<Self> {
        let mut folders = path.ancestors().skip(1);
        let deploy = folders.find(|folder| folder.ends_with(DEPLOY))?;
        let name = path.strip_prefix(deploy).ok()?.with_extension("");
        Some(Self {
            root: deploy.parent()?.to_owned(),
            name: name.to_str()?.to_owned(),
        })
    }

    fn file(&self, folder: &str) -> PathBuf {
        self.root.join(folder).join(format!("{}.sql", self.name))
    }
}

/// The files that deploy changes behind this one, whose names end with these words.
pub(super) fn paths(pending: &Pending, own: &Path, words: &[&str]) -> Vec<PathBuf> {
    let stem = own.with_extension("");
    let stem = stem.to_string_lossy();
    let mut paths: Vec<PathBuf> = Vec::new();
    for word in words {
        let named = |number: &str| PathBuf::from(format!("{stem}_{word}{number}.sql"));
        let (mut path, mut number) = (named(""), 1);
        while paths.contains(&path) || pending.files.is_file(&path) {
            number += 1;
            path = named(&number.to_string());
        }
        paths.push(path);
    }
    paths
}

/// The files of a new change; it has those that the change before it has.
pub(super) fn files(pending: &Pending, own: &Path, path: &Path, draft: &Draft) -> Vec<NewFile> {
    let (Some(model), Some(new)) = (Change::of(own), Change::of(path)) else {
        return Vec::new();
    };
    let name = &new.name;
    let deployed = if draft.is_outside {
        format!("-- Deploy {name}\n\n{}", draft.sql)
    } else {
        format!("-- Deploy {name}\n\nBEGIN;\n\n{}\nCOMMIT;\n", draft.sql)
    };
    let others = [
        (
            "revert",
            format!("-- Revert {name}: the change before takes back all of it\n"),
        ),
        (
            "verify",
            format!("-- Verify {name}: there is nothing that is its own\n"),
        ),
    ];
    let others = others
        .into_iter()
        .filter(|(folder, _)| pending.files.is_file(&model.file(folder)));
    let all = [(DEPLOY, deployed)].into_iter().chain(others);
    let files = all.map(|(folder, text)| NewFile {
        path: new.file(folder),
        text,
        is_migration: folder == DEPLOY,
    });
    files.collect()
}

/// The lines of the plan for the changes that a fix adds, right behind that of the change which it is for; whoever planned that one planned these.
pub(super) fn planned(
    pending: &Pending,
    migration: &Migration,
    fix: &Fix,
) -> Result<Edit, &'static str> {
    const NOT_ONCE: &str = "the plan does not name its change once";
    let own = Change::of(migration.file.path()).ok_or(NOT_ONCE)?;
    let path = own.root.join(PLAN);
    let text = pending.read(&path).ok_or("its plan cannot be read")?;
    let mut at = 0;
    let mut lines = Vec::new();
    for line in text.split_inclusive('\n') {
        let trimmed = line.trim_end();
        if trimmed.split_whitespace().next() == Some(&own.name) {
            lines.push((at + trimmed.len(), trimmed));
        }
        at += line.len();
    }
    let [(end, line)] = lines[..] else {
        return Err(NOT_ONCE);
    };
    let rest = line.trim_start()[own.name.len()..].trim_start();
    // What it requires is required by what requires it.
    let rest = match rest.strip_prefix('[') {
        Some(required) => required.split_once(']').map_or("", |(_, rest)| rest),
        None => rest,
    };
    let mut before = own.name;
    let mut added = String::new();
    let new = fix.files.iter().filter(|file| file.is_migration);
    for new in new.filter_map(|file| Change::of(&file.path)) {
        added.push_str(&format!("\n{} [{before}] {}", new.name, rest.trim_start()));
        before = new.name;
    }
    Ok(Edit {
        text: Ending::of(&text).of_text(&added),
        span: Span::new(end, end),
        file: Arc::new(SourceFile::new(path, text)),
    })
}
