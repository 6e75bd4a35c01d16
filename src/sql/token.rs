//! Tokens: the kind of a piece of text and where it stands.

use crate::source::Span;

/// One token; its text is that of its span.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token {
    pub(super) kind: TokenKind,
    pub(super) span: Span,
}

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum TokenKind {
    /// A keyword or an unquoted name.
    Word,
    /// `"a name"`, also `U&"..."`.
    Quoted,
    /// A string constant of any form: `'...'`, `E'...'`, `$tag$...$tag$`, `B'...'`.
    String,
    Number,
    /// `$1`.
    Parameter,
    /// What psql or a template engine fills in: `:name`, `${name}`, `{{ name }}`, alone or as part of a word.
    Template,
    /// A run of operator characters, also `::` and `:=`.
    Operator,
    /// One of `( ) [ ] , ; .` or a character that PostgreSQL does not know.
    Symbol(u8),
}

/// Something that opens and is never closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unclosed {
    String,
    Identifier,
    DollarQuote,
    Comment,
    Parenthesis,
    AtomicBody,
}

impl Unclosed {
    /// How a message calls it.
    pub(super) const fn describe(self) -> &'static str {
        match self {
            Self::String => "string that is never closed",
            Self::Identifier => "quoted identifier that is never closed",
            Self::DollarQuote => "dollar-quoted string that is never closed",
            Self::Comment => "comment that is never closed",
            Self::Parenthesis => "parenthesis that is never closed",
            Self::AtomicBody => "BEGIN ATOMIC body that never ends",
        }
    }

    /// What to write to close it.
    pub(super) const fn help(self) -> &'static str {
        match self {
            Self::String => "close the string with ', and write '' for a quote inside it",
            Self::Identifier => "close the identifier with \"",
            Self::DollarQuote => "close the string with the same $tag$ that opened it",
            Self::Comment => "close the comment with */; comments nest in PostgreSQL",
            Self::Parenthesis => "close the parenthesis before the semicolon",
            Self::AtomicBody => "close the body with END before the semicolon",
        }
    }
}

/// What the lexer meets next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lexeme {
    Token(Token),
    /// A `--` comment, up to the end of its line.
    LineComment(Span),
    BlockComment(Span),
    /// A psql command, from its backslash to the end of its line.
    Meta(Span),
    /// Something opens at `at` and is never closed.
    Unclosed {
        what: Unclosed,
        at: usize,
    },
}
