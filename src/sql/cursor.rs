//! A cursor over the tokens of one statement or of a part of it.

use super::text;
use super::token::{Token, TokenKind};
use crate::ir::Name;
use crate::postgres::keywords::is_reserved;
use crate::source::Span;

/// Reads tokens one after another; cheap to copy, so that a part can be tried and given up.
#[derive(Clone, Copy)]
pub(super) struct Cursor<'a> {
    source: &'a str,
    tokens: &'a [Token],
}

impl<'a> Cursor<'a> {
    /// A cursor over `tokens`, which stand in `source`.
    pub(super) fn new(source: &'a str, tokens: &'a [Token]) -> Self {
        Self { source, tokens }
    }

    /// Whether nothing is left.
    pub(super) fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// The tokens that are left.
    pub(super) fn tokens(&self) -> &'a [Token] {
        self.tokens
    }

    /// The whole text that the tokens stand in.
    pub(super) fn source(&self) -> &'a str {
        self.source
    }

    /// From the first token that is left to the last.
    pub(super) fn span(&self) -> Span {
        match (self.tokens.first(), self.tokens.last()) {
            (Some(first), Some(last)) => first.span.to(last.span),
            _ => Span::default(),
        }
    }

    /// The text of what is left, as written.
    pub(super) fn text(&self) -> &'a str {
        let span = self.span();
        &self.source[span.start..span.end]
    }

    /// The text of one token, as written.
    pub(super) fn token_text(&self, token: Token) -> &'a str {
        &self.source[token.span.start..token.span.end]
    }

    /// The token `ahead` places further on.
    pub(super) fn peek_at(&self, ahead: usize) -> Option<Token> {
        self.tokens.get(ahead).copied()
    }

    /// The next token.
    pub(super) fn peek(&self) -> Option<Token> {
        self.peek_at(0)
    }

    /// Takes the next token.
    pub(super) fn next(&mut self) -> Option<Token> {
        let (first, rest) = self.tokens.split_first()?;
        self.tokens = rest;
        Some(*first)
    }

    /// Whether the next tokens are these unquoted words, which are given in lower case with blanks between them.
    pub(super) fn at(&self, words: &str) -> bool {
        self.words_here(words).is_some()
    }

    /// Takes these words if they are next.
    pub(super) fn eat(&mut self, words: &str) -> bool {
        match self.words_here(words) {
            Some(count) => {
                self.tokens = &self.tokens[count..];
                true
            }
            None => false,
        }
    }

    /// Takes these words or fails.
    pub(super) fn expect(&mut self, words: &str) -> Option<()> {
        self.eat(words).then_some(())
    }

    /// Takes the first of these word sequences that is next, and tells which.
    pub(super) fn eat_any<'w>(&mut self, choices: &[&'w str]) -> Option<&'w str> {
        choices.iter().copied().find(|words| self.eat(words))
    }

    /// Takes the first of these word sequences that is next, and gives what stands beside it.
    pub(super) fn eat_one_of<T: Copy>(&mut self, choices: &[(&str, T)]) -> Option<T> {
        let found = choices.iter().find(|(words, _)| self.eat(words));
        found.map(|(_, meant)| *meant)
    }

    /// How many tokens the words take, if they stand here. Asked for nearly every token: nothing is cut or copied.
    fn words_here(&self, words: &str) -> Option<usize> {
        let mut rest = words.as_bytes();
        let mut count = 0;
        loop {
            let token = self.peek_at(count)?;
            let text = self.token_text(token).as_bytes();
            let fits = token.kind == TokenKind::Word && rest.len() >= text.len();
            if !fits || !rest[..text.len()].eq_ignore_ascii_case(text) {
                return None;
            }
            count += 1;
            rest = &rest[text.len()..];
            match rest {
                [] => return Some(count),
                [b' ', more @ ..] => rest = more,
                _ => return None,
            }
        }
    }

    /// The next token's text, if it is an unquoted word.
    pub(super) fn word(&self) -> Option<&'a str> {
        let token = self.peek()?;
        (token.kind == TokenKind::Word).then(|| self.token_text(token))
    }

    /// Whether the next token is this symbol: one of `( ) [ ] , .` and the like.
    pub(super) fn at_symbol(&self, symbol: u8) -> bool {
        self.peek()
            .is_some_and(|token| token.kind == TokenKind::Symbol(symbol))
    }

    /// Takes this symbol if it is next.
    pub(super) fn eat_symbol(&mut self, symbol: u8) -> bool {
        let found = self.at_symbol(symbol);
        if found {
            self.next();
        }
        found
    }

    /// Takes this operator if it is next.
    pub(super) fn eat_operator(&mut self, operator: &str) -> bool {
        let found = self.peek().is_some_and(|token| {
            token.kind == TokenKind::Operator && self.token_text(token) == operator
        });
        if found {
            self.next();
        }
        found
    }

    /// Takes a name of one part, folded; reserved words are none.
    pub(super) fn identifier(&mut self) -> Option<String> {
        let token = self.peek()?;
        if token.kind == TokenKind::Word && is_reserved(self.token_text(token)) {
            return None;
        }
        self.label()
    }

    /// Takes a name of one part that may be a reserved word, as after a dot.
    pub(super) fn label(&mut self) -> Option<String> {
        let token = self.peek()?;
        let named = matches!(
            token.kind,
            TokenKind::Word | TokenKind::Quoted | TokenKind::Template
        );
        if !named {
            return None;
        }
        self.next();
        Some(text::identifier(token, self.token_text(token)))
    }

    /// Takes a name with or without its schema; a catalog before that is dropped.
    pub(super) fn name(&mut self) -> Option<Name> {
        let mut name = Name::bare(self.identifier()?);
        while self.at_symbol(b'.') {
            let mut ahead = *self;
            ahead.next();
            let Some(last) = ahead.label() else { break };
            *self = ahead;
            name = Name {
                schema: Some(name.name),
                name: last,
            };
        }
        Some(name)
    }

    /// Takes names with commas between them.
    pub(super) fn names(&mut self) -> Option<Vec<Name>> {
        let mut names = vec![self.name()?];
        while self.eat_symbol(b',') {
            names.push(self.name()?);
        }
        Some(names)
    }

    /// Takes roles with commas between them; CURRENT_USER and the like are reserved words.
    pub(super) fn roles(&mut self) -> Option<()> {
        self.label()?;
        while self.eat_symbol(b',') {
            self.label()?;
        }
        Some(())
    }

    /// Takes the name of a relation as ALTER, TRUNCATE and LOCK write it, `ONLY name` or `name *`, and tells whether ONLY was there.
    pub(super) fn relation(&mut self) -> Option<(Name, bool)> {
        let only = self.eat("only");
        if only && self.at_symbol(b'(') {
            let name = self.parentheses()?.name()?;
            return Some((name, true));
        }
        let name = self.name()?;
        self.eat_operator("*");
        Some((name, only))
    }

    /// Takes `( ... )` and gives what stands inside. One that is never closed, which is reported elsewhere, goes to the end.
    pub(super) fn parentheses(&mut self) -> Option<Self> {
        if !self.at_symbol(b'(') {
            return None;
        }
        let close = self.closing();
        let inner = self.part(1, close);
        self.tokens = self.tokens.get(close + 1..).unwrap_or_default();
        Some(inner)
    }

    /// Takes `[ ... ]` and gives what stands inside.
    pub(super) fn brackets(&mut self) -> Option<Self> {
        if !self.at_symbol(b'[') {
            return None;
        }
        let close = self.closing();
        let inner = self.part(1, close);
        self.tokens = self.tokens.get(close + 1..).unwrap_or_default();
        Some(inner)
    }

    /// Takes `(name, ...)`.
    pub(super) fn column_list(&mut self) -> Option<Vec<String>> {
        let inner = self.parentheses()?;
        inner
            .commas()
            .map(|mut part| part.sole_identifier())
            .collect()
    }

    fn sole_identifier(&mut self) -> Option<String> {
        let name = self.identifier()?;
        self.is_empty().then_some(name)
    }

    /// Takes `( ... )` if it is next, whatever it holds.
    pub(super) fn skip_parentheses(&mut self) -> bool {
        self.parentheses().is_some()
    }

    /// Takes the string constant that is next, and gives what it holds.
    pub(super) fn string(&mut self) -> Option<String> {
        let token = self.peek()?;
        if !matches!(token.kind, TokenKind::String | TokenKind::Template) {
            return None;
        }
        self.next();
        Some(text::string(self.token_text(token)))
    }

    /// Takes everything that is left.
    pub(super) fn rest(&mut self) -> Self {
        let all = *self;
        self.tokens = &[];
        all
    }

    /// Takes the tokens before the first one, outside of parentheses and brackets, at which `stop` says so; to the end without one.
    pub(super) fn until(&mut self, mut stop: impl FnMut(&Self) -> bool) -> Self {
        let mut depth = 0usize;
        let mut ahead = *self;
        while let Some(token) = ahead.peek() {
            if depth == 0 && stop(&ahead) {
                break;
            }
            depth = depth_after(depth, token);
            ahead.next();
        }
        let taken = self.part(0, self.tokens.len() - ahead.tokens.len());
        *self = ahead;
        taken
    }

    /// The parts between the commas that stand outside of parentheses and brackets.
    pub(super) fn commas(mut self) -> impl Iterator<Item = Self> {
        let mut done = self.is_empty();
        std::iter::from_fn(move || {
            if done {
                return None;
            }
            let part = self.until(|ahead| ahead.at_symbol(b','));
            done = !self.eat_symbol(b',');
            Some(part)
        })
    }

    /// The tokens that stand before `later`, a cursor further on over the same tokens.
    pub(super) fn before(&self, later: &Self) -> Self {
        self.part(0, self.tokens.len().saturating_sub(later.tokens.len()))
    }

    fn part(&self, from: usize, to: usize) -> Self {
        let to = to.min(self.tokens.len());
        Self {
            source: self.source,
            tokens: &self.tokens[from.min(to)..to],
        }
    }

    /// The index of the parenthesis or bracket that closes the one which is next.
    fn closing(&self) -> usize {
        let mut depth = 0usize;
        for (index, token) in self.tokens.iter().enumerate() {
            depth = depth_after(depth, *token);
            if depth == 0 {
                return index;
            }
        }
        self.tokens.len()
    }
}

/// The nesting of parentheses and brackets after a token.
pub(super) fn depth_after(depth: usize, token: Token) -> usize {
    match token.kind {
        TokenKind::Symbol(b'(' | b'[') => depth + 1,
        TokenKind::Symbol(b')' | b']') => depth.saturating_sub(1),
        _ => depth,
    }
}
