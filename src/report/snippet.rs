//! A piece of a file with a part of it underlined.

use super::look::{Look, one_line};
use crate::finding::Level;
use crate::source::{Place, SourceFile, Span};
use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError,
    MietteSpanContents, SourceCode, SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};
use std::fmt;

/// How many lines of the marked text are shown.
const LINES: usize = 5;
/// How many lines above the mark the first line of its statement may stand and still be shown.
const NEAR: usize = 3;
/// How many bytes of a line are shown at most; the terminal's width cuts further.
const LINE_BYTES: usize = 400;

/// Draws the lines of `file` that hold `mark`, under the first line of `whole` where that is near; `label`, which may be empty, stands at the mark.
pub(super) fn snippet(
    file: &SourceFile,
    whole: Span,
    mark: Span,
    (level, label): (Level, &str),
    look: Look,
) -> String {
    let excerpt = Excerpt::new(file, whole, mark);
    let drawing = Drawing {
        label: LabeledSpan::new_with_span(
            Some(label.to_owned()).filter(|label| !label.is_empty()),
            excerpt.mark.clone(),
        ),
        source: Source {
            name: one_line(&file.path().display().to_string(), LINE_BYTES),
            first_line: file.place(excerpt.start).line - 1,
            mark: file.place(mark.start),
            text: excerpt.text,
        },
    };
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = handler(level, look).render_report(&mut text, &drawing);
    // The handler begins with a line for the message, which stands above already.
    let lines = text
        .lines()
        .skip_while(|line| !line.contains(&*drawing.source.name));
    lines
        .map(|line| line.trim_end().to_owned() + "\n")
        .collect()
}

fn handler(level: Level, look: Look) -> GraphicalReportHandler {
    let characters = if look.unicode {
        ThemeCharacters::unicode()
    } else {
        ThemeCharacters::ascii()
    };
    let mut styles = if look.color {
        ThemeStyles::ansi()
    } else {
        ThemeStyles::none()
    };
    if look.color {
        let highlight = match level {
            Level::Error => styles.error,
            Level::Warning => styles.warning,
            Level::Info => styles.advice,
        };
        styles.highlights = vec![highlight];
    }
    // The excerpt holds just the lines that are to be shown.
    GraphicalReportHandler::new_themed(GraphicalTheme { characters, styles })
        .with_width(look.width)
        .with_context_lines(LINES + NEAR)
        .with_links(false)
}

/// What is drawn: the lines, and the mark in them.
#[derive(Debug)]
struct Drawing {
    label: LabeledSpan,
    source: Source,
}

impl fmt::Display for Drawing {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Drawing {}

impl Diagnostic for Drawing {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(&self.source)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(std::iter::once(self.label.clone())))
    }
}

/// Lines from the middle of a file, numbered as they are there.
#[derive(Debug)]
struct Source {
    name: String,
    text: String,
    /// How many lines of the file come before.
    first_line: usize,
    /// Where the mark begins in the file.
    mark: Place,
}

impl SourceCode for Source {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let contents = self.text.read_span(span, before, after)?;
        // Without context it is the mark whose place is asked for.
        let column = if before + after == 0 {
            self.mark.column - 1
        } else {
            contents.column()
        };
        Ok(Box::new(MietteSpanContents::new_named(
            self.name.clone(),
            contents.data(),
            *contents.span(),
            contents.line() + self.first_line,
            column,
            contents.line_count(),
        )))
    }
}

/// The lines that are shown, and where the mark lies in them.
struct Excerpt {
    text: String,
    /// Byte offset in the file of the first line that is shown.
    start: usize,
    mark: std::ops::Range<usize>,
}

impl Excerpt {
    fn new(file: &SourceFile, whole: Span, mark: Span) -> Self {
        let text = file.text();
        let mark = within(text, mark);
        let whole = within(text, whole.to(mark));
        let (first, line) = (file.line_of(whole.start), file.line_of(mark.start));
        let head = if line - first > NEAR { line } else { first };
        let mut start = file.line_start(head).unwrap_or_default();
        if text[start..].starts_with('\u{feff}') && mark.start > start {
            start += '\u{feff}'.len_utf8();
        }
        let last = file.line_of(mark.start.max(mark.end.saturating_sub(1)));
        let last = last.min(line + LINES - 1);
        let end = file.line_start(last + 1).unwrap_or(text.len());
        let mark = Span::new(mark.start, mark.end.min(end));
        let (mut shown, mut offset) = (String::new(), start);
        let mut range = 0..0;
        for number in head..=last {
            let next = file.line_start(number + 1).unwrap_or(text.len());
            let line = &text[offset..next];
            if line.is_empty() {
                break;
            }
            let bare = line.trim_end_matches(['\n', '\r']);
            let holds_start = (offset..=offset + bare.len()).contains(&mark.start);
            let focus = if holds_start { mark.start - offset } else { 0 };
            let (cut, shift) = clip_line(bare, focus);
            if holds_start {
                // A mark of several lines is drawn on its first.
                let at = |position: usize| {
                    let position = (position - offset).max(shift.0) - shift.0;
                    shown.len() + (shift.1 + position).min(cut.len())
                };
                range = at(mark.start)..at(mark.end.min(offset + bare.len()));
            }
            shown.push_str(&harmless(&cut));
            shown.push('\n');
            offset += line.len();
        }
        Self {
            mark: range,
            text: shown,
            start,
        }
    }
}

/// The line without what would steer a terminal; as many bytes as before, so that marks stay where they are.
fn harmless(line: &str) -> String {
    let mut shown = String::with_capacity(line.len());
    for c in line.chars() {
        if c.is_control() && c != '\t' {
            shown.push_str(&"?".repeat(c.len_utf8()));
        } else {
            shown.push(c);
        }
    }
    shown
}

/// The span, cut to the text and to whole characters.
fn within(text: &str, span: Span) -> Span {
    let floor = |at: usize| {
        let mut at = at.min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = floor(span.start);
    Span::new(start, floor(span.end).max(start))
}

/// A line of bounded length around `focus`; how many bytes are missing at its start, and how many stand for them.
fn clip_line(line: &str, focus: usize) -> (String, (usize, usize)) {
    const DOTS: &str = "...";
    if line.len() <= LINE_BYTES {
        return (line.to_owned(), (0, 0));
    }
    let start = if focus > LINE_BYTES / 2 {
        focus - LINE_BYTES / 4
    } else {
        0
    };
    let span = within(line, Span::new(start, start + LINE_BYTES));
    let head = if span.start > 0 { DOTS } else { "" };
    let tail = if span.end < line.len() { DOTS } else { "" };
    let cut = format!("{head}{}{tail}", &line[span.start..span.end]);
    (cut, (span.start, head.len()))
}
