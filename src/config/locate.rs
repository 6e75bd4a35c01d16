//! Finding the config file: the nearest one, walking up.

use super::error::ConfigError;
use super::exclude::shown;
use super::file::{ConfigFile, Pyproject};
use crate::source::SourceFile;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The name of the config file.
const OWN: &str = "mig-lint.toml";
/// The file of a Python project that may hold it as a table.
const PYPROJECT: &str = "pyproject.toml";

/// A config file that was found and read.
#[derive(Debug)]
pub(super) struct Located {
    pub(super) file: Arc<SourceFile>,
    /// The folder that paths in it start from, absolute.
    pub(super) folder: PathBuf,
    pub(super) config: ConfigFile,
}

/// Reads the config file named by `--config`.
pub(super) fn named(path: &Path) -> Result<Located, ConfigError> {
    let file = read(path)?;
    if path.file_name().is_some_and(|name| name == PYPROJECT) {
        return pyproject(path, &file)?.ok_or_else(|| {
            ConfigError::new(
                format!("{} has no [tool.mig-lint]", path.display()),
                "add the table, or name another file",
            )
        });
    }
    own(path, file)
}

/// Looks in the folder of `start`, then in each one above it.
pub(super) fn nearest_to(start: &Path) -> Result<Option<Located>, ConfigError> {
    let start = std::path::absolute(start).unwrap_or_else(|_| start.to_owned());
    for folder in start.ancestors().filter(|folder| folder.is_dir()) {
        let (own_path, py_path) = (folder.join(OWN), folder.join(PYPROJECT));
        let in_pyproject = if py_path.is_file() {
            pyproject(&py_path, &read(&py_path)?)?
        } else {
            None
        };
        match (own_path.is_file(), in_pyproject) {
            (true, Some(_)) => {
                return Err(ConfigError::new(
                    format!(
                        "two configs: {} and [tool.mig-lint] in {}",
                        shown(&own_path).display(),
                        shown(&py_path).display()
                    ),
                    "keep one of them",
                ));
            }
            (true, None) => return own(&own_path, read(&own_path)?).map(Some),
            (false, Some(located)) => return Ok(Some(located)),
            (false, None) => {}
        }
    }
    Ok(None)
}

fn own(path: &Path, file: Arc<SourceFile>) -> Result<Located, ConfigError> {
    let config =
        toml::from_str(file.text()).map_err(|error| ConfigError::of_toml(&file, &error))?;
    Ok(located(path, file, config))
}

/// The table in a `pyproject.toml`. One that is broken concerns us only if it names us.
fn pyproject(path: &Path, file: &Arc<SourceFile>) -> Result<Option<Located>, ConfigError> {
    match toml::from_str::<Pyproject>(file.text()) {
        Ok(Pyproject { tool }) => Ok(tool
            .mig_lint
            .map(|config| located(path, file.clone(), config))),
        Err(error) if file.text().contains("tool.mig-lint") => {
            Err(ConfigError::of_toml(file, &error))
        }
        Err(_) => Ok(None),
    }
}

fn located(path: &Path, file: Arc<SourceFile>, config: ConfigFile) -> Located {
    let absolute = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let folder = absolute.parent().map(Path::to_owned).unwrap_or_default();
    Located {
        file,
        folder,
        config,
    }
}

fn read(path: &Path) -> Result<Arc<SourceFile>, ConfigError> {
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Arc::new(SourceFile::new(shown(path), text))),
        Err(error) => Err(ConfigError::new(
            match error.kind() {
                ErrorKind::NotFound => format!("{} does not exist", shown(path).display()),
                kind => format!("{} cannot be read: {kind}", shown(path).display()),
            },
            "check the name, its permissions, and that it is UTF-8",
        )),
    }
}
