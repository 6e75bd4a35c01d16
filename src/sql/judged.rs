//! A statement that was read, held against the grammar: whether any version takes it, and the code in it.

use super::body;
use super::cursor::Cursor;
use super::grammar::{Judge, Part};
use super::refusal::{message, verdict};
use super::token::{Token, TokenKind};
use crate::ir::{Problem, Statement};
use crate::source::Span;

/// The statement, with the versions that know it; an error where none does. `cursor` stands at its start.
pub(super) fn judged(
    judge: &mut Judge,
    cursor: Cursor,
    statement: Statement,
) -> Result<Statement, Problem> {
    let tokens = cursor.tokens();
    // What a template becomes is not known.
    if tokens.iter().any(|token| token.kind == TokenKind::Template) {
        return Ok(statement);
    }
    let known = match verdict(judge, Part::Statement, cursor.source(), tokens) {
        // A driver may put a value there.
        Err(problem) if is_parameter(tokens, problem.span) => return Ok(statement),
        Err(problem) => return Err(at_semicolon(cursor.source(), problem)),
        Ok(known) => known,
    };
    let known = known.or(body::judged(judge, cursor)?);
    Ok(Statement { known, ..statement })
}

fn is_parameter(tokens: &[Token], span: Span) -> bool {
    let mut parameters = tokens
        .iter()
        .filter(|token| token.kind == TokenKind::Parameter);
    parameters.any(|token| token.span == span)
}

/// What breaks off stops at its semicolon, as servers say of a whole file.
fn at_semicolon(text: &str, problem: Problem) -> Problem {
    let behind = &text[problem.span.end..];
    let gap = behind.len() - behind.trim_ascii_start().len();
    if !problem.span.is_empty() || !behind[gap..].starts_with(';') {
        return problem;
    }
    let start = problem.span.end + gap;
    let span = Span::new(start, start + 1);
    Problem {
        span,
        message: message(";"),
        ..problem
    }
}
