//! Names of Python files that may hold Django migrations.

use super::path::name;
use std::path::Path;

/// Whether Django's loader would take the file for a migration, as far as its name tells.
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
