//! Who runs the server: PostgreSQL refuses root, so that somebody else has to, who can reach everything he needs.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::copy::copy;
use super::find::Programs;
use super::processes::{self, bare};
use crate::error::Error;

/// Linux allows 107 bytes for the path of a socket, macOS 103; `/mig-lint-00000000/.s.PGSQL.5432.lock` comes to the folder's.
const LONGEST: usize = 62;

impl Runner {
    /// The folder to put the server's into: short enough for a socket, and in reach of the user.
    pub(super) fn base(&self) -> Result<PathBuf, Error> {
        let temp = std::env::temp_dir();
        let mut candidates = vec![temp.clone()];
        if cfg!(unix) {
            candidates.extend(["/tmp".into(), "/var/tmp".into()]);
        }
        candidates
            .into_iter()
            .find(|folder| folder.as_os_str().len() <= LONGEST && self.reaches(folder))
            .ok_or_else(|| Error::io("use", &temp)(io::ErrorKind::PermissionDenied.into()))
    }

    /// Programs that the user can run: these, or copies in the server's folder, where these lie in a home that is closed to others.
    pub(super) fn reachable(&self, programs: Programs, folder: &Path) -> Result<Programs, Error> {
        // Without another user they run as those did that told their version.
        if !self.is_other() || self.can_run(&programs).is_ok() {
            return Ok(programs);
        }
        let home = folder.join("programs");
        fs::create_dir(&home).map_err(Error::io("create", &home))?;
        self.give(&home)?;
        let from = programs.bin.parent().unwrap_or(&programs.bin);
        // PostgreSQL finds its libraries and data by the way from its programs.
        for part in ["bin", "lib", "lib64", "share"] {
            let part_from = from.join(part);
            if part_from.is_dir() {
                copy(&part_from, &home.join(part)).map_err(Error::io("copy programs to", &home))?;
            }
        }
        let copied = Programs {
            bin: home.join("bin"),
            version: programs.version,
        };
        match self.can_run(&copied) {
            Ok(()) => Ok(copied),
            Err(why) => Err(Error::NoUser {
                tried: self.name().to_owned(),
                why,
            }),
        }
    }

    fn can_run(&self, programs: &Programs) -> Result<(), String> {
        let mut command = self.command(&programs.path("initdb"));
        command.arg("--version");
        match processes::run(command) {
            Ok(_) => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    }
}

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

    fn is_other(&self) -> bool {
        self.user.is_some()
    }

    fn name(&self) -> &str {
        self.user.as_ref().map_or("you", |user| &user.name)
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

    fn is_other(&self) -> bool {
        false
    }

    fn name(&self) -> &'static str {
        "you"
    }

    pub(super) fn give(&self, _: &Path) -> Result<(), Error> {
        Ok(())
    }

    pub(super) fn reaches(&self, _: &Path) -> bool {
        true
    }
}
