//! Where the comments of a text stand.

use super::lexer::Lexer;
use super::token::Lexeme;
use crate::source::Span;

/// The comments in a range of `text`: never what only looks like one inside a string, a dollar-quoted body or another comment.
#[must_use]
pub fn comments(text: &str, range: Span) -> Vec<Span> {
    let mut lexer = Lexer::new(text, range);
    let mut comments = Vec::new();
    while let Some(lexeme) = lexer.next() {
        match lexeme {
            Lexeme::LineComment(span) | Lexeme::BlockComment(span) => comments.push(span),
            // What follows is not known to be outside of it, so it is not looked at.
            Lexeme::Unclosed { .. } => break,
            Lexeme::Token(_) | Lexeme::Meta(_) => {}
        }
    }
    comments
}
