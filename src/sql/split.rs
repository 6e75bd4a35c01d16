//! Statements: where each one begins and ends, as psql and the server's own parser find them.

use super::lexer::{Lexer, find};
use super::token::{Lexeme, Token, TokenKind, Unclosed};
use crate::ir::{Problem, ProblemKind};
use crate::postgres::keywords::starts_statement;
use crate::source::Span;

/// How often reading is taken up again behind something that is never closed: each time costs a pass over the rest.
const RECOVERIES: usize = 50;

/// psql commands that send the statement before them.
const SENDING: &[&str] = &[
    "\\g",
    "\\gx",
    "\\gset",
    "\\gexec",
    "\\gdesc",
    "\\crosstabview",
    "\\watch",
    "\\;",
];

/// Cuts a range of a text into statements.
pub(super) struct Splitter<'a> {
    text: &'a str,
    separators: &'a [&'a str],
    lexer: Lexer<'a>,
    tokens: Vec<Token>,
    /// Open parentheses, and where the outermost stands.
    depth: usize,
    outermost: usize,
    /// Nesting of BEGIN ATOMIC and CASE, and where the body begins.
    atomic: usize,
    body: usize,
    recoveries: usize,
    no_copy_end: bool,
    /// What could not be read.
    pub(super) problems: Vec<Problem>,
}

impl<'a> Splitter<'a> {
    /// A splitter for `range` of `text`.
    pub(super) fn new(text: &'a str, range: Span, separators: &'a [&'a str]) -> Self {
        Self {
            text,
            separators,
            lexer: Lexer::new(text, range),
            tokens: Vec::new(),
            depth: 0,
            outermost: 0,
            atomic: 0,
            body: 0,
            recoveries: 0,
            no_copy_end: false,
            problems: Vec::new(),
        }
    }

    /// The tokens of the next statement, without its semicolon; `None` at the end.
    pub(super) fn next(&mut self) -> Option<&[Token]> {
        self.tokens.clear();
        self.depth = 0;
        self.atomic = 0;
        while let Some(lexeme) = self.lexer.next() {
            let ended = match lexeme {
                Lexeme::Token(token) => self.token(token),
                Lexeme::LineComment(span) => self.is_separator(span),
                Lexeme::BlockComment(_) => false,
                Lexeme::Meta(span) => self.meta(span),
                Lexeme::Unclosed { what, at } => {
                    self.unclosed(what, at);
                    true
                }
            };
            if ended && !self.tokens.is_empty() {
                return Some(&self.tokens);
            }
        }
        if self.atomic > 0 {
            self.unclosed(Unclosed::AtomicBody, self.body);
        } else if self.depth > 0 {
            self.unclosed(Unclosed::Parenthesis, self.outermost);
        }
        (!self.tokens.is_empty()).then_some(&self.tokens[..])
    }

    /// The same, and whether nothing in it is left open, which is a problem already.
    pub(super) fn next_whole(&mut self) -> Option<(&[Token], bool)> {
        let before = self.problems.len();
        self.next()?;
        Some((&self.tokens, self.problems.len() == before))
    }

    /// Takes in one token; true where it ends the statement.
    fn token(&mut self, token: Token) -> bool {
        match token.kind {
            TokenKind::Symbol(b';') if self.semicolon() => return true,
            TokenKind::Symbol(b'(') => {
                if self.depth == 0 {
                    self.outermost = token.span.start;
                }
                self.depth += 1;
            }
            TokenKind::Symbol(b')') => self.depth = self.depth.saturating_sub(1),
            TokenKind::Word => self.word(token),
            _ => {}
        }
        self.tokens.push(token);
        false
    }

    /// Whether a semicolon ends the statement; it does not inside a BEGIN ATOMIC body and between a rule's actions.
    fn semicolon(&mut self) -> bool {
        if self.atomic > 0 {
            return false;
        }
        if self.depth > 0 {
            if self.is_rule() && !self.definition_follows() {
                return false;
            }
            self.report(Unclosed::Parenthesis, self.outermost);
        }
        self.skip_copy_data();
        true
    }

    /// Follows BEGIN ATOMIC ... END bodies, in which CASE has an END too.
    fn word(&mut self, token: Token) {
        let word = self.slice(token);
        if self.atomic > 0 {
            if word.eq_ignore_ascii_case("case") {
                self.atomic += 1;
            } else if word.eq_ignore_ascii_case("end") {
                self.atomic -= 1;
            }
        } else if word.eq_ignore_ascii_case("atomic")
            && let Some(&last) = self.tokens.last()
            && self.slice(last).eq_ignore_ascii_case("begin")
            && self.is_word(0, "create")
        {
            self.atomic = 1;
            self.body = last.span.start;
        }
    }

    fn meta(&mut self, span: Span) -> bool {
        let line = &self.text[span.start..span.end];
        let command = line.split_ascii_whitespace().next().unwrap_or_default();
        if matches!(command, "\\r" | "\\reset") {
            self.tokens.clear();
        }
        SENDING.contains(&command)
    }

    fn is_separator(&self, comment: Span) -> bool {
        let comment = &self.text[comment.start..comment.end];
        self.separators
            .iter()
            .any(|separator| comment.starts_with(separator))
    }

    fn is_rule(&self) -> bool {
        self.is_word(0, "create")
            && (self.is_word(1, "rule") || self.is_word(2, "replace") && self.is_word(3, "rule"))
    }

    fn is_word(&self, index: usize, word: &str) -> bool {
        self.tokens
            .get(index)
            .is_some_and(|&token| self.slice(token).eq_ignore_ascii_case(word))
    }

    fn slice(&self, token: Token) -> &'a str {
        &self.text[token.span.start..token.span.end]
    }

    /// Whether a line with a statement follows that no rule's action can be.
    fn definition_follows(&self) -> bool {
        let rest = &self.lexer.bytes()[self.lexer.position()..];
        let line = rest.trim_ascii_start();
        ["create", "alter", "drop"].iter().any(|word| {
            line.get(..word.len())
                .is_some_and(|start| start.eq_ignore_ascii_case(word.as_bytes()))
        })
    }

    /// Steps over the rows that follow COPY ... FROM STDIN, if their closing `\.` does.
    fn skip_copy_data(&mut self) {
        let reads_stdin = self.is_word(0, "copy")
            && (2..self.tokens.len())
                .any(|index| self.is_word(index, "stdin") && self.is_word(index - 1, "from"));
        if !reads_stdin || self.no_copy_end {
            return;
        }
        let start = self.lexer.position();
        match copy_end(&self.lexer.bytes()[start..]) {
            Some(length) => self.lexer.resume(start + length),
            None => self.no_copy_end = true,
        }
    }

    fn unclosed(&mut self, what: Unclosed, at: usize) {
        self.report(what, at);
        self.recoveries += 1;
        let end = self.lexer.bytes().len();
        let resume = (self.recoveries < RECOVERIES)
            .then(|| self.resume_point(at))
            .flatten()
            .unwrap_or(end);
        self.tokens.retain(|token| token.span.end <= resume);
        self.lexer.resume(resume);
    }

    fn report(&mut self, what: Unclosed, at: usize) {
        let width = self.text[at..].chars().next().map_or(0, char::len_utf8);
        self.problems.push(Problem {
            span: Span::new(at, at + width),
            kind: ProblemKind::Syntax,
            message: what.describe().to_string(),
            help: what.help().to_string(),
        });
    }

    /// The first line after `from` that starts a statement, behind a line that ends one.
    fn resume_point(&self, from: usize) -> Option<usize> {
        let text = &self.text[from..self.lexer.bytes().len()];
        let mut ended = false;
        let mut at = from;
        for line in text.split_inclusive('\n') {
            let words = line.trim();
            if ended && at > from && starts_statement(first_word(words)) {
                return Some(at);
            }
            if !words.is_empty() && !words.starts_with("--") {
                ended = words.ends_with(';');
            }
            at += line.len();
        }
        None
    }
}

fn first_word(line: &str) -> &str {
    let end = line
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(line.len());
    &line[..end]
}

/// The length of COPY data up to and with the line `\.` that ends it.
fn copy_end(bytes: &[u8]) -> Option<usize> {
    let mut from = 0;
    while let Some(at) = find(&bytes[from..], b"\n\\.") {
        let end = from + at + 3;
        match bytes.get(end) {
            None | Some(b'\n' | b'\r') => return Some(end),
            Some(_) => from = end,
        }
    }
    None
}
