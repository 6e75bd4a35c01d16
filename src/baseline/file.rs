//! The baseline as a file: JSON, an entry a line, in an order that does not change, so that a change of it is a short diff.

use crate::source::SourceFile;
use serde::{Deserialize, Serialize};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::{fs, io};

/// The only version that there is.
const VERSION: u32 = 1;

/// Findings that are known, and the file that says so.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Baseline {
    pub path: PathBuf,
    pub entries: Vec<Entry>,
}

/// A finding that is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Where it was, for the reader: the fingerprint tells which one it is.
    pub path: String,
    /// The id of the rule when it was written.
    pub rule: String,
    pub fingerprint: String,
}

/// What is wrong with a baseline.
#[derive(Clone, Debug)]
pub struct BaselineError {
    pub message: String,
    pub help: String,
    /// The text and the byte in it that is to blame.
    pub place: Option<(Arc<SourceFile>, usize)>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    version: u32,
    findings: Vec<Entry>,
}

impl Baseline {
    /// One that holds nothing yet.
    #[must_use]
    pub fn empty(path: &Path) -> Self {
        Self {
            path: path.to_owned(),
            entries: Vec::new(),
        }
    }

    /// Reads a baseline.
    ///
    /// # Errors
    /// Where the file cannot be read, is no baseline, or is one of a later version.
    pub fn read(path: &Path) -> Result<Self, BaselineError> {
        let shown = path.display();
        let text = fs::read_to_string(path).map_err(|error| BaselineError {
            message: match error.kind() {
                io::ErrorKind::NotFound => format!("there is no baseline {shown}"),
                kind => format!("the baseline {shown} cannot be read: {kind}"),
            },
            help: "`mig-lint check --write-baseline` writes it".to_owned(),
            place: None,
        })?;
        let file = Arc::new(SourceFile::new(path, text));
        let document: Document = serde_json::from_str(file.text()).map_err(|error| {
            let line = file.line_start(error.line().max(1)).unwrap_or_default();
            let at = line + error.column().saturating_sub(1);
            let said = error.to_string();
            let said = said.split(" at line ").next().unwrap_or_default();
            BaselineError {
                message: format!("not a baseline: {said}"),
                help: "take the file from version control again, or remove it and write it anew with --write-baseline".to_owned(),
                place: Some((file.clone(), at.min(file.text().len()))),
            }
        })?;
        if document.version != VERSION {
            return Err(BaselineError {
                message: format!(
                    "the baseline {shown} is of version {}, and this mig-lint knows version {VERSION}",
                    document.version
                ),
                help: "use a newer mig-lint, or write it anew with --write-baseline".to_owned(),
                place: None,
            });
        }
        Ok(Self {
            path: path.to_owned(),
            entries: document.findings,
        })
    }

    /// The text of the file.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = format!("{{\n  \"version\": {VERSION},\n  \"findings\": [");
        for (at, entry) in self.entries.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            // Text is all that is in it, which JSON holds.
            let entry = serde_json::to_string(entry).unwrap_or_default();
            let _ = write!(text, "{comma}\n    {entry}");
        }
        text.push_str(if self.entries.is_empty() {
            "]\n}\n"
        } else {
            "\n  ]\n}\n"
        });
        text
    }
}
