//! One file as it was read, with its text and its lines.

use super::{Place, Span};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

/// The text of a file under the path that a person knows it by.
#[derive(Debug, Default)]
pub struct SourceFile {
    path: PathBuf,
    text: String,
    line_starts: OnceLock<Vec<usize>>,
}

impl SourceFile {
    /// A file with this text; a byte order mark stays in it, so that offsets are those of the file.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            text: text.into(),
            line_starts: OnceLock::new(),
        }
    }

    /// The path, relative to the working directory where it lies below it.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The whole text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The text of a range; empty where the range does not lie on character boundaries of this file.
    #[must_use]
    pub fn slice(&self, span: Span) -> &str {
        self.text.get(span.start..span.end).unwrap_or_default()
    }

    /// The line and column of a byte offset; an offset past the end is the end. A byte order mark does not count as a column.
    #[must_use]
    pub fn place(&self, offset: usize) -> Place {
        let mut offset = offset.min(self.text.len());
        while !self.text.is_char_boundary(offset) {
            offset -= 1;
        }
        let starts = self.line_starts();
        let line = starts.partition_point(|&start| start <= offset).max(1);
        let before = &self.text[starts[line - 1]..offset];
        Place {
            line,
            column: before.trim_start_matches('\u{feff}').chars().count() + 1,
        }
    }

    /// The byte offset at which the 1-based line `line` starts, if there is such a line.
    #[must_use]
    pub fn line_start(&self, line: usize) -> Option<usize> {
        self.line_starts().get(line.checked_sub(1)?).copied()
    }

    fn line_starts(&self) -> &[usize] {
        self.line_starts.get_or_init(|| {
            let newlines = self.text.bytes().enumerate();
            std::iter::once(0)
                .chain(
                    newlines
                        .filter(|(_, byte)| *byte == b'\n')
                        .map(|(at, _)| at + 1),
                )
                .collect()
        })
    }
}
