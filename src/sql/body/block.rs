//! Reads a body of PL/pgSQL token by token: what is next, what must be, and up to where an expression goes.
//!
//! Source: `read_sql_construct` and its callers in `src/pl/plpgsql/src/pl_gram.y`.

use super::scope::Scope;
use crate::ir::{Known, Problem};
use crate::sql::grammar::{Judge, Part};
use crate::sql::refusal;
use crate::sql::text;
use crate::sql::token::{Token, TokenKind};

/// How deep blocks may stand in each other before no more is read.
const DEPTH_LIMIT: usize = 60;

/// `pl_reserved_kwlist.h`.
const RESERVED: &[&str] = &[
    "all", "begin", "by", "case", "declare", "else", "end", "execute", "for", "foreach", "from",
    "if", "in", "into", "loop", "not", "null", "or", "strict", "then", "to", "using", "when",
    "while",
];

/// The error that a body is refused with.
pub(super) type Read<T = ()> = Result<T, Problem>;

pub(super) struct Reader<'a> {
    judge: &'a mut Judge,
    pub(super) text: &'a str,
    pub(super) tokens: &'a [Token],
    pub(super) at: usize,
    pub(super) scope: Scope,
    depth: usize,
    /// Blocks stand in each other deeper than is read: nothing is known.
    pub(super) is_too_deep: bool,
    /// Which versions know all of it, where that differs.
    pub(super) known: Option<Known>,
}

impl<'a> Reader<'a> {
    pub(super) fn new(
        judge: &'a mut Judge,
        text: &'a str,
        tokens: &'a [Token],
        scope: Scope,
    ) -> Self {
        Self {
            judge,
            text,
            tokens,
            at: 0,
            scope,
            depth: 0,
            is_too_deep: false,
            known: None,
        }
    }

    /// What stands `ahead` places further on.
    pub(super) fn written(&self, ahead: usize) -> &'a str {
        let token = self.tokens.get(self.at + ahead);
        token.map_or("", |token| &self.text[token.span.start..token.span.end])
    }

    pub(super) fn is(&self, word: &str) -> bool {
        self.is_at(0, word)
    }

    pub(super) fn is_at(&self, ahead: usize, word: &str) -> bool {
        self.written(ahead).eq_ignore_ascii_case(word)
    }

    pub(super) fn eat(&mut self, word: &str) -> bool {
        let found = self.is(word);
        self.at += usize::from(found);
        found
    }

    pub(super) fn eat_any(&mut self, words: &[&str]) -> bool {
        words.iter().any(|word| self.eat(word))
    }

    pub(super) fn expect(&mut self, word: &str) -> Read {
        if self.eat(word) {
            Ok(())
        } else {
            Err(self.error())
        }
    }

    pub(super) fn is_end(&self) -> bool {
        self.at >= self.tokens.len()
    }

    /// A syntax error at what is next.
    pub(super) fn error(&self) -> Problem {
        refusal::problem(self.text, self.tokens, refusal::place(self.tokens, self.at))
    }

    /// Whether the token can be a name: a word that PL/pgSQL does not reserve, or a quoted one.
    pub(super) fn is_name(&self, token: &Token) -> bool {
        let written = &self.text[token.span.start..token.span.end];
        match token.kind {
            TokenKind::Word => !RESERVED
                .iter()
                .any(|word| word.eq_ignore_ascii_case(written)),
            kind => kind == TokenKind::Quoted,
        }
    }

    /// Takes a name of one part, folded.
    pub(super) fn name(&mut self) -> Read<String> {
        match self.tokens.get(self.at) {
            Some(token) if self.is_name(token) => {
                self.at += 1;
                Ok(text::identifier(
                    *token,
                    &self.text[token.span.start..token.span.end],
                ))
            }
            _ => Err(self.error()),
        }
    }

    /// Takes what stands before the first of these words outside of parentheses; the server says so where a semicolon comes first.
    pub(super) fn up_to(&mut self, words: &[&str]) -> Read<&'a [Token]> {
        let start = self.at;
        let mut depth = 0usize;
        while !self.is_end() {
            if depth == 0 && words.iter().any(|word| self.is(word)) {
                return Ok(&self.tokens[start..self.at]);
            }
            match self.tokens[self.at].kind {
                TokenKind::Symbol(b'(' | b'[') => depth += 1,
                TokenKind::Symbol(b')' | b']') if depth == 0 => return Err(self.error()),
                TokenKind::Symbol(b')' | b']') => depth -= 1,
                TokenKind::Symbol(b';') if depth > 0 => {
                    return Err(refusal::says(
                        self.tokens[self.at].span,
                        "mismatched parentheses",
                    ));
                }
                TokenKind::Symbol(b';') => {
                    let wanted = words
                        .first()
                        .map_or(String::new(), |word| word.to_uppercase());
                    let message = format!("missing \"{wanted}\" at end of SQL expression");
                    return Err(refusal::says(self.tokens[self.at].span, &message));
                }
                _ => {}
            }
            self.at += 1;
        }
        Err(self.error())
    }

    /// Takes an expression and the word behind it.
    pub(super) fn expression(&mut self, ends: &[&str]) -> Read<&'a str> {
        let tokens = self.up_to(ends)?;
        if tokens.is_empty() {
            let message = "missing expression";
            return Err(refusal::says(refusal::place(self.tokens, self.at), message));
        }
        self.check(Part::Expression, tokens)?;
        let end = self.written(0);
        self.at += 1;
        Ok(end)
    }

    /// Asks the grammar about a part.
    pub(super) fn check(&mut self, part: Part, tokens: &[Token]) -> Read {
        let known = refusal::verdict(self.judge, part, self.text, tokens)?;
        self.known = self.known.or(known);
        Ok(())
    }

    /// Reads what stands in one more block.
    pub(super) fn deeper(&mut self, read: impl FnOnce(&mut Self) -> Read) -> Read {
        if self.depth == DEPTH_LIMIT {
            self.is_too_deep = true;
            return Err(self.error());
        }
        self.depth += 1;
        let result = read(self);
        self.depth -= 1;
        result
    }
}
