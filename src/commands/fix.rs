//! `mig-lint check --fix` and `--diff`: what can be fixed in pending migrations, written or shown.

use super::Failure;
use crate::config::Settings;
use crate::engine::{self, Mended, NotWritten};
use crate::finding::Safety;
use crate::report::count;
use crate::source::Direction;
use similar::TextDiff;
use std::fmt::Write as _;

/// What is to be done with fixes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fixing {
    /// Make them.
    Apply(Safety),
    /// Show them as a patch.
    Diff(Safety),
}

impl Fixing {
    pub(crate) const fn allowed(self) -> Safety {
        match self {
            Self::Apply(safety) | Self::Diff(safety) => safety,
        }
    }
}

/// Fixes what can be fixed, in memory.
pub(crate) fn mended(settings: &Settings, fixing: Fixing) -> Result<Mended, Failure> {
    if settings.stdin.is_some() {
        return Err(Failure::new(
            "standard input cannot be fixed",
            "name the file: mig-lint --fix path/to/migration.sql",
        ));
    }
    if settings.direction == Direction::Down {
        return Err(Failure::new(
            "fixes are made for the way up alone",
            "leave --direction down out",
        ));
    }
    let mended = engine::mend(settings, fixing.allowed());
    if !mended.before.is_pending_known && !settings.names_files() {
        return Err(Failure::new(
            "nothing is fixed, for nobody says which migrations are pending, and what is deployed must not change",
            "name the files, or say --since main, or start-after in mig-lint.toml",
        ));
    }
    Ok(mended)
}

/// The changes as a patch that `git apply` takes in the folder that mig-lint runs in.
pub(crate) fn patch(mended: &Mended) -> String {
    let mut patch = String::new();
    for file in &mended.files {
        let before = file.before.as_deref().unwrap_or_default();
        let lines = |text| -> Vec<&str> { str::split_inclusive(text, '\n').collect() };
        let (old, new) = (lines(before), lines(&file.after));
        let diff = TextDiff::configure()
            .newline_terminated(true)
            .diff_slices(&old, &new);
        let name = |side: char| named(&format!("{side}/{}", crate::source::slashes(&file.path)));
        let from = match file.before {
            Some(_) => name('a'),
            None => "/dev/null".to_owned(),
        };
        let _ = write!(patch, "{}", diff.unified_diff().header(&from, &name('b')));
    }
    patch
}

/// A path as patches hold it: quoted as C does where git would read it otherwise, and with a tab behind it where a space is in it.
fn named(path: &str) -> String {
    if path.contains(['"', '\\']) || path.contains(char::is_control) {
        let escaped = path.escape_default().to_string().replace("\\'", "'");
        return format!("\"{escaped}\"");
    }
    let tab = if path.contains(' ') { "\t" } else { "" };
    format!("{path}{tab}")
}

/// What was fixed, or would be, and what was tried and is not.
pub(crate) fn told(mended: &Mended, fixing: Fixing) -> String {
    let mut text = String::new();
    let new = mended
        .files
        .iter()
        .filter(|file| file.before.is_none())
        .count();
    let changed = mended.files.len() - new;
    let _ = writeln!(
        text,
        "{} {}: {} changed, {new} new",
        count(mended.fixed, "finding"),
        match fixing {
            Fixing::Apply(_) => "fixed",
            Fixing::Diff(_) => "would be fixed",
        },
        count(changed, "file"),
    );
    for (path, why) in &mended.left {
        let _ = writeln!(text, "{} is not fixed: {why}", path.display());
    }
    text
}

/// That nothing was written, and what to do about it.
pub(crate) fn not_written(why: &NotWritten) -> Failure {
    let path = why.path.display();
    match why.error {
        None => Failure::new(
            format!("{path} is not what was read any more, so nothing is fixed"),
            "run it again; with --staged, stage what is on disk first",
        ),
        Some(error) => Failure::new(
            format!("{path} cannot be written, so nothing is fixed: {error}"),
            "check that its folder may be written to",
        ),
    }
}
