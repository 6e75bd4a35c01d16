//! What is wrong with a config file, and where.

use super::suggest::nearest;
use crate::source::SourceFile;
use std::ops::Range;
use std::sync::Arc;

/// A fault of the config or of the command line.
#[derive(Clone, Debug)]
pub struct ConfigError {
    /// What is wrong, lower case, without a full stop.
    pub message: String,
    /// The file and the bytes in it that are to blame; `None` for the command line.
    pub place: Option<(Arc<SourceFile>, Range<usize>)>,
    /// What to write instead; may be empty.
    pub help: String,
}

impl ConfigError {
    /// A fault that no file is to blame for.
    #[must_use]
    pub fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            place: None,
            help: help.into(),
        }
    }

    /// Points at the bytes in `file` that are to blame.
    #[must_use]
    pub fn at(mut self, file: &Arc<SourceFile>, span: Range<usize>) -> Self {
        self.place = Some((file.clone(), span));
        self
    }

    /// What the TOML reader has to complain of, with the nearest known word where one is unknown.
    pub(super) fn of_toml(file: &Arc<SourceFile>, error: &toml::de::Error) -> Self {
        let said = error.message();
        let words: Vec<&str> = said.split('`').skip(1).step_by(2).collect();
        let kind = if said.starts_with("unknown field") {
            Some("key")
        } else if said.starts_with("unknown variant") {
            Some("value")
        } else {
            None
        };
        let (message, help) = match (kind, words.split_first()) {
            (Some(kind), Some((wrong, known))) => (
                format!("unknown {kind} {wrong}"),
                unknown_word(wrong, known),
            ),
            _ => (
                said.lines().next().unwrap_or_default().to_owned(),
                String::new(),
            ),
        };
        Self::new(message, help).at(file, error.span().unwrap_or(0..0))
    }
}

/// The nearest known word, or all of them.
pub(super) fn unknown_word(wrong: &str, known: &[&str]) -> String {
    nearest(wrong, known.iter().copied()).map_or_else(
        || format!("known are {}", known.join(", ")),
        |near| format!("did you mean {near}?"),
    )
}
