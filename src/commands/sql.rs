//! `mig-lint sql`: the SQL that each migration runs.

use super::locks::Format;
use super::{Failure, Verdict, print, resolve, write_file};
use crate::config::Arguments;
use crate::engine;
use crate::frontend::View;
use crate::report::{self, Look};
use std::path::PathBuf;

/// Shows what each migration runs; what could not be read makes the exit code 2, and is told on standard error.
pub(crate) fn run(
    arguments: Arguments,
    format: Format,
    file: Option<PathBuf>,
    (look, error_look): (Look, Look),
) -> Result<Verdict, Failure> {
    let settings = resolve(arguments)?;
    let listing = engine::list(&settings, View::Printed);
    if listing.migrations.is_empty() && listing.unchecked.is_empty() {
        return Err(Failure::new(
            "no migrations found",
            "name the folder that holds them: mig-lint sql path/to/migrations",
        ));
    }
    let look = Look {
        color: look.color && file.is_none(),
        cuts: look.cuts && file.is_none(),
        links: look.links && file.is_none(),
        ..look
    };
    let text = match format {
        Format::Human => report::sql_human(&listing, look),
        Format::Json => report::sql_json(&listing),
    };
    match file {
        Some(path) => write_file(&path, &text)?,
        None => print(&text)?,
    }
    super::complain(&report::findings(&listing.remarks, error_look));
    if listing.unchecked.is_empty() {
        return Ok(Verdict::Clean);
    }
    super::complain(&report::findings(&listing.unchecked, error_look));
    Ok(Verdict::Unchecked)
}
