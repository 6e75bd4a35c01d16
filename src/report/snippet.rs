//! A piece of a file with a part of it underlined.

use super::look::{Look, one_line};
use crate::source::{SourceFile, Span};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Group, Level, Origin, Renderer, Snippet};

/// How many lines of the marked text are shown.
const LINES: usize = 5;
/// How many bytes of a line are shown at most; the terminal's width cuts further.
const LINE_BYTES: usize = 400;

/// Draws the lines of `file` that hold `mark`, under the first line of `whole`; `label`, which may be empty, stands at the mark.
pub(super) fn snippet(
    file: &SourceFile,
    whole: Span,
    mark: Span,
    (level, label): (Level<'_>, &str),
    look: Look,
) -> String {
    let excerpt = Excerpt::new(file.text(), whole, mark);
    let path = one_line(&file.path().display().to_string(), LINE_BYTES);
    let label = Some(label).filter(|label| !label.is_empty());
    let annotation = AnnotationKind::Primary.span(excerpt.mark.clone());
    let mut source = Snippet::source(excerpt.text.as_str())
        .line_start(file.place(excerpt.start).line)
        .annotation(annotation.label(label));
    if excerpt.shows_head {
        source = source.annotation(AnnotationKind::Visible.span(0..0));
    }
    let mut group = Group::with_level(level);
    if excerpt.shifted {
        // The drawing counts columns in what it is given, which is not the whole line.
        let place = file.place(mark.start);
        let origin = Origin::path(path);
        group = group.element(origin.line(place.line).char_column(place.column));
    } else {
        source = source.path(path);
    }
    renderer(look).render(&[group.element(source)]) + "\n"
}

fn renderer(look: Look) -> Renderer {
    let style = if look.unicode {
        DecorStyle::Unicode
    } else {
        DecorStyle::Ascii
    };
    let renderer = if look.color {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    renderer.decor_style(style).term_width(look.width)
}

/// The lines that are shown, and where the mark lies in them.
struct Excerpt {
    text: String,
    /// Byte offset in the file of the first line that is shown.
    start: usize,
    mark: std::ops::Range<usize>,
    /// The first line is shown for what it begins, not for the mark.
    shows_head: bool,
    /// The marked line lacks its beginning.
    shifted: bool,
}

impl Excerpt {
    fn new(text: &str, whole: Span, mark: Span) -> Self {
        let mark = within(text, mark);
        let whole = within(text, whole.to(mark));
        let shows_head = text[whole.start..mark.start].contains('\n');
        let mut start = line_start(text, whole.start);
        if text[start..].starts_with('\u{feff}') && mark.start > start {
            start += '\u{feff}'.len_utf8();
        }
        // Far lines between the head and the mark need not be drawn, only counted.
        let end = end_of_lines(text, mark);
        let mark = Span::new(mark.start, mark.end.min(end));
        let (mut shown, mut offset) = (String::new(), start);
        let (mut from, mut to, mut shifted) = (0, 0, false);
        for line in text[start..end].split_inclusive('\n') {
            let bare = line.trim_end_matches(['\n', '\r']);
            let inside = |at: usize| at >= offset && at <= offset + bare.len();
            let focus = if inside(mark.start) {
                mark.start - offset
            } else {
                0
            };
            let (cut, shift) = clip_line(bare, focus);
            let at = |position: usize| {
                let position = (position - offset).max(shift.0) - shift.0;
                (shown.len() + shift.1 + position).min(shown.len() + cut.len())
            };
            if inside(mark.start) {
                from = at(mark.start);
                shifted = shift.0 > 0;
            }
            if mark.end > offset {
                to = at(mark.end.min(offset + bare.len()));
            }
            shown.push_str(&cut);
            shown.push('\n');
            offset += line.len();
        }
        Self {
            mark: from..to.max(from),
            text: shown,
            start,
            shows_head,
            shifted,
        }
    }
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

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

/// The end of the last line that is shown of a mark.
fn end_of_lines(text: &str, mark: Span) -> usize {
    let mut end = mark.start;
    for _ in 0..LINES {
        end += text[end..].find('\n').map_or(text.len() - end, |at| at + 1);
        if end >= mark.end || end == text.len() {
            break;
        }
    }
    end
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
