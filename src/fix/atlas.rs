//! `atlas.sum`: of each file the hash of all up to it, and one of these hashes.
//!
//! Source: `HashFile` in `sql/migrate/dir.go` of ariga/atlas, 026c0bb74e86.

use super::pending::Pending;
use crate::finding::{Edit, Fix};
use crate::ir::Migration;
use crate::source::{SourceFile, Span};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

const SUM: &str = "atlas.sum";

/// What makes `atlas.sum` that of the files as they are with a fix.
pub(super) fn sum(
    pending: &Pending,
    migration: &Migration,
    fix: &Fix,
) -> Result<Edit, &'static str> {
    const OTHER: &str = "atlas.sum is not that of its files: make it anew by `atlas migrate hash`";
    let own = migration.file.path();
    let folder = own.parent().unwrap_or(Path::new(""));
    let path = folder.join(SUM);
    let text = pending.read(&path).ok_or(OTHER)?;
    let mut files = BTreeMap::new();
    for name in text.lines().filter_map(listed) {
        let text = pending.read(&folder.join(name)).ok_or(OTHER)?;
        files.insert(name.to_owned(), text);
    }
    if of(&files) != text.replace("\r\n", "\n") {
        return Err(OTHER);
    }
    let name = |path: &Path| path.file_name().map(|it| it.to_string_lossy().into_owned());
    files.extend(name(own).map(|name| (name, fix.applied_to(&migration.file))));
    let new = fix.files.iter();
    files.extend(new.filter_map(|file| Some((name(&file.path)?, file.text.clone()))));
    Ok(Edit {
        span: Span::new(0, text.len()),
        file: Arc::new(SourceFile::new(path, text)),
        text: of(&files),
    })
}

/// The file that a line lists.
fn listed(line: &str) -> Option<&str> {
    line.rsplit_once(" h1:").map(|(name, _)| name.trim())
}

/// The text of `atlas.sum` for these files.
fn of(files: &BTreeMap<String, String>) -> String {
    let (mut up_to, mut all) = (Sha256::new(), Sha256::new());
    let mut lines = String::new();
    for (name, text) in files {
        up_to.update(name);
        up_to.update(text);
        let hash = STANDARD.encode(up_to.clone().finalize());
        all.update(name);
        all.update(&hash);
        lines.push_str(&format!("{name} h1:{hash}\n"));
    }
    format!("h1:{}\n{lines}", STANDARD.encode(all.finalize()))
}
