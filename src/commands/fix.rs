//! `mig-lint check --fix` and `--diff`: what can be fixed in pending migrations, written or shown.

use super::Failure;
use crate::config::Settings;
use crate::engine::{self, Mended, Rewritten};
use crate::finding::Safety;
use crate::report::count;
use crate::source::Direction;
use similar::TextDiff;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{fs, io};

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

/// What was fixed, and what was tried and is not.
pub(crate) fn told(mended: &Mended) -> String {
    let mut text = String::new();
    let new = mended.files.iter().filter(|file| file.before.is_none()).count();
    let changed = mended.files.len() - new;
    let _ = writeln!(
        text,
        "{} fixed: {} changed, {} new",
        count(mended.fixed, "finding"),
        count(changed, "file"),
        new
    );
    for (path, why) in &mended.left {
        let _ = writeln!(text, "{} is not fixed: {why}", path.display());
    }
    text
}

/// Writes all of it, or nothing: each file is there as it was or as it is to be, and what is changed comes last.
pub(crate) fn write(files: &[Rewritten]) -> Result<(), Failure> {
    for file in files {
        let there = fs::read(&file.path).ok();
        if there.as_deref() != file.before.as_ref().map(String::as_bytes) {
            return Err(Failure::new(
                format!("{} is not what was read any more, so nothing is fixed", file.path.display()),
                "run it again; with --staged, stage what is on disk first",
            ));
        }
    }
    let mut written = Written::default();
    let mut files: Vec<&Rewritten> = files.iter().collect();
    files.sort_by_key(|file| file.before.is_some());
    for file in &files {
        written.prepare(file).map_err(|error| failed(&file.path, &error))?;
    }
    for at in 0..files.len() {
        let moved = written.place(at);
        moved.map_err(|error| failed(&files[at].path, &error))?;
    }
    written.is_whole = true;
    Ok(())
}

fn failed(path: &Path, error: &io::Error) -> Failure {
    Failure::new(
        format!("{} cannot be written, so nothing is fixed: {}", path.display(), error.kind()),
        "check that its folder may be written to",
    )
}

/// Files on their way; what is dropped before it is whole leaves everything as it was.
#[derive(Default)]
struct Written<'f> {
    /// The file, where its text lies meanwhile, and the path that it goes to.
    files: Vec<(&'f Rewritten, PathBuf, PathBuf)>,
    folders: Vec<PathBuf>,
    placed: usize,
    is_whole: bool,
}

impl<'f> Written<'f> {
    fn prepare(&mut self, file: &'f Rewritten) -> io::Result<()> {
        // What a link leads to is changed, and the link stays.
        let target = match file.before {
            Some(_) => file.path.canonicalize()?,
            None => file.path.clone(),
        };
        let folder = target.parent().unwrap_or(Path::new(""));
        if !folder.as_os_str().is_empty() && !folder.exists() {
            fs::create_dir_all(folder)?;
            self.folders.push(folder.to_owned());
        }
        let mut name = target.file_name().unwrap_or_default().to_owned();
        name.push(format!(".{}.tmp", std::process::id()));
        let scratch = target.with_file_name(name);
        self.files.push((file, scratch.clone(), target.clone()));
        fs::write(&scratch, &file.after)?;
        if file.before.is_some() {
            fs::set_permissions(&scratch, fs::metadata(&target)?.permissions())?;
        }
        fs::File::open(&scratch)?.sync_all()
    }

    fn place(&mut self, at: usize) -> io::Result<()> {
        let (_, scratch, target) = &self.files[at];
        fs::rename(scratch, target)?;
        self.placed = at + 1;
        Ok(())
    }
}

impl Drop for Written<'_> {
    /// What cannot be undone here cannot be told to anybody either.
    fn drop(&mut self) {
        if self.is_whole {
            return;
        }
        for (at, (file, scratch, target)) in self.files.iter().enumerate() {
            let is_placed = at < self.placed;
            let _ = match &file.before {
                _ if !is_placed => fs::remove_file(scratch),
                None => fs::remove_file(target),
                Some(before) => fs::write(target, before),
            };
        }
        for folder in self.folders.iter().rev() {
            let _ = fs::remove_dir(folder);
        }
    }
}
