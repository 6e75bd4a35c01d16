//! From a statement's first word to the families that may know it.

use super::cursor::Cursor;
use super::token::TokenKind;
use super::{alter_table, create_table, index};
use crate::ir::{Action, Problem, ProblemKind, Statement};
use crate::postgres::keywords::starts_statement;
use crate::source::Span;

/// Reads a whole statement, which the cursor stands at the start of; `None` where it is of another family or not understood.
type Family = fn(&mut Cursor) -> Option<Action>;

/// The families that a statement with this first word may belong to. The first that reads all of it wins.
fn families(first_word: &str) -> &'static [Family] {
    match first_word {
        "alter" => &[alter_table::alter_table],
        "create" => &[create_table::create_table, index::create_index],
        _ => &[],
    }
}

/// Reads one statement; an error where no PostgreSQL statement starts so.
pub(super) fn statement(cursor: Cursor) -> Result<Statement, Problem> {
    let first = cursor
        .peek()
        .map_or(TokenKind::Template, |token| token.kind);
    let action = match (first, cursor.word()) {
        (_, Some(word)) if starts_statement(word) => action(cursor, &word.to_ascii_lowercase()),
        (TokenKind::Symbol(b'('), _) => action(cursor, "("),
        (TokenKind::Template, _) => Action::Unknown,
        _ => return Err(no_statement(cursor)),
    };
    Ok(Statement {
        span: cursor.span(),
        action,
    })
}

fn action(cursor: Cursor, first_word: &str) -> Action {
    families(first_word)
        .iter()
        .find_map(|family| {
            let mut attempt = cursor;
            family(&mut attempt).filter(|_| attempt.is_empty())
        })
        .unwrap_or(Action::Unknown)
}

fn no_statement(cursor: Cursor) -> Problem {
    let first = cursor.peek().map_or(Span::default(), |token| token.span);
    let word = &cursor.source()[first.start..first.end];
    let short = word.chars().take(40).collect::<String>();
    Problem {
        span: first,
        kind: ProblemKind::Syntax,
        message: format!("\"{short}\" does not start any PostgreSQL statement"),
        help: "check the spelling, and that the statement before it ends with a semicolon"
            .to_string(),
    }
}
