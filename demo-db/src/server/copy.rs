//! Copies of programs for a user who cannot reach or read the originals.

use std::fs;
use std::io;
use std::path::Path;

use modes::{is_open, is_program, open_to_all};

/// Copies a folder so that everybody can read it, by links where the file system has them.
pub(super) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    open_to_all(to, true)?;
    for entry in fs::read_dir(from)? {
        let (source, target) = {
            let entry = entry?;
            (entry.path(), to.join(entry.file_name()))
        };
        // Links are followed: what they lead to may be out of reach.
        let data = fs::metadata(&source)?;
        if data.is_dir() {
            copy(&source, &target)?;
        } else if source.is_symlink() || !is_open(&data) || fs::hard_link(&source, &target).is_err()
        {
            fs::copy(&source, &target)?;
            open_to_all(&target, is_program(&data))?;
        }
    }
    Ok(())
}

#[cfg(unix)]
mod modes {
    use std::fs::{self, Metadata};
    use std::io;
    use std::os::unix::fs::PermissionsExt as _;
    use std::path::Path;

    pub(super) fn is_program(file: &Metadata) -> bool {
        file.permissions().mode() & 0o100 != 0
    }

    /// Whether everybody can use a file as its owner can.
    pub(super) fn is_open(file: &Metadata) -> bool {
        let wanted = if is_program(file) { 0o005 } else { 0o004 };
        file.permissions().mode() & wanted == wanted
    }

    /// Whatever our umask and the mode of the original are.
    pub(super) fn open_to_all(path: &Path, runs: bool) -> io::Result<()> {
        let mode = if runs { 0o755 } else { 0o644 };
        fs::set_permissions(path, fs::Permissions::from_mode(mode))
    }
}

/// Elsewhere servers run as whoever starts them.
#[cfg(not(unix))]
mod modes {
    use std::fs::Metadata;
    use std::io;
    use std::path::Path;

    pub(super) fn is_program(_: &Metadata) -> bool {
        true
    }

    pub(super) fn is_open(_: &Metadata) -> bool {
        true
    }

    pub(super) fn open_to_all(_: &Path, _: bool) -> io::Result<()> {
        Ok(())
    }
}
