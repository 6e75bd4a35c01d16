//! Rewritten files go to disk: all of them, or none.

use super::Rewritten;
use std::path::{Path, PathBuf};
use std::{fs, io};

/// Writes all of it, or nothing: each file is there as it was or as it is to be, and what is changed comes last.
///
/// # Errors
/// Where a file is not what was read any more, or cannot be written; then all is as it was.
pub fn write(files: &[Rewritten]) -> Result<(), NotWritten> {
    for file in files {
        let there = fs::read(&file.path).ok();
        if there.as_deref() != file.before.as_ref().map(String::as_bytes) {
            return Err(NotWritten {
                path: file.path.clone(),
                error: None,
            });
        }
    }
    let mut written = Written::default();
    let mut files: Vec<&Rewritten> = files.iter().collect();
    files.sort_by_key(|file| file.before.is_some());
    for file in &files {
        written
            .prepare(file)
            .map_err(|error| failed(&file.path, &error))?;
    }
    for (at, file) in files.iter().enumerate() {
        let placed = written.place(at);
        placed.map_err(|error| failed(&file.path, &error))?;
    }
    written.is_whole = true;
    Ok(())
}

fn failed(path: &Path, error: &io::Error) -> NotWritten {
    NotWritten {
        path: path.to_owned(),
        error: Some(error.kind()),
    }
}

/// Why nothing was written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotWritten {
    pub path: PathBuf,
    /// What went wrong; nothing where the file is not what was read.
    pub error: Option<io::ErrorKind>,
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
