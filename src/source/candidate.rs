//! Names of files that may hold migrations in code: Django's, and those of other tools.

use super::path::name;
use super::tools;
use std::path::Path;

/// Whether Django's loader would take the file for a migration, as far as its name tells.
#[must_use]
pub fn is_python_migration(path: &Path) -> bool {
    is_candidate(path) && is_numbered(path)
}

/// The same for files whose name says less.
pub(super) fn is_candidate(path: &Path) -> bool {
    let is_python = path.extension().is_some_and(|extension| extension == "py");
    is_python
        && !name(path).starts_with(['_', '~'])
        && (is_numbered(path) || is_in_migrations(path))
}

/// `0001_initial.py`
pub(super) fn is_numbered(path: &Path) -> bool {
    let bytes = name(path).as_bytes();
    bytes.len() > 5 && bytes[..4].iter().all(u8::is_ascii_digit) && bytes[4] == b'_'
}

fn is_in_migrations(path: &Path) -> bool {
    // Django's own machinery lies in a folder of that name.
    std::path::absolute(path).is_ok_and(|path| {
        path.parent().map(name) == Some("migrations")
            && !path
                .parent()
                .is_some_and(|folder| folder.ends_with("django/db/migrations"))
    })
}

/// Whether a migration in the code of some tool may lie here: its name is numbered, or it lies where migrations do.
pub(super) fn may_hold_code(path: &Path) -> bool {
    tools::may_be_code(name(path))
        && (has_number(name(path))
            || tools::is_called_freely(name(path)) && is_among_migrations(path))
}

/// Whether a name begins with a number, or with a version as some tools write it: `V2__x`, `m2024_x`, `Version2024`.
pub(super) fn has_number(name: &str) -> bool {
    let number = ["Version", "V", "R__", "m"]
        .iter()
        .find_map(|prefix| name.strip_prefix(prefix));
    let is_repeatable = name.starts_with("R__");
    is_repeatable
        || number
            .unwrap_or(name)
            .starts_with(|c: char| c.is_ascii_digit())
}

/// Whether one of the nearest folders is called as those that hold migrations.
pub(super) fn is_among_migrations(path: &Path) -> bool {
    let path = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    path.ancestors().skip(1).take(3).map(name).any(|folder| {
        let folder = folder.to_ascii_lowercase();
        folder.contains("migrat")
            || matches!(
                &*folder,
                "alembic" | "changelog" | "changelogs" | "versions"
            )
    })
}
