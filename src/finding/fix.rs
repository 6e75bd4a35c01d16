//! What makes a finding go away, as edits and new files.

use crate::source::{SourceFile, Span};
use serde::Serialize;
use std::path::PathBuf;
use std::sync::Arc;

/// A fix: all of it, or nothing.
#[derive(Clone, Debug)]
pub struct Fix {
    pub safety: Safety,
    /// What it does, in one sentence.
    pub text: String,
    /// In the order of their places; none touches another.
    pub edits: Vec<Edit>,
    /// None of them is there yet.
    pub files: Vec<NewFile>,
}

/// Whether a fix can be made without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub enum Safety {
    /// The schema ends up the same, and nobody waits.
    Safe,
    /// A person has to decide.
    Unsafe,
}

/// Text in place of a range of a file.
#[derive(Clone, Debug)]
pub struct Edit {
    pub file: Arc<SourceFile>,
    pub span: Span,
    pub text: String,
}

/// A file to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewFile {
    pub path: PathBuf,
    pub text: String,
    /// It is what a new migration runs, rather than something that lies beside it.
    pub is_migration: bool,
}

impl Fix {
    /// The text of a file once it is fixed; nothing else of it changes.
    #[must_use]
    pub fn applied_to(&self, file: &SourceFile) -> String {
        let text = file.text();
        let mut fixed = String::with_capacity(text.len());
        let mut at = 0;
        for edit in self.edits.iter().filter(|it| it.file.path() == file.path()) {
            fixed.push_str(text.get(at..edit.span.start).unwrap_or_default());
            fixed.push_str(&edit.text);
            at = edit.span.end;
        }
        fixed.push_str(text.get(at..).unwrap_or_default());
        fixed
    }
}
