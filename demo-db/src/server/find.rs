//! Where PostgreSQL's programs may be on this machine.

use std::path::{Path, PathBuf};

use super::processes;
use super::version::{OLDEST, ServerVersion};
use super::wanted::Wanted;
use crate::error::Error;

/// A folder that holds `postgres` and `initdb` of one version.
#[derive(Debug, Clone)]
pub(super) struct Programs {
    pub(super) bin: PathBuf,
    pub(super) version: ServerVersion,
}

impl Programs {
    /// The path of one of them.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.bin.join(executable(name))
    }
}

fn executable(name: &str) -> String {
    format!("{name}{}", std::env::consts::EXE_SUFFIX)
}

/// `parent/<prefix>*/<tail>`, as packagers lay out one folder a version.
const PLACES: &[(&str, &str, &str)] = &[
    // Debian, Ubuntu
    ("/usr/lib/postgresql", "", "bin"),
    // RPMs of the PostgreSQL project
    ("/usr", "pgsql-", "bin"),
    // SUSE
    ("/usr/lib", "postgresql", "bin"),
    // Alpine
    ("/usr/libexec", "postgresql", ""),
    // Homebrew on ARM, on Intel, on Linux
    ("/opt/homebrew/opt", "postgresql@", "bin"),
    ("/usr/local/opt", "postgresql@", "bin"),
    ("/home/linuxbrew/.linuxbrew/opt", "postgresql@", "bin"),
    // FreeBSD, and what was built from source
    ("/usr/local", "pgsql", "bin"),
    // Postgres.app
    ("/Applications/Postgres.app/Contents/Versions", "", "bin"),
    // EDB's installers
    ("/Library/PostgreSQL", "", "bin"),
    (r"C:\Program Files\PostgreSQL", "", "bin"),
];

/// Set to anything, it leaves out what is installed on the machine, so that everything is as where nothing is.
const PASS_OVER: &str = "MIG_LINT_PASS_OVER_INSTALLED";

/// The programs of the wanted major version: in the folder named, on PATH, or the newest in the usual places.
pub(super) fn find(wanted: &Wanted) -> Result<Option<Programs>, Error> {
    if let Some(bin) = &wanted.pg_bin {
        let programs = programs_in(bin)?;
        programs
            .version
            .is_wanted(wanted.major, || bin.display().to_string())?;
        return Ok(Some(programs));
    }
    if std::env::var_os(PASS_OVER).is_some() {
        return Ok(None);
    }
    Ok(on_path(wanted.major).or_else(|| newest(usual_places(), wanted.major)))
}

/// The programs in one folder, or what is wrong with it.
pub(super) fn programs_in(bin: &Path) -> Result<Programs, Error> {
    let failed = |program: &Path, why: &str| Error::Program {
        program: program.display().to_string(),
        why: why.to_owned(),
    };
    for name in ["postgres", "initdb"] {
        let program = bin.join(executable(name));
        if !program.is_file() {
            return Err(failed(&program, "there is no such file"));
        }
    }
    let postgres = bin.join(executable("postgres"));
    let mut command = processes::bare(&postgres);
    command.arg("--version");
    let output = processes::run(command)?;
    let text = String::from_utf8_lossy(&output.stdout);
    // "postgres (PostgreSQL) 16.14"
    let version = text
        .split_once(") ")
        .and_then(|(_, version)| ServerVersion::parse(version))
        .ok_or_else(|| failed(&postgres, "it does not tell its version"))?;
    Ok(Programs {
        bin: bin.to_owned(),
        version,
    })
}

fn on_path(major: Option<u16>) -> Option<Programs> {
    let folders = which::which_all("postgres").ok()?.filter_map(|program| {
        // Often a link into the folder that has them all.
        let real = program.canonicalize().ok()?;
        [real, program]
            .iter()
            .filter_map(|program| program.parent())
            .find(|folder| folder.join(executable("initdb")).is_file())
            .map(Path::to_owned)
    });
    folders
        .filter_map(|folder| programs_in(&folder).ok())
        .find(|programs| suits(programs, major))
}

fn suits(programs: &Programs, major: Option<u16>) -> bool {
    let found = programs.version.major;
    found >= OLDEST && major.is_none_or(|major| major == found)
}

/// The newest suitable programs among some folders.
pub(super) fn newest(folders: Vec<PathBuf>, major: Option<u16>) -> Option<Programs> {
    folders
        .into_iter()
        .filter(|folder| folder.join(executable("initdb")).is_file())
        .filter_map(|folder| programs_in(&folder).ok())
        .filter(|programs| suits(programs, major))
        .max_by_key(|programs| (programs.version.major, minor(&programs.version.text)))
}

/// 14 of "16.14"; 0 where there is none, as in "18beta1".
fn minor(version: &str) -> u32 {
    version
        .split_once('.')
        .and_then(|(_, minor)| minor.parse().ok())
        .unwrap_or_default()
}

fn usual_places() -> Vec<PathBuf> {
    let mut folders = Vec::new();
    for (parent, prefix, tail) in PLACES {
        let Ok(entries) = std::fs::read_dir(parent) else {
            continue;
        };
        for entry in entries.flatten() {
            if entry.file_name().to_string_lossy().starts_with(prefix) {
                folders.push(entry.path().join(tail));
            }
        }
    }
    folders.sort();
    folders
}
