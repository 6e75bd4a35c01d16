//! The text of a body of code, which is a string constant.

use crate::source::Span;
use crate::sql::cursor::Cursor;
use std::borrow::Cow;

/// A body of code: a range of a text.
pub(in crate::sql) struct Body<'t> {
    pub(in crate::sql) text: Cow<'t, str>,
    pub(in crate::sql) range: Span,
    /// The text is the one that the statement with the code stands in.
    pub(in crate::sql) in_place: bool,
    /// In how many bodies of code it stands.
    pub(in crate::sql) depth: usize,
}

impl<'t> Body<'t> {
    /// The string constant that is next.
    pub(in crate::sql) fn next(cursor: &mut Cursor<'t>) -> Option<Self> {
        let token = cursor.peek()?;
        let value = cursor.string()?;
        let written = cursor.token_text(token);
        // Between two quotes of the same length, unless it is written with escapes or in several pieces.
        let quote = written.len().saturating_sub(value.len()) / 2;
        let range = Span::new(
            token.span.start + quote,
            token.span.start + quote + value.len(),
        );
        if written.get(quote..quote + value.len()) == Some(&value) {
            return Some(Self {
                text: Cow::Borrowed(cursor.source()),
                range,
                in_place: true,
                depth: 0,
            });
        }
        Some(Self {
            range: Span::new(0, value.len()),
            text: Cow::Owned(value),
            in_place: false,
            depth: 0,
        })
    }

    /// Where it stands in the text of its statement.
    pub(in crate::sql) fn place(&self) -> Option<Span> {
        self.in_place.then_some(self.range)
    }
}
