//! The lexer: bytes to tokens, by the rules of PostgreSQL's `src/backend/parser/scan.l` and psql's `psqlscan.l`.

use super::text;
use super::token::{Lexeme, Token, TokenKind, Unclosed};
use crate::source::Span;

/// How far a template's closing mark is looked for, in bytes.
const TEMPLATE_LIMIT: usize = 4096;

/// Reads tokens from a range of a text, one after another.
pub(super) struct Lexer<'a> {
    bytes: &'a [u8],
    at: usize,
    /// Open square brackets: inside them a colon is an array slice's, not psql's.
    brackets: usize,
}

impl<'a> Lexer<'a> {
    /// A lexer for `range` of `text`.
    pub(super) fn new(text: &'a str, range: Span) -> Self {
        let end = range.end.min(text.len());
        let mut at = range.start.min(end);
        if at == 0 && text.starts_with('\u{feff}') {
            at = '\u{feff}'.len_utf8().min(end);
        }
        Self {
            bytes: &text.as_bytes()[..end],
            at,
            brackets: 0,
        }
    }

    /// The offset of the next byte to read.
    pub(super) fn position(&self) -> usize {
        self.at
    }

    /// Goes on reading at `offset`, outside of everything.
    pub(super) fn resume(&mut self, offset: usize) {
        self.at = offset.min(self.bytes.len());
        self.brackets = 0;
    }

    /// The bytes up to the end of the range.
    pub(super) fn bytes(&self) -> &'a [u8] {
        self.bytes
    }

    fn peek(&self, ahead: usize) -> u8 {
        self.bytes.get(self.at + ahead).copied().unwrap_or(0)
    }

    fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    /// The next lexeme; `None` at the end of the range.
    pub(super) fn next(&mut self) -> Option<Lexeme> {
        while self.at < self.bytes.len() && is_blank(self.bytes[self.at]) {
            self.at += 1;
        }
        let start = self.at;
        let byte = *self.bytes.get(start)?;
        Some(match byte {
            b'/' if self.peek(1) == b'*' => {
                let unclosed = self.block_comment();
                unclosed.unwrap_or(Lexeme::BlockComment(Span::new(start, self.at)))
            }
            b'-' if self.peek(1) == b'-' => {
                self.skip_line();
                Lexeme::LineComment(Span::new(start, self.at))
            }
            b'\\' => {
                self.meta();
                Lexeme::Meta(Span::new(start, self.at))
            }
            _ => self.token(byte),
        })
    }

    fn token(&mut self, byte: u8) -> Lexeme {
        let start = self.at;
        let kind = match byte {
            b'\'' | b'"' => return self.quoted(start, 0, false),
            b'$' => return self.dollar(),
            b'0'..=b'9' => self.number(),
            b'.' if self.peek(1).is_ascii_digit() => self.number(),
            // PL/pgSQL's, between the bounds of a loop.
            b'.' if self.peek(1) == b'.' => {
                self.at += 2;
                TokenKind::Operator
            }
            b':' => return self.colon(),
            b'{' if self.template_here().is_some() => return self.word(),
            _ if is_word_start(byte) => return self.word(),
            _ if is_operator(byte) => self.operator(),
            _ => self.symbol(byte),
        };
        self.made(kind, start)
    }

    fn made(&self, kind: TokenKind, start: usize) -> Lexeme {
        Lexeme::Token(Token {
            kind,
            span: Span::new(start, self.at),
        })
    }

    fn symbol(&mut self, byte: u8) -> TokenKind {
        self.at += 1;
        match byte {
            b'[' => self.brackets += 1,
            b']' => self.brackets = self.brackets.saturating_sub(1),
            b';' => self.brackets = 0,
            _ => {}
        }
        TokenKind::Symbol(byte)
    }

    fn skip_line(&mut self) {
        let rest = self.rest();
        self.at += rest.iter().position(|&b| b == b'\n').unwrap_or(rest.len());
    }

    /// A psql command; `\;` is one of its own, which parts statements like a semicolon.
    fn meta(&mut self) {
        if self.peek(1) == b';' {
            self.at += 2;
        } else {
            self.skip_line();
        }
    }

    fn block_comment(&mut self) -> Option<Lexeme> {
        let start = self.at;
        let mut depth = 0usize;
        while self.at < self.bytes.len() {
            match (self.peek(0), self.peek(1)) {
                (b'/', b'*') => {
                    depth += 1;
                    self.at += 2;
                }
                (b'*', b'/') => {
                    depth -= 1;
                    self.at += 2;
                    if depth == 0 {
                        return None;
                    }
                }
                _ => self.at += 1,
            }
        }
        Some(Lexeme::Unclosed {
            what: Unclosed::Comment,
            at: start,
        })
    }

    /// A string or identifier whose opening quote stands `prefix` bytes after `start`.
    fn quoted(&mut self, start: usize, prefix: usize, escapes: bool) -> Lexeme {
        let quote = self.bytes[start + prefix];
        let identifier = quote == b'"';
        let mut template = false;
        self.at = start + prefix + 1;
        while self.at < self.bytes.len() {
            if identifier && let Some(length) = self.template_with_strings() {
                template = true;
                self.at += length;
                continue;
            }
            let byte = self.bytes[self.at];
            self.at += 1;
            if byte == b'\\' && escapes {
                self.at = (self.at + 1).min(self.bytes.len());
            } else if byte == quote {
                if self.peek(0) == quote {
                    self.at += 1;
                } else if !identifier && let Some(length) = text::continuation(self.rest()) {
                    self.at += length;
                } else {
                    let kind = match (identifier, template) {
                        (_, true) => TokenKind::Template,
                        (true, false) => TokenKind::Quoted,
                        (false, false) => TokenKind::String,
                    };
                    return self.made(kind, start);
                }
            }
        }
        Lexeme::Unclosed {
            what: if identifier {
                Unclosed::Identifier
            } else {
                Unclosed::String
            },
            at: start,
        }
    }

    fn dollar(&mut self) -> Lexeme {
        let start = self.at;
        if self.peek(1).is_ascii_digit() {
            self.at += 1;
            while self.peek(0).is_ascii_digit() {
                self.at += 1;
            }
            return self.made(TokenKind::Parameter, start);
        }
        if self.template_here().is_some() {
            return self.word();
        }
        let Some(tag) = dollar_tag(self.rest()) else {
            self.at += 1;
            return self.made(TokenKind::Symbol(b'$'), start);
        };
        let open = self.at + tag;
        match find(&self.bytes[open..], &self.bytes[start..open]) {
            Some(length) => {
                self.at = open + length + tag;
                self.made(TokenKind::String, start)
            }
            None => Lexeme::Unclosed {
                what: Unclosed::DollarQuote,
                at: start,
            },
        }
    }

    fn number(&mut self) -> TokenKind {
        let hexadecimal = self.peek(0) == b'0' && matches!(self.peek(1), b'x' | b'X');
        loop {
            match self.peek(0) {
                b'e' | b'E' if !hexadecimal && matches!(self.peek(1), b'+' | b'-') => self.at += 2,
                b'.' if self.peek(1) == b'.' => break,
                b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'.' => self.at += 1,
                _ => break,
            }
        }
        TokenKind::Number
    }

    fn colon(&mut self) -> Lexeme {
        let start = self.at;
        let next = self.peek(1);
        if matches!(next, b':' | b'=') {
            self.at += 2;
            return self.made(TokenKind::Operator, start);
        }
        self.at += 1;
        if self.brackets > 0 {
            return self.made(TokenKind::Symbol(b':'), start);
        }
        if matches!(next, b'\'' | b'"') {
            let closing = self.rest()[1..]
                .iter()
                .take(TEMPLATE_LIMIT)
                .position(|&b| b == next || b == b'\n');
            if let Some(length) = closing {
                self.at += length + 2;
                return self.made(TokenKind::Template, start);
            }
        } else if is_word_start(next) {
            self.word();
            return self.made(TokenKind::Template, start);
        }
        self.made(TokenKind::Symbol(b':'), start)
    }

    /// A word, the string that its last letter introduces, or a word with template parts in it.
    fn word(&mut self) -> Lexeme {
        let start = self.at;
        let mut template = false;
        loop {
            let byte = self.peek(0);
            if matches!(byte, b'$' | b'{')
                && let Some(length) = self.template_here()
            {
                template = true;
                self.at += length;
            } else if self.at < self.bytes.len() && is_word_part(byte) {
                self.at += 1;
            } else {
                break;
            }
        }
        if template {
            return self.made(TokenKind::Template, start);
        }
        match self.bytes[start..self.at] {
            [b'e' | b'E'] if self.peek(0) == b'\'' => self.quoted(start, 1, true),
            [b'b' | b'B' | b'x' | b'X' | b'n' | b'N'] if self.peek(0) == b'\'' => {
                self.quoted(start, 1, false)
            }
            [b'u' | b'U'] if self.peek(0) == b'&' && matches!(self.peek(1), b'\'' | b'"') => {
                let made = self.quoted(start, 2, false);
                self.escape_clause(made)
            }
            _ => self.made(TokenKind::Word, start),
        }
    }

    /// Takes `UESCAPE 'c'`, which belongs to the `U&` string or name before it.
    fn escape_clause(&mut self, made: Lexeme) -> Lexeme {
        let rest = self.rest();
        let clause = rest.trim_ascii_start();
        let (word, after) = clause.split_at(clause.len().min("uescape".len()));
        let Lexeme::Token(token) = made else {
            return made;
        };
        let literal = after.trim_ascii_start();
        if !word.eq_ignore_ascii_case(b"uescape") || !matches!(literal, [b'\'', _, b'\'', ..]) {
            return made;
        }
        self.at += rest.len() - literal.len() + 3;
        self.made(token.kind, token.span.start)
    }

    /// The length of the template part that starts here: `${x}`, `$(x)`, `$%x%$`, `{{ x }}`, `{% x %}`.
    fn template_here(&self) -> Option<usize> {
        let close: &[u8] = match (self.peek(0), self.peek(1)) {
            (b'$', b'{') => b"}",
            (b'$', b'(') => b")",
            (b'$', b'%') => b"%$",
            (b'{', b'{') => b"}}",
            (b'{', b'%') => b"%}",
            _ => return None,
        };
        let rest = self.rest();
        let window = &rest[2..rest.len().min(TEMPLATE_LIMIT)];
        find(window, close).map(|length| 2 + length + close.len())
    }

    /// The length of a template part inside a quoted identifier, if it has strings in it whose quotes do not end that: `{{ index .Options "Namespace" }}`.
    fn template_with_strings(&self) -> Option<usize> {
        let length = self.template_here()?;
        let parts = self.rest()[..length].split(|&b| b == b'"').count();
        (parts > 1 && parts % 2 == 1).then_some(length)
    }

    /// An operator: it ends before a comment, and does not end in + or - unless it has a character that standard operators lack.
    fn operator(&mut self) -> TokenKind {
        let start = self.at;
        while self.at < self.bytes.len() && is_operator(self.bytes[self.at]) {
            let pair = (self.peek(0), self.peek(1));
            if self.at > start && matches!(pair, (b'-', b'-') | (b'/', b'*')) {
                break;
            }
            self.at += 1;
        }
        let special = |b: &u8| {
            matches!(
                b,
                b'~' | b'!' | b'@' | b'#' | b'%' | b'^' | b'&' | b'|' | b'`' | b'?'
            )
        };
        if !self.bytes[start..self.at].iter().any(special) {
            while self.at > start + 1 && matches!(self.bytes[self.at - 1], b'+' | b'-') {
                self.at -= 1;
            }
        }
        TokenKind::Operator
    }
}

/// The length of the dollar quote that opens at the start of `bytes`: `$$` or `$tag$`.
fn dollar_tag(bytes: &[u8]) -> Option<usize> {
    let tag = &bytes[1..];
    let length = tag
        .iter()
        .position(|&b| !(is_word_start(b) || b.is_ascii_digit()))?;
    (tag[length] == b'$').then_some(length + 2)
}

/// The offset of `needle` in `haystack`.
pub(super) fn find(haystack: &[u8], needle: &[u8]) -> Option<usize> {
    let first = *needle.first()?;
    let mut from = 0;
    while let Some(at) = haystack[from..].iter().position(|&b| b == first) {
        if haystack[from + at..].starts_with(needle) {
            return Some(from + at);
        }
        from += at + 1;
    }
    None
}

/// White space as `scan.l` has it; NUL, which no PostgreSQL text may hold, is reported elsewhere.
const fn is_blank(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\n' | b'\r' | 0x0b | 0x0c | 0)
}

pub(super) const fn is_word_start(byte: u8) -> bool {
    byte.is_ascii_alphabetic() || byte == b'_' || byte >= 0x80
}

const fn is_word_part(byte: u8) -> bool {
    is_word_start(byte) || byte.is_ascii_digit() || byte == b'$'
}

const fn is_operator(byte: u8) -> bool {
    matches!(
        byte,
        b'+' | b'-'
            | b'*'
            | b'/'
            | b'<'
            | b'>'
            | b'='
            | b'~'
            | b'!'
            | b'@'
            | b'#'
            | b'%'
            | b'^'
            | b'&'
            | b'|'
            | b'`'
            | b'?'
    )
}
