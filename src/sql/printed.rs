//! A statement printed from its tokens: what stands between them is gone, what stands in them is as it was.

use super::lexer::Lexer;
use super::token::Lexeme;
use crate::source::Span;
use std::fmt;

/// The tokens of a statement, or of a part of it.
#[derive(Clone, Debug)]
pub struct Printed<'t> {
    tokens: Vec<Piece<'t>>,
}

/// One token, or text that is put between two.
#[derive(Clone, Debug)]
struct Piece<'t> {
    text: &'t str,
    /// Whether something stands between it and the token before it.
    apart: bool,
    /// Where it stands in the text, or what it was put behind.
    start: usize,
}

impl<'t> Printed<'t> {
    /// The tokens of a range of `text`; a semicolon at its end is left out.
    #[must_use]
    pub fn new(text: &'t str, range: Span) -> Self {
        let mut lexer = Lexer::new(text, range);
        let mut tokens = Vec::new();
        let mut end = range.start;
        while let Some(lexeme) = lexer.next() {
            let Lexeme::Token(token) = lexeme else {
                continue;
            };
            let span = token.span;
            tokens.push(Piece {
                text: text.get(span.start..span.end).unwrap_or_default(),
                apart: span.start > end,
                start: span.start,
            });
            end = span.end;
        }
        if tokens.last().is_some_and(|last| last.text == ";") {
            tokens.pop();
        }
        Self { tokens }
    }

    /// Puts `text` behind the first token that is one of these keywords.
    pub fn insert_behind(&mut self, keywords: &[&str], text: &'t str) {
        if let Some(at) = self.position(keywords) {
            let start = self.tokens[at].start;
            let piece = Piece {
                text,
                apart: true,
                start,
            };
            self.tokens.insert(at + 1, piece);
            if let Some(next) = self.tokens.get_mut(at + 2) {
                next.apart = true;
            }
        }
    }

    /// Takes out the first tokens that are these keywords, one after the other.
    pub fn remove(&mut self, keywords: &[&str]) {
        let is_it = |pieces: &[Piece<'_>]| {
            let mut both = pieces.iter().zip(keywords);
            both.all(|(piece, keyword)| piece.text.eq_ignore_ascii_case(keyword))
        };
        let at = self.tokens.windows(keywords.len()).position(is_it);
        if let Some(at) = at {
            self.tokens.drain(at..at + keywords.len());
        }
    }

    /// Puts `text` in place of what stands there.
    pub fn replace(&mut self, place: Span, text: &'t str) {
        let is_inside = |piece: &Piece<'_>| place.start <= piece.start && piece.start < place.end;
        let Some(at) = self.tokens.iter().position(is_inside) else {
            return;
        };
        self.tokens.retain(|piece| !is_inside(piece));
        if !text.is_empty() {
            let piece = Piece {
                text,
                apart: true,
                start: place.start,
            };
            self.tokens.insert(at, piece);
        }
        if let Some(next) = self.tokens.get_mut(at) {
            next.apart = true;
        }
    }

    /// Leaves out the first tokens.
    pub fn skip(&mut self, count: usize) {
        self.tokens.drain(..count.min(self.tokens.len()));
    }

    /// The first part that stands in parentheses, with these.
    #[must_use]
    pub fn first_group(mut self) -> Self {
        let from = self.tokens.iter().position(|piece| piece.text == "(");
        self.tokens.drain(..from.unwrap_or(self.tokens.len()));
        let mut depth = 0_usize;
        let end = self.tokens.iter().position(|piece| {
            match piece.text {
                "(" => depth += 1,
                ")" => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0
        });
        self.tokens.truncate(end.map_or(0, |at| at + 1));
        self
    }

    /// What stands before a keyword that is not in parentheses, and what stands behind it.
    #[must_use]
    pub fn parted_at(&self, keyword: &str) -> Option<(Self, Self)> {
        let mut depth = 0_usize;
        let at = self.tokens.iter().position(|piece| {
            match piece.text {
                "(" | "[" => depth += 1,
                ")" | "]" => depth = depth.saturating_sub(1),
                _ => {}
            }
            depth == 0 && piece.text.eq_ignore_ascii_case(keyword)
        })?;
        let part = |tokens: &[Piece<'t>]| Self {
            tokens: tokens.to_vec(),
        };
        Some((part(&self.tokens[..at]), part(&self.tokens[at + 1..])))
    }

    /// What follows the relation whose name stands behind this keyword; ONLY may stand between.
    #[must_use]
    pub fn after_table(mut self, keyword: &str) -> Self {
        let mut at = self.position(&[keyword]).map_or(0, |at| at + 1);
        let is = |at: usize, text: &str| {
            let token = self.tokens.get(at);
            token.is_some_and(|token| token.text.eq_ignore_ascii_case(text))
        };
        at += 1 + usize::from(is(at, "ONLY"));
        while is(at, ".") {
            at += 2;
        }
        self.tokens.drain(..at.min(self.tokens.len()));
        self
    }

    fn position(&self, keywords: &[&str]) -> Option<usize> {
        let is_it = |piece: &Piece<'_>| {
            let mut keywords = keywords.iter();
            keywords.any(|keyword| piece.text.eq_ignore_ascii_case(keyword))
        };
        self.tokens.iter().position(is_it)
    }

    /// The text of each token.
    pub fn tokens(&self) -> impl Iterator<Item = &'t str> {
        self.tokens.iter().map(|piece| piece.text)
    }
}

impl fmt::Display for Printed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, piece) in self.tokens.iter().enumerate() {
            if piece.apart && at > 0 {
                f.write_str(" ")?;
            }
            f.write_str(piece.text)?;
        }
        Ok(())
    }
}

/// Where the tokens of a range of `text` stand.
#[must_use]
pub fn token_spans(text: &str, range: Span) -> Vec<Span> {
    let mut lexer = Lexer::new(text, range);
    let lexemes = std::iter::from_fn(|| lexer.next());
    let spans = lexemes.filter_map(|lexeme| match lexeme {
        Lexeme::Token(token) => Some(token.span),
        _ => None,
    });
    spans.collect()
}

/// `printed` laid out as `text` is, where it has all the tokens of `text` in their order, and some more: white space and comments stay as they are.
#[must_use]
pub fn weave(text: &str, printed: &str) -> Option<String> {
    let tokens = |text: &str| token_spans(text, Span::new(0, text.len()));
    let mut old = tokens(text).into_iter().peekable();
    let (mut woven, mut at, mut end) = (String::new(), 0, 0);
    let mut put_in = false;
    for new in tokens(printed) {
        let token = printed.get(new.start..new.end)?;
        let same = old.next_if(|span| text.get(span.start..span.end) == Some(token));
        let gap = same.map_or(at..at, |span| at..span.start);
        let gap = text.get(gap)?;
        // What stood together in the text stays together.
        if gap.is_empty() && (same.is_none() || put_in) && new.start > end {
            woven.push(' ');
        }
        put_in = same.is_none();
        woven.push_str(gap);
        woven.push_str(token);
        at = same.map_or(at, |span| span.end);
        end = new.end;
    }
    let is_whole = old.next().is_none();
    is_whole.then(|| woven + text.get(at..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::{Printed, weave};
    use crate::source::Span;

    #[test]
    fn comments_go_and_literals_stay() {
        let text = "ADD  CHECK (name <> 'a  b') -- the name\r\n/* a /* nested */ one */AND(\"x  y\"=$$ -- $$);";
        let mut printed = Printed::new(text, Span::new(0, text.len()));
        assert_eq!(
            printed.to_string(),
            "ADD CHECK (name <> 'a  b') AND(\"x  y\"=$$ -- $$)"
        );
        printed.insert_behind(&["check"], "NOW");
        assert!(printed.to_string().starts_with("ADD CHECK NOW (name"));
    }

    #[test]
    fn what_is_put_in_leaves_the_layout_as_it_is() {
        let text = "create index\n    by_name -- it's\n  ON t(a ,b)";
        let printed = "create index CONCURRENTLY by_name ON t(a, b) WITH (x = 1)";
        let woven = "create index CONCURRENTLY\n    by_name -- it's\n  ON t(a ,b) WITH (x = 1)";
        assert_eq!(weave(text, printed).as_deref(), Some(woven));
        assert_eq!(weave(text, "create index ON t(a, b)"), None);
    }
}
