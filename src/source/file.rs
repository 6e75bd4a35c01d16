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
    /// How many characters come before every [`STEP`]th byte: a column far out in a line is not counted from its start.
    characters: OnceLock<Vec<usize>>,
}

/// How far apart the bytes are whose place in characters is kept.
const STEP: usize = 1024;

impl SourceFile {
    /// A file with this text; a byte order mark stays in it, so that offsets are those of the file.
    #[must_use]
    pub fn new(path: impl Into<PathBuf>, text: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            text: text.into(),
            line_starts: OnceLock::new(),
            characters: OnceLock::new(),
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
        let line = self.line_of(offset);
        let before = &self.text[starts[line - 1]..offset];
        let shown = before.trim_start_matches('\u{feff}');
        Place {
            line,
            column: self.characters_between(offset - shown.len(), offset) + 1,
        }
    }

    fn characters_between(&self, from: usize, to: usize) -> usize {
        if to - from <= STEP {
            return characters(&self.text.as_bytes()[from..to]);
        }
        self.characters_before(to) - self.characters_before(from)
    }

    fn characters_before(&self, offset: usize) -> usize {
        let known = self.characters.get_or_init(|| {
            let steps = self.text.as_bytes().chunks(STEP);
            let before = steps.scan(0, |before, step| {
                *before += characters(step);
                Some(*before)
            });
            std::iter::once(0).chain(before).collect()
        });
        let step = offset / STEP;
        known[step] + characters(&self.text.as_bytes()[step * STEP..offset])
    }

    /// The line, counted from 1, of a byte offset.
    #[must_use]
    pub fn line_of(&self, offset: usize) -> usize {
        let starts = self.line_starts();
        starts.partition_point(|&start| start <= offset).max(1)
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

/// How many characters begin in these bytes of UTF-8.
fn characters(bytes: &[u8]) -> usize {
    let begins = |byte: &&u8| **byte & 0b1100_0000 != 0b1000_0000;
    bytes.iter().filter(begins).count()
}

#[cfg(test)]
mod tests {
    use super::SourceFile;
    use crate::failures::Failures;

    #[test]
    fn columns_of_a_long_line_are_counted_in_characters() {
        let text = format!("\u{feff}ä\n\u{feff}{}", "aäb€".repeat(2_000));
        let file = SourceFile::new("long.sql", text.clone());
        let second = text.find('\n').map_or(0, |at| at + 1);
        let line = text[second..].trim_start_matches('\u{feff}');
        let start = text.len() - line.len();
        Failures::collect(|failures| {
            for (column, (at, _)) in line.char_indices().enumerate().step_by(7) {
                let place = file.place(start + at);
                let found = (place.line, place.column);
                failures.equal(format!("byte {at}"), &(2, column + 1), &found);
            }
        });
        assert_eq!(file.place(second).column, 1);
        assert_eq!(file.place(usize::MAX).column, 8_001);
    }
}
