//! What `mig-lint init` would write into a repository: the config, the hook, the CI job; and what of it is there already.

mod look;
mod pre_commit;
mod texts;

pub use look::{Found, Histories, Origin, Server, look};

use std::path::{Path, PathBuf};
use std::{fs, io};

/// A file of the plan.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Below the top of the repository.
    pub path: PathBuf,
    pub what: &'static str,
    pub deed: Deed,
}

/// What becomes of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Deed {
    /// It is not there yet, and will hold this.
    Write(String),
    /// It is there, and will hold this: the same, and `added`.
    Insert { text: String, added: String },
    /// It stays as it is, and why.
    Keep(String),
    /// It is somebody's own, and this has to go into it by hand.
    ByHand(String),
}

/// The steps for a repository of which this was found; `top` is its folder.
#[must_use]
pub fn plan(top: &Path, found: &Found) -> Vec<Step> {
    vec![config(top, found), hook(top, found), job(top, found)]
}

fn config(top: &Path, found: &Found) -> Step {
    let what = "what mig-lint should know";
    let path = PathBuf::from("mig-lint.toml");
    let pyproject = fs::read_to_string(top.join("pyproject.toml")).unwrap_or_default();
    let deed = if is_there(&top.join(&path)) {
        Deed::Keep("it is there already".to_owned())
    } else if pyproject.contains("[tool.mig-lint]") {
        Deed::Keep("pyproject.toml has [tool.mig-lint] already".to_owned())
    } else {
        Deed::Write(texts::config(found))
    };
    Step { path, what, deed }
}

fn hook(top: &Path, found: &Found) -> Step {
    let what = "the hook: what is staged is checked before each commit";
    let own = |name: &str| {
        (
            PathBuf::from(name),
            Deed::ByHand(texts::HOOK_LINE.to_owned()),
        )
    };
    let (path, deed) = match found.hooks {
        Some(name) => own(name),
        None => {
            let name = ".pre-commit-config.yaml";
            let deed = match fs::read_to_string(top.join(name)) {
                _ if top.join(name).is_symlink() => Deed::ByHand(texts::pre_commit_entry("  ")),
                Err(_) => Deed::Write(texts::pre_commit()),
                Ok(text) if text.contains("id: mig-lint") => {
                    Deed::Keep("mig-lint is in it already".to_owned())
                }
                Ok(text) => match pre_commit::insert(&text) {
                    Some((text, added)) => Deed::Insert { text, added },
                    None => Deed::ByHand(texts::pre_commit_entry("  ")),
                },
            };
            (name.into(), deed)
        }
    };
    Step { path, what, deed }
}

fn job(top: &Path, found: &Found) -> Step {
    let what = "the job: what a pull request changes is checked in CI";
    let (path, text) = match found.origin {
        Origin::GitLab => (".gitlab/mig-lint.gitlab-ci.yml", texts::GITLAB.to_owned()),
        Origin::GitHub => (".github/workflows/mig-lint.yml", texts::github()),
        Origin::Unknown => {
            return Step {
                path: "your CI".into(),
                what,
                deed: Deed::ByHand(texts::CI_LINE.to_owned()),
            };
        }
    };
    let path = PathBuf::from(path);
    let deed = if is_there(&top.join(&path)) {
        Deed::Keep("it is there already".to_owned())
    } else {
        Deed::Write(text)
    };
    Step { path, what, deed }
}

/// Whether something has this name, be it a link that leads nowhere.
fn is_there(path: &Path) -> bool {
    path.symlink_metadata().is_ok()
}

/// Writes the files of these steps: all, or none where one of them cannot be.
///
/// # Errors
/// The path that cannot be written, and why.
pub fn apply(top: &Path, steps: &[Step]) -> Result<(), (PathBuf, io::Error)> {
    let mut prepared: Vec<(PathBuf, PathBuf)> = Vec::new();
    for step in steps {
        let (Deed::Write(text) | Deed::Insert { text, .. }) = &step.deed else {
            continue;
        };
        let path = top.join(&step.path);
        match prepare(&path, text) {
            Ok(scratch) => prepared.push((scratch, path)),
            Err(error) => {
                for (scratch, _) in prepared {
                    // What is left of it is nobody's.
                    let _ = fs::remove_file(scratch);
                }
                return Err((step.path.clone(), error));
            }
        }
    }
    for (scratch, path) in prepared {
        fs::rename(&scratch, &path).map_err(|error| (path, error))?;
    }
    Ok(())
}

/// Writes the text beside where it belongs.
fn prepare(path: &Path, text: &str) -> io::Result<PathBuf> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let scratch = folder.join(name);
    if let Err(error) = fs::write(&scratch, text) {
        let _ = fs::remove_file(&scratch);
        return Err(error);
    }
    if let Ok(data) = fs::metadata(path) {
        fs::set_permissions(&scratch, data.permissions())?;
    }
    Ok(scratch)
}
