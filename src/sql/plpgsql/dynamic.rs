//! EXECUTE: a string that is written out can be read, a computed one cannot.

use super::Reader;
use crate::ir::UnreadReason;
use crate::source::Span;
use crate::sql::cursor::Cursor;

impl Reader {
    /// Reads `EXECUTE string [INTO variables] [USING values]`.
    pub(super) fn execute(&mut self, mut cursor: Cursor) {
        let whole = cursor;
        let string = cursor.until(|ahead| ahead.at("into") || ahead.at("using"));
        match written_out(string) {
            Some(text) => self.made(whole, &text),
            None => self.miss(whole, UnreadReason::Computed),
        }
    }

    /// Reads text that a statement of the code makes, and runs.
    fn made(&mut self, maker: Cursor, text: &str) {
        let own = self.in_place.then(|| maker.span());
        let outer = (self.maker, self.in_place);
        self.maker = self.maker.or(own);
        self.in_place = false;
        self.text(text, Span::new(0, text.len()));
        (self.maker, self.in_place) = outer;
    }
}

/// The value of a string constant, of several joined by `||`, or of `format` with nothing but constants.
fn written_out(mut cursor: Cursor) -> Option<String> {
    let mut whole = String::new();
    loop {
        if cursor.eat("format") {
            whole.push_str(&formatted(cursor.parentheses()?)?);
        } else if let Some(inner) = cursor
            .at_symbol(b'(')
            .then(|| cursor.parentheses())
            .flatten()
        {
            // One more pair of parentheses, as in EXECUTE ('...'); deeper ones are not looked into.
            let mut inner = inner;
            whole.push_str(&inner.string()?);
            inner.is_empty().then_some(())?;
        } else {
            whole.push_str(&cursor.string()?);
        }
        if cursor.is_empty() {
            return Some(whole);
        }
        cursor.eat_operator("||").then_some(())?;
    }
}

/// `format('... %I ...', 'constant', ...)`.
fn formatted(arguments: Cursor) -> Option<String> {
    let mut values = arguments.commas().map(|mut argument| {
        let value = argument.string()?;
        argument.is_empty().then_some(value)
    });
    let pattern = values.next()??;
    let mut text = String::new();
    let mut parts = pattern.split('%');
    text.push_str(parts.next()?);
    while let Some(part) = parts.next() {
        let mut rest = part.chars();
        match rest.next() {
            Some('I') => text.push_str(&format!("\"{}\"", values.next()??.replace('"', "\"\""))),
            Some('L') => text.push_str(&format!("'{}'", values.next()??.replace('\'', "''"))),
            Some('s') => text.push_str(&values.next()??),
            None => {
                text.push('%');
                text.push_str(parts.next()?);
            }
            Some(_) => return None,
        }
        text.push_str(rest.as_str());
    }
    Some(text)
}
