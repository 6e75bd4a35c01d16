//! Who runs the server: PostgreSQL refuses root, so that somebody else has to, who can reach everything he needs.

use std::path::Path;
use std::process::Command;

use super::processes::bare;
use crate::error::Error;

/// Who runs the server's programs: we ourselves, or another user when we are root.
#[derive(Debug, Clone)]
pub(super) struct Runner {
    #[cfg(unix)]
    user: Option<nix::unistd::User>,
}

/// Tried in this order; `initdb` wants one with a passwd entry. `postgres` is made by packages for just this.
#[cfg(unix)]
const USERS: &[&str] = &["postgres", "nobody", "daemon"];

#[cfg(unix)]
impl Runner {
    pub(super) fn choose() -> Result<Runner, Error> {
        use nix::unistd::{User, geteuid};
        if !geteuid().is_root() {
            return Ok(Runner { user: None });
        }
        let user = USERS.iter().find_map(|name| {
            User::from_name(name)
                .ok()
                .flatten()
                .filter(|user| !user.uid.is_root())
        });
        match user {
            Some(user) => Ok(Runner { user: Some(user) }),
            None => Err(Error::NoUser {
                tried: USERS.join(", "),
                why: "none has an entry in /etc/passwd".to_owned(),
            }),
        }
    }

    /// A command that runs as this user, in a folder that every user can be in.
    pub(super) fn command(&self, program: &Path) -> Command {
        use std::os::unix::process::CommandExt as _;
        let mut command = bare(program);
        command.current_dir("/");
        if let Some(user) = &self.user {
            // With a user set, the standard library also gives up root's other groups.
            command.uid(user.uid.as_raw()).gid(user.gid.as_raw());
            command.env("HOME", "/");
        }
        command
    }

    /// Makes the user the owner of a folder.
    pub(super) fn give(&self, path: &Path) -> Result<(), Error> {
        let Some(user) = &self.user else {
            return Ok(());
        };
        std::os::unix::fs::chown(path, Some(user.uid.as_raw()), Some(user.gid.as_raw()))
            .map_err(Error::io("hand over", path))
    }

    /// Whether the user can be in this folder; a home of mode 0700 further up would be in the way.
    pub(super) fn reaches(&self, folder: &Path) -> bool {
        if self.user.is_none() {
            return true;
        }
        let mut command = self.command(Path::new("/bin/sh"));
        command.args(["-c", ":"]).current_dir(folder);
        command.status().is_ok_and(|status| status.success())
    }
}

#[cfg(not(unix))]
impl Runner {
    pub(super) fn choose() -> Result<Runner, Error> {
        Ok(Runner {})
    }

    pub(super) fn command(&self, program: &Path) -> Command {
        bare(program)
    }

    pub(super) fn give(&self, _: &Path) -> Result<(), Error> {
        Ok(())
    }

    pub(super) fn reaches(&self, _: &Path) -> bool {
        true
    }
}
