//! `mig-lint init`: shows what it would write, asks, and writes.

use super::{Failure, Verdict, complain, print};
use crate::init::{self, Deed, Found, Step};
use crate::report::Look;
use crate::source::top_of_repository;
use std::fmt::Write as _;
use std::io::{self, IsTerminal};
use std::path::PathBuf;

/// What is asked of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Options {
    /// Nobody is asked.
    pub(crate) yes: bool,
    /// Nothing is written.
    pub(crate) dry_run: bool,
}

/// Looks, shows, asks, writes.
pub(crate) fn run(options: Options, look: Look) -> Result<Verdict, Failure> {
    let top = match top_of_repository() {
        Some(top) => top,
        None => std::env::current_dir()?,
    };
    let found = init::look(&top);
    let steps = init::plan(&top, &found);
    let writes = |step: &&Step| matches!(step.deed, Deed::Write(_) | Deed::Insert { .. });
    let count = steps.iter().filter(writes).count();
    print(&(seen(&found, look) + &shown(&steps, look)))?;
    if count == 0 || options.dry_run {
        return Ok(Verdict::Clean);
    }
    let files = if count == 1 {
        "this file".to_owned()
    } else {
        format!("these {count} files")
    };
    if !options.yes && !agreed(&files)? {
        print("nothing was written\n")?;
        return Ok(Verdict::Clean);
    }
    init::apply(&top, &steps).map_err(|(path, error)| {
        Failure::new(
            format!(
                "{} cannot be written: {}, so nothing was",
                path.display(),
                error.kind()
            ),
            "check that its folder may be written to",
        )
    })?;
    let next = if found.histories.is_empty() {
        "say under paths in mig-lint.toml where the migrations are"
    } else {
        "`mig-lint` checks the migrations now"
    };
    print(&format!("wrote {files}; {next}\n"))?;
    Ok(Verdict::Clean)
}

/// Whether somebody at a terminal says yes.
fn agreed(files: &str) -> Result<bool, Failure> {
    if !io::stdin().is_terminal() {
        return Err(Failure::new(
            "nobody is there to be asked, so nothing was written",
            "--yes writes what is shown, --dry-run only shows it",
        ));
    }
    complain(&format!("write {files}? [y/N] "));
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

/// What was found, a line each.
fn seen(found: &Found, look: Look) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    for one in &found.histories {
        let framework = serde_json::to_value(one.framework).unwrap_or_default();
        let s = if one.migrations == 1 { "" } else { "s" };
        let _ = writeln!(
            text,
            "found  {}  {}, {} migration{s}, the last is {}",
            look.bold(&one.folder),
            framework.as_str().unwrap_or_default(),
            one.migrations,
            one.newest,
        );
    }
    if found.histories.is_empty() {
        text.push_str(
            "found  no migrations here: name their folder under paths in mig-lint.toml\n",
        );
    }
    for server in &found.servers {
        let _ = writeln!(
            text,
            "found  PostgreSQL {}  {}:{}",
            server.version, server.path, server.line
        );
    }
    text.push('\n');
    text
}

/// The steps, with what is written.
fn shown(steps: &[Step], look: Look) -> String {
    let mut text = String::new();
    for step in steps {
        let path: PathBuf = step.path.clone();
        let (verb, lines) = match &step.deed {
            Deed::Write(text) => ("write", text.clone()),
            Deed::Insert { added, .. } => ("add to", added.clone()),
            Deed::ByHand(text) => ("by hand:", text.clone()),
            Deed::Keep(why) => {
                let _ = writeln!(
                    text,
                    "keep {}  {why}\n",
                    look.bold(&path.display().to_string())
                );
                continue;
            }
        };
        let _ = writeln!(
            text,
            "{verb} {}  {}",
            look.bold(&path.display().to_string()),
            step.what
        );
        for line in lines.lines() {
            let _ = writeln!(text, "    {}", look.code(line));
        }
        text.push('\n');
    }
    text
}
