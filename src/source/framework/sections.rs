//! Comment lines that part a file, as line-based runners read them.

pub(super) use super::super::Direction;
use super::super::{Script, Span, WayBack};

/// A part of a file below a marker line.
pub(super) struct Section<'a, M> {
    pub(super) marker: M,
    /// What stands behind the dashes on the marker line.
    pub(super) comment: &'a str,
    pub(super) span: Span,
}

/// The lines that are nothing but a `--` comment: where they start, and what stands behind the dashes.
pub(super) fn comments(text: &str) -> impl Iterator<Item = (usize, &str)> {
    let mut at = 0;
    text.split_inclusive('\n').filter_map(move |line| {
        let start = at;
        at += line.len();
        let line = line.trim_start_matches('\u{feff}').trim();
        Some((start, line.strip_prefix("--")?.trim_start()))
    })
}

/// The parts that the marker lines make of a text; what stands before the first belongs to none.
pub(super) fn sections<M>(text: &str, marker: impl Fn(&str) -> Option<M>) -> Vec<Section<'_, M>> {
    let mut sections: Vec<Section<'_, M>> = Vec::new();
    for (start, comment) in comments(text) {
        let Some(marker) = marker(comment) else {
            continue;
        };
        if let Some(last) = sections.last_mut() {
            last.span.end = start;
        }
        sections.push(Section {
            marker,
            comment,
            span: Span::new(start, text.len()),
        });
    }
    sections
}

/// The ranges that run on the way up; the whole text where no marker stands in it.
pub(super) fn up(text: &str, marker: impl Fn(&str) -> Option<Direction>) -> Vec<Span> {
    let sections = sections(text, marker);
    if sections.is_empty() {
        return vec![Span::new(0, text.len())];
    }
    sections
        .iter()
        .filter(|section| section.marker == Direction::Up)
        .map(|section| section.span)
        .collect()
}

/// The ranges that run on the way down, of the whole text.
pub(super) fn way_back(script: &Script, marker: impl Fn(&str) -> Option<Direction>) -> WayBack {
    let sections = sections(script.file.text(), marker);
    let down = sections.iter().filter(|it| it.marker == Direction::Down);
    let down: Vec<Span> = down.map(|section| section.span).collect();
    if down.is_empty() {
        WayBack::Missing
    } else {
        WayBack::Written(script.file.clone(), down)
    }
}
