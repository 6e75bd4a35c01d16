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
        match self.constants.texts(string) {
            Some(texts) => {
                for text in texts {
                    self.made(whole, &text);
                }
            }
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
