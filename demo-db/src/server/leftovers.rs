//! What a run puts into the world is written down first, in a file that the run keeps locked: so the next run finds what a killed one left,
//! and never takes it from one that still goes on.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use etcetera::BaseStrategy as _;
use serde::{Deserialize, Serialize};

use super::processes;
use crate::error::Error;
use crate::notices::Notices;

/// How the names of all our folders begin, eight hexadecimal digits follow; nothing else is ever removed.
const PREFIX: &str = "mig-lint-";

/// How the records of runs end.
const RECORD: &str = "run";

/// One line of a record.
#[derive(Debug, Clone, Serialize, Deserialize)]
enum Entry {
    /// A folder that will be there from now on.
    Folder(PathBuf),
    /// A process that works in it, and a word of its arguments.
    Process(u32, String),
    /// The server in it was left running on purpose.
    Kept(Place),
}

/// How to find a server that is ours.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Place {
    /// The server's own folder.
    pub(super) folder: PathBuf,
    /// Its major version.
    pub(super) major: u16,
    /// The TCP port, where it does not listen on a socket.
    pub(super) port: Option<u16>,
    /// The superuser's password, which only TCP asks for.
    pub(super) password: String,
}

impl std::fmt::Debug for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Place")
            .field("folder", &self.folder)
            .finish_non_exhaustive()
    }
}

/// The record of this run, locked as long as it lives.
#[derive(Debug)]
pub(super) struct Record {
    file: File,
    path: PathBuf,
}

impl Record {
    pub(super) fn new() -> Result<Record, Error> {
        let folder = records()?;
        loop {
            let path = folder.join(format!("{:08x}.{RECORD}", rand::random::<u32>()));
            let mut options = OpenOptions::new();
            options.read(true).append(true).create_new(true);
            #[cfg(unix)]
            std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
            let file = options.open(&path).map_err(Error::io("create", &path))?;
            file.lock().map_err(Error::io("lock", &path))?;
            // A sweep may have come between the two and taken it for a leftover.
            if path.exists() {
                return Ok(Record { file, path });
            }
        }
    }

    /// Makes a folder of our own in `parent`, written down before it is there.
    pub(super) fn folder(&mut self, parent: &Path) -> Result<PathBuf, Error> {
        let path = parent.join(format!("{PREFIX}{:08x}", rand::random::<u32>()));
        self.write(&Entry::Folder(path.clone()))?;
        let mut builder = fs::DirBuilder::new();
        builder.recursive(false);
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        builder.create(&path).map_err(Error::io("create", &path))?;
        Ok(path)
    }

    /// Notes a process that would go on if we were killed.
    pub(super) fn process(&mut self, pid: u32, word: &str) -> Result<(), Error> {
        self.write(&Entry::Process(pid, word.to_owned()))
    }

    /// Leaves the server for later runs; the lock ends with this value.
    pub(super) fn keep(mut self, kept: Place) -> Result<(), Error> {
        self.write(&Entry::Kept(kept))
    }

    /// Stops what runs in our folders, removes them, and forgets the run.
    pub(super) fn clear(mut self) -> Result<(), Error> {
        let entries = self.entries();
        for entry in &entries {
            if let Entry::Process(pid, word) = entry {
                processes::kill_if(*pid, word);
            }
        }
        for entry in &entries {
            if let Entry::Folder(folder) = entry {
                remove(folder)?;
            }
        }
        fs::remove_file(&self.path).map_err(Error::io("remove", &self.path))
    }

    fn write(&mut self, entry: &Entry) -> Result<(), Error> {
        let mut line = serde_json::to_string(entry).unwrap_or_default();
        line.push('\n');
        // One short write at the end of the file: whoever is killed has written the line or not.
        self.file
            .write_all(line.as_bytes())
            .map_err(Error::io("write", &self.path))
    }

    fn entries(&mut self) -> Vec<Entry> {
        let mut text = String::new();
        if self.file.rewind().is_err() || self.file.read_to_string(&mut text).is_err() {
            return Vec::new();
        }
        text.lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect()
    }

    fn kept(&mut self) -> Option<Place> {
        self.entries().into_iter().find_map(|entry| match entry {
            Entry::Kept(kept) => Some(kept),
            Entry::Folder(_) | Entry::Process(..) => None,
        })
    }
}

/// Removes what killed runs left behind. What cannot be removed is told and left to the next run.
pub(super) fn sweep(notices: &dyn Notices) {
    for mut record in abandoned() {
        if record.kept().is_some_and(|kept| is_running(&kept)) {
            continue;
        }
        let path = record.path.clone();
        if let Err(error) = record.clear() {
            notices.say(&format!(
                "leftovers of an earlier run ({}): {error}",
                path.display()
            ));
        }
    }
}

/// A server that an earlier run left running and no run uses now.
pub(super) fn adopt(suits: impl Fn(&Place) -> bool) -> Option<(Record, Place)> {
    abandoned().into_iter().find_map(|mut record| {
        let kept = record
            .kept()
            .filter(|kept| suits(kept) && is_running(kept))?;
        Some((record, kept))
    })
}

/// The records of runs that do not go on, locked by us now.
fn abandoned() -> Vec<Record> {
    let Ok(entries) =
        records().and_then(|folder| fs::read_dir(&folder).map_err(Error::io("read", &folder)))
    else {
        return Vec::new();
    };
    let mut found = Vec::new();
    for entry in entries.flatten() {
        let path = entry.path();
        if path.extension().is_none_or(|extension| extension != RECORD) {
            continue;
        }
        let Ok(file) = OpenOptions::new().read(true).append(true).open(&path) else {
            continue;
        };
        match file.try_lock() {
            Ok(()) if path.exists() => found.push(Record { file, path }),
            Ok(()) | Err(TryLockError::WouldBlock | TryLockError::Error(_)) => {}
        }
    }
    found
}

fn is_running(kept: &Place) -> bool {
    !processes::running_in(&kept.folder).is_empty()
}

/// Stops what runs in a folder of ours and removes it.
fn remove(folder: &Path) -> Result<(), Error> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    if !name.starts_with(PREFIX) || !folder.exists() {
        return Ok(());
    }
    processes::stop_all_in(folder);
    // Children of a server that was killed may still write for a moment.
    let mut tries = 50;
    loop {
        match fs::remove_dir_all(folder) {
            Ok(()) => return Ok(()),
            Err(_) if !folder.exists() => return Ok(()),
            Err(error) if tries == 0 => return Err(Error::io("remove", folder)(error)),
            Err(_) => {
                tries -= 1;
                thread::sleep(Duration::from_millis(100));
            }
        }
    }
}

/// The folder of records: in the user's cache, since temporary folders are everybody's.
fn records() -> Result<PathBuf, Error> {
    let folder = cache()?.join("runs");
    fs::create_dir_all(&folder).map_err(Error::io("create", &folder))?;
    Ok(folder)
}

/// The user's cache folder for this program; below the temporary folder where there is no home that we may write to.
pub(super) fn cache() -> Result<PathBuf, Error> {
    let home = etcetera::choose_base_strategy()
        .ok()
        .map(|strategy| strategy.cache_dir().join("mig-lint"));
    let fallback = std::env::temp_dir().join(format!("mig-lint-cache-{}", own_id()));
    for folder in home.iter().chain([&fallback]) {
        let mut builder = fs::DirBuilder::new();
        #[cfg(unix)]
        std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
        if builder.recursive(true).create(folder).is_ok() && is_own(folder) {
            return Ok(folder.clone());
        }
    }
    Err(Error::io("use", &fallback)(
        std::io::ErrorKind::PermissionDenied.into(),
    ))
}

#[cfg(unix)]
fn own_id() -> u32 {
    nix::unistd::geteuid().as_raw()
}

#[cfg(not(unix))]
fn own_id() -> u32 {
    0
}

/// What a record names is removed: so nobody else may write records.
#[cfg(unix)]
fn is_own(folder: &Path) -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata(folder).is_ok_and(|folder| folder.uid() == own_id() && folder.mode() & 0o002 == 0)
}

#[cfg(not(unix))]
fn is_own(folder: &Path) -> bool {
    folder.is_dir()
}
