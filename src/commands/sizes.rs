//! `mig-lint sizes`: how large the tables of a database are, by one query that reads no row of them.

use super::{Failure, Verdict, print, write_file};
use crate::report::{self, Look};
use crate::sizes::{QUERY, Snapshot};
use mig_lint_demo_db::{Error, interrupt, reading};
use std::path::{Path, PathBuf};

/// What the file is called where nobody says otherwise.
pub(crate) const FILE: &str = "mig-lint.sizes.toml";

/// What is asked for.
#[derive(Debug)]
pub(crate) struct Options {
    /// The database; `None`: only the query is wanted.
    pub(crate) url: Option<String>,
    pub(crate) file: PathBuf,
}

/// Asks, writes the file, and says what is in it.
pub(crate) fn run(options: &Options, look: Look) -> Result<Verdict, Failure> {
    let Some(url) = &options.url else {
        print(QUERY)?;
        return Ok(Verdict::Clean);
    };
    interrupt::install()?;
    let to_output = options.file.as_os_str() == "-";
    if !to_output {
        refuse_others(&options.file)?;
    }
    let rows = reading::rows(url, QUERY).map_err(|error| refused(&error))?;
    let snapshot = Snapshot::of_rows(&rows, "the database").map_err(|message| {
        Failure::new(
            format!("the server's answer cannot be read: {message}"),
            "this is a fault of mig-lint; please report it",
        )
    })?;
    if to_output {
        print(&snapshot.text())?;
        return Ok(Verdict::Clean);
    }
    write_file(&options.file, &snapshot.text())?;
    print(&report::sizes(&snapshot, &options.file, look))?;
    Ok(Verdict::Clean)
}

/// Fails where something is there that this command has not written.
fn refuse_others(path: &Path) -> Result<(), Failure> {
    match std::fs::read_to_string(path) {
        Ok(text) if !text.is_empty() && Snapshot::of_toml(&text, "").is_err() => Err(Failure::new(
            format!("{} is there, and is no file of sizes", path.display()),
            "name another with --output-file, or remove it",
        )),
        _ => Ok(()),
    }
}

fn refused(error: &Error) -> Failure {
    // lock_not_available
    let help = match error.sqlstate() {
        Some("55P03") => {
            "a migration may be running; nothing was written, try again when it is done"
        }
        _ => "",
    };
    Failure::new(error.to_string(), help)
}
