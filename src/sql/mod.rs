//! SQL text to the typed tree: statements with exact places, and what could not be read.

mod alter_table;
mod body;
mod column;
mod comment;
mod comments;
mod constraint;
mod create_table;
mod cursor;
mod dispatch;
mod dml;
mod drop;
mod expr;
mod grammar;
mod grant;
mod index;
mod judged;
mod lexer;
mod maintenance;
mod nested;
mod object;
mod object_kind;
mod partition;
mod plpgsql;
mod printed;
mod procedural;
mod publication;
mod query;
mod refusal;
mod session;
mod split;
mod storage;
mod text;
mod token;
mod transaction;
mod trigger;
mod types;
mod user_type;
mod utility;
mod view;

use crate::ir::{Problem, ProblemKind, Statement};
use crate::source::Span;
use cursor::Cursor;
use grammar::Judge;
use split::Splitter;

pub use comments::comments;
pub use printed::{Printed, token_spans, weave};
pub use text::string as string_value;

/// The statements of a text, and what in it is no PostgreSQL.
#[derive(Debug, Default)]
pub struct Parsed {
    pub statements: Vec<Statement>,
    pub problems: Vec<Problem>,
}

/// Reads the statements that stand in `ranges` of `text`; `separators` are comments that end a statement for the runner
/// (`-- +goose StatementEnd`, `--> statement-breakpoint`).
#[must_use]
pub fn parse(text: &str, ranges: &[Span], separators: &[&str]) -> Parsed {
    let mut parsed = Parsed::default();
    let mut judge = Judge::default();
    for &range in ranges {
        let mut splitter = Splitter::new(text, range, separators);
        while let Some((tokens, is_whole)) = splitter.next_whole() {
            let cursor = Cursor::new(text, tokens);
            let read = dispatch::statement(cursor).and_then(|read| {
                if is_whole {
                    judged::judged(&mut judge, cursor, read)
                } else {
                    Ok(read)
                }
            });
            match read {
                Ok(statement) => parsed.statements.push(statement),
                Err(problem) => parsed.problems.push(problem),
            }
        }
        parsed.problems.append(&mut splitter.problems);
        parsed.problems.extend(nul_byte(text, range));
    }
    parsed.problems.sort_by_key(|problem| problem.span);
    parsed
}

/// Where each statement stands, whether it can be read or not, as `parse` cuts them.
#[must_use]
pub fn split(text: &str) -> Vec<Span> {
    let mut splitter = Splitter::new(text, Span::new(0, text.len()), &[]);
    let mut found = Vec::new();
    while let Some(tokens) = splitter.next() {
        found.push(Cursor::new(text, tokens).span());
    }
    found
}

fn nul_byte(text: &str, range: Span) -> Option<Problem> {
    let at = text.get(range.start..range.end)?.find('\0')? + range.start;
    Some(Problem {
        span: Span::new(at, at + 1),
        kind: ProblemKind::Syntax,
        message: "NUL byte in the text".to_string(),
        help: "save the file as UTF-8; PostgreSQL takes no NUL bytes".to_string(),
    })
}

#[cfg(test)]
mod tests;
