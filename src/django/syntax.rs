//! Python text to a syntax tree, with what is wrong in it.

use crate::ir::{Problem, ProblemKind};
use crate::source::Span;
use ruff_python_ast::token::TokenKind;
use ruff_python_ast::{PySourceType, Suite};
use ruff_python_parser::{Mode, lexer, parse_unchecked_source};
use ruff_text_size::{Ranged, TextRange};

/// How deep expressions and blocks may nest; Python itself stops at 200 parentheses and 100 indentations.
const MAX_DEPTH: usize = 200;
/// How many tokens may stand around the innermost one without a comma: what bounds chains like `a.b.c` and `a + b + c`.
const MAX_CHAIN: usize = 3_000;

/// A Python file, as far as it could be read.
#[derive(Debug, Default)]
pub struct Syntax {
    pub body: Suite,
    /// Comments, from `#` to the end of the line.
    pub comments: Vec<Span>,
    /// Syntax errors. What stands before and behind them is in the body.
    pub problems: Vec<Problem>,
}

/// Reads a Python file of any version; nothing is run.
#[must_use]
pub fn parse(text: &str) -> Syntax {
    if u32::try_from(text.len()).is_err() {
        return refused(Span::default(), "a file of more than 4 GB");
    }
    if too_deep(text) {
        let end = first(text.len(), |end| {
            !text.is_char_boundary(end) || too_deep(&text[..end])
        });
        return refused(
            Span::new(end.saturating_sub(1), end),
            "an expression nested too deeply",
        );
    }
    let parsed = parse_unchecked_source(text, PySourceType::Python);
    let comments = parsed.tokens().iter();
    let comments = comments
        .filter(|token| token.kind() == TokenKind::Comment)
        .map(|token| span(token.range()))
        .collect();
    let problems = parsed.errors().first().map(|error| Problem {
        span: span(error.location),
        kind: ProblemKind::Syntax,
        message: format!("not Python 3: {}", lower(&error.error.to_string())),
        help: "mend the file; what stands around the fault was read".to_owned(),
    });
    Syntax {
        comments,
        problems: problems.into_iter().collect(),
        body: parsed.into_suite(),
    }
}

/// The range of a node as a span.
pub(super) fn span(range: TextRange) -> Span {
    Span::new(range.start().to_usize(), range.end().to_usize())
}

/// The place of a node.
pub(super) fn span_of(node: &impl Ranged) -> Span {
    span(node.range())
}

fn refused(span: Span, what: &str) -> Syntax {
    Syntax {
        problems: vec![Problem {
            span,
            kind: ProblemKind::Syntax,
            message: format!("{what} is not read"),
            help: "split it up; Python would refuse it too".to_owned(),
        }],
        ..Syntax::default()
    }
}

fn lower(message: &str) -> String {
    let mut chars = message.trim_end_matches('.').chars();
    let first = chars.next().map(|c| c.to_ascii_lowercase());
    first.into_iter().chain(chars).collect()
}

/// Whether a tree of this text would be deeper than any walk of it may go.
fn too_deep(text: &str) -> bool {
    let mut lexer = lexer::lex(text, Mode::Module);
    let (mut open, mut chain, mut indents) = (Vec::new(), 0_usize, 0_usize);
    let mut around = 0;
    loop {
        match lexer.next_token() {
            TokenKind::EndOfFile => return false,
            TokenKind::Lpar
            | TokenKind::Lsqb
            | TokenKind::Lbrace
            | TokenKind::FStringStart
            | TokenKind::TStringStart => {
                open.push(chain);
                around += chain;
                chain = 0;
            }
            TokenKind::Rpar
            | TokenKind::Rsqb
            | TokenKind::Rbrace
            | TokenKind::FStringEnd
            | TokenKind::TStringEnd => {
                chain = open.pop().unwrap_or_default();
                around -= chain.min(around);
                chain += 1;
            }
            TokenKind::Comma | TokenKind::Newline | TokenKind::Semi => chain = 0,
            TokenKind::Indent => indents += 1,
            TokenKind::Dedent => indents = indents.saturating_sub(1),
            // Neither makes the tree deeper.
            TokenKind::NonLogicalNewline | TokenKind::Comment | TokenKind::String => {}
            _ => chain += 1,
        }
        if open.len() + indents > MAX_DEPTH || around + chain > MAX_CHAIN {
            return true;
        }
    }
}

/// The least number up to `end` of which `holds` is true, where it is true of all from there on.
fn first(end: usize, holds: impl Fn(usize) -> bool) -> usize {
    let (mut low, mut high) = (0, end);
    while low < high {
        let middle = usize::midpoint(low, high);
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failures::Failures;

    #[test]
    fn a_fault_is_placed_and_the_rest_is_read() {
        let text = "def f():\n    print \"x\"\n\nclass Migration:\n    a = 1\n";
        let syntax = parse(text);
        assert_eq!(syntax.problems.len(), 1);
        assert_eq!(
            text[..syntax.problems[0].span.start].matches('\n').count(),
            1
        );
        assert!(
            syntax
                .body
                .iter()
                .any(ruff_python_ast::Stmt::is_class_def_stmt)
        );
    }

    #[test]
    fn depth_is_bounded_and_length_is_not() {
        let mut blocks = String::new();
        for at in 0..1_000 {
            blocks.push_str(&" ".repeat(at));
            blocks.push_str("if x:\n");
        }
        Failures::collect(|failures| {
            for text in [
                "(".repeat(100_000),
                format!("x = {}1", "-".repeat(100_000)),
                format!("x = 1{}", " + 1".repeat(100_000)),
                format!("x = a{}", ".b()".repeat(100_000)),
                format!("x = {}1", "lambda: ".repeat(100_000)),
                blocks,
            ] {
                failures.equal(&text[..40], &1, &parse(&text).problems.len());
            }
        });
        let deep = format!("x = {}{}", "[".repeat(300), "]".repeat(300));
        assert!(parse(&deep).problems[0].message.contains("deeply"));
        assert_eq!(parse(&deep).problems[0].span.end, 205);
        let long = format!("x = [{}]", "f(a=1, b=[1, 2]),\n".repeat(20_000));
        assert!(parse(&long).problems.is_empty());
    }
}
