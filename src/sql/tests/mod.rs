//! What the parser reads, in tables: text on the left, what it must become on the right.

mod alter;
mod code;
mod create;
mod expressions;
mod forms;
mod hostile;
mod kinds;
mod literals;
mod objects;
mod refusals;
mod rows;
mod sessions;
mod splitting;

use super::{Parsed, parse};
use crate::ir::{Action, Name, Statement};
use crate::source::Span;

/// Parses the whole text.
fn all(text: &str) -> Parsed {
    parse(text, &[Span::new(0, text.len())], &[])
}

/// The one action of a text without problems.
fn action(text: &str) -> Action {
    let mut parsed = all(text);
    assert_eq!(parsed.problems, [], "{text}");
    assert_eq!(parsed.statements.len(), 1, "{text}");
    parsed.statements.remove(0).action
}

/// Names with blanks between.
fn joined(names: &[Name]) -> String {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    names.join(" ")
}

/// The statements as they stand in the text.
fn slices<'a>(text: &'a str, statements: &[Statement]) -> Vec<&'a str> {
    statements
        .iter()
        .map(|statement| &text[statement.span.start..statement.span.end])
        .collect()
}
