//! A piece of a file with a part of it underlined.

use super::look::Look;
use crate::source::{SourceFile, Span};
use annotate_snippets::renderer::DecorStyle;
use annotate_snippets::{AnnotationKind, Level, Origin, Renderer, Snippet};

/// How many lines of the marked text are shown.
const LINES: usize = 5;
/// How many bytes of a line are shown at most; the terminal's width cuts further.
const LINE_BYTES: usize = 400;

/// What stands above and beside the marked text.
pub(super) struct Caption<'a> {
    pub(super) level: Level<'a>,
    pub(super) id: Option<&'a str>,
    pub(super) message: &'a str,
    /// Under the mark; may be empty.
    pub(super) label: &'a str,
}

/// Draws the lines of `file` that hold `mark`, beginning with the first line of `whole`.
pub(super) fn snippet(
    file: &SourceFile,
    whole: Span,
    mark: Span,
    caption: &Caption<'_>,
    look: Look,
) -> String {
    let excerpt = Excerpt::new(file.text(), whole, mark);
    let place = file.place(mark.start);
    let path = file.path().display().to_string();
    let mut title = caption.level.clone().primary_title(caption.message);
    if let Some(id) = caption.id {
        title = title.id(id);
    }
    let label = Some(caption.label).filter(|label| !label.is_empty());
    let mut source = Snippet::source(excerpt.text.as_str())
        .line_start(file.place(excerpt.start).line)
        .annotation(
            AnnotationKind::Primary
                .span(excerpt.mark.clone())
                .label(label),
        );
    if excerpt.shows_head {
        source = source.annotation(AnnotationKind::Visible.span(0..0));
    }
    let origin = Origin::path(path)
        .line(place.line)
        .char_column(place.column);
    let group = title.element(origin).element(source);
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
    let renderer = renderer.decor_style(style).term_width(look.width);
    let text = renderer.render(&[group]);
    text + "\n"
}

/// The lines that are shown, and where the mark lies in them.
struct Excerpt {
    text: String,
    /// Byte offset in the file of the first line that is shown.
    start: usize,
    mark: std::ops::Range<usize>,
    /// The first line is shown for what it begins, not for the mark.
    shows_head: bool,
}

impl Excerpt {
    fn new(text: &str, whole: Span, mark: Span) -> Self {
        let mark = within(text, mark);
        let whole = within(text, whole.to(mark));
        let shows_head = text[whole.start..mark.start].contains('\n');
        let start = line_start(text, whole.start);
        // Far lines between the head and the mark need not be drawn, only counted.
        let end = end_of_lines(text, mark);
        let mark = Span::new(mark.start, mark.end.min(end));
        let (mut shown, mut offset) = (String::new(), start);
        let (mut from, mut to) = (0, 0);
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
