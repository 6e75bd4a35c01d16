//! Bodies of code, judged for their syntax alone: what CREATE FUNCTION, CREATE PROCEDURE and DO refuse before anything runs.
//!
//! Source: `plpgsql_validator` and `fmgr_sql_validator`, which `check_function_bodies` has called.

mod block;
mod scope;
mod statement;
mod structure;

use super::cursor::Cursor;
use super::grammar::{Judge, Part};
use super::lexer::Lexer;
use super::refusal::{self, Judged};
use super::split::Splitter;
use super::text;
use super::token::{Lexeme, Token, TokenKind};
use crate::source::Span;
use block::Reader;
use scope::Scope;

/// Judges the body of the routine that the cursor stands at the start of, if it has one in a language that is known.
pub(super) fn judged(judge: &mut Judge, cursor: Cursor) -> Judged {
    let Some(routine) = routine(cursor) else {
        return Ok(None);
    };
    let written = cursor.token_text(routine.body);
    let decoded = text::string(written);
    // Where nothing is escaped, the text of the file is read itself, and every place is right.
    let inside = written.find(decoded.as_str()).map(|at| {
        let start = routine.body.span.start + at;
        Span::new(start, start + decoded.len())
    });
    match inside {
        Some(range) => code(judge, &routine, cursor.source(), range),
        None => code(judge, &routine, &decoded, Span::new(0, decoded.len()))
            .map_err(|problem| refusal::moved(problem, written, routine.body.span))
            .map(|known| known.map(|known| refusal::at(known, routine.body.span))),
    }
}

/// What of CREATE FUNCTION or DO matters here.
struct Routine {
    body: Token,
    is_sql: bool,
    scope: Scope,
}

fn routine(mut cursor: Cursor) -> Option<Routine> {
    let mut scope = Scope::default();
    let mut language = None;
    if cursor.eat("create") {
        cursor.eat("or replace");
        cursor.eat_any(&["function", "procedure"])?;
        scope.add(&cursor.name()?.name);
        let parameters = cursor.parentheses()?;
        parameters
            .commas()
            .for_each(|parameter| scope.parameter(parameter));
        if cursor.eat("returns table") {
            let columns = cursor.parentheses()?;
            columns.commas().for_each(|column| scope.parameter(column));
        }
    } else {
        cursor.expect("do")?;
        language = Some("plpgsql".to_owned());
    }
    let mut body = None;
    let any = language.is_some();
    while let Some(token) = cursor.peek() {
        if cursor.eat("language") {
            language = cursor.string().or_else(|| cursor.label());
        } else if body.is_none() && token.kind == TokenKind::String && any || cursor.eat("as") {
            body = cursor.next();
        } else {
            cursor.next();
        }
    }
    let language = language?.to_ascii_lowercase();
    let is_sql = language == "sql";
    let body =
        body.filter(|body| body.kind == TokenKind::String && (is_sql || language == "plpgsql"))?;
    Some(Routine {
        body,
        is_sql,
        scope,
    })
}

fn code(judge: &mut Judge, routine: &Routine, text: &str, range: Span) -> Judged {
    if routine.is_sql {
        return statements(judge, text, range);
    }
    let mut lexer = Lexer::new(text, range);
    let mut tokens = Vec::new();
    while let Some(lexeme) = lexer.next() {
        match lexeme {
            Lexeme::Token(token) if token.kind == TokenKind::Template => return Ok(None),
            Lexeme::Token(token) => tokens.push(token),
            Lexeme::LineComment(_) | Lexeme::BlockComment(_) => {}
            Lexeme::Meta(span) => return Err(refusal::problem(text, &tokens, span)),
            Lexeme::Unclosed { what, at } => return Err(refusal::unclosed(text, what, at)),
        }
    }
    let mut reader = Reader::new(judge, text, &tokens, routine.scope.clone());
    match reader.function() {
        Err(_) if reader.is_too_deep => Ok(None),
        Err(problem) => Err(problem),
        Ok(()) => Ok(reader.known),
    }
}

/// The body of a function in SQL.
fn statements(judge: &mut Judge, text: &str, range: Span) -> Judged {
    let mut splitter = Splitter::new(text, range, &[]);
    let mut known = None;
    while let Some(tokens) = splitter.next() {
        if tokens.iter().any(|token| token.kind == TokenKind::Template) {
            return Ok(None);
        }
        known = known.or(refusal::verdict(judge, Part::Statement, text, tokens)?);
    }
    match splitter.problems.into_iter().next() {
        Some(problem) => Err(problem),
        None => Ok(known),
    }
}
