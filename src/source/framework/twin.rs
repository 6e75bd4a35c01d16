//! The file that takes back what another one does, by their names: `1_x.down.sql` for `1_x.up.sql`, `down.sql` for `up.sql`, `revert/x.sql` for `deploy/x.sql`.

use super::super::folder::Folder;
use super::super::path::name;
use super::super::{Script, SourceFile, Span, WayBack, dialect};
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Endings of files that undo what their twin did.
const DOWN_ENDINGS: &[&str] = &[".down", ".rollback", ".revert", ".undo"];

/// Folders of files that undo.
const DOWN_FOLDERS: &[&str] = &["down", "revert", "rollback", "rollbacks", "undo"];

/// Whether a file undoes a migration.
pub(in super::super) fn is_down(path: &Path) -> bool {
    let file = dialect::without_postgres(name(path));
    let stem = file.rsplit_once('.').map_or(file, |(stem, _)| stem);
    let folder = path.parent().map_or("", name);
    stem == "down"
        || DOWN_ENDINGS.iter().any(|ending| stem.ends_with(ending))
        || DOWN_FOLDERS.contains(&folder)
        || ["-", "_"].iter().any(|joint| {
            stem.strip_suffix(&format!("{joint}down"))
                .is_some_and(|base| path.with_file_name(format!("{base}{joint}up.sql")).exists())
        })
}

/// The way back of a script that is a whole file.
pub(super) fn way_back(folder: &Folder, script: &Script) -> WayBack {
    let mut twins = twins(script.file.path()).into_iter();
    let found = twins.find_map(|path| {
        let known = folder.files.iter().find(|member| member.path() == path);
        if let Some(member) = known {
            return Some(member.file.clone());
        }
        let bytes = folder.disk.read(&path).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        Some(Arc::new(SourceFile::new(path, text)))
    });
    found.map_or(WayBack::Missing, |file| {
        let whole = Span::new(0, file.text().len());
        WayBack::Written(file, vec![whole])
    })
}

/// Where it may lie.
fn twins(path: &Path) -> Vec<PathBuf> {
    let file = name(path);
    let (stem, extension) = file.rsplit_once('.').unwrap_or((file, "sql"));
    let mut twins = Vec::new();
    if stem == "up" {
        twins.push(path.with_file_name(format!("down.{extension}")));
    }
    for joint in [".", "-", "_"] {
        if let Some(base) = stem.strip_suffix(&format!("{joint}up")) {
            twins.push(path.with_file_name(format!("{base}{joint}down.{extension}")));
        }
    }
    if let Some((base, dialect)) = file.split_once(".up.") {
        twins.push(path.with_file_name(format!("{base}.down.{dialect}")));
    }
    for ending in DOWN_ENDINGS {
        twins.push(path.with_file_name(format!("{stem}{ending}.{extension}")));
    }
    if let Some(version) = file.strip_prefix('V') {
        twins.push(path.with_file_name(format!("U{version}")));
    }
    let folder = path.parent().unwrap_or(Path::new(""));
    for down in DOWN_FOLDERS {
        twins.push(folder.join(down).join(file));
        if matches!(name(folder), "up" | "deploy") {
            twins.push(folder.with_file_name(down).join(file));
        }
    }
    twins
}
