//! DO and CALL.

use super::cursor::Cursor;
use super::split::Splitter;
use super::token::{Token, TokenKind};
use crate::ir::Action;
use crate::source::Span;

/// Reads DO.
pub(super) fn do_block(cursor: &mut Cursor) -> Option<Action> {
    cursor.expect("do")?;
    let mut body = None;
    let mut language = None;
    while !cursor.is_empty() {
        if cursor.eat("language") {
            language = Some(match cursor.string() {
                Some(written) => written,
                None => cursor.label()?,
            });
        } else {
            body = Some(cursor.string()?);
        }
    }
    let body = body?;
    let language = language.map_or_else(|| "plpgsql".to_string(), |name| name.to_ascii_lowercase());
    let controls_transaction = ends_transaction(&body);
    Some(Action::Do {
        body,
        language,
        controls_transaction,
    })
}

/// Whether COMMIT or ROLLBACK stands in the body as a statement of its own.
fn ends_transaction(body: &str) -> bool {
    let mut splitter = Splitter::new(body, Span::new(0, body.len()), &[]);
    while let Some(tokens) = splitter.next() {
        if tokens
            .iter()
            .enumerate()
            .any(|(at, _)| commits(body, &tokens[at..], at == 0 || opens(body, tokens[at - 1])))
        {
            return true;
        }
    }
    false
}

/// Whether these tokens begin with COMMIT or ROLLBACK, which `first` says starts a statement, and go on as that statement does.
fn commits(body: &str, tokens: &[Token], first: bool) -> bool {
    let mut cursor = Cursor::new(body, tokens);
    first
        && cursor.eat_any(&["commit", "rollback"]).is_some()
        && (cursor.is_empty()
            || cursor.at("and chain")
            || cursor.at("and no chain")
            || cursor.at("work")
            || cursor.at("transaction"))
}

/// Whether a statement of PL/pgSQL may begin behind this token without a semicolon between.
fn opens(body: &str, token: Token) -> bool {
    const WORDS: &[&str] = &["begin", "then", "else", "loop"];
    let word = &body[token.span.start..token.span.end];
    match token.kind {
        TokenKind::Word => WORDS.iter().any(|known| word.eq_ignore_ascii_case(known)),
        TokenKind::Operator => word == ">>",
        _ => false,
    }
}

/// Reads CALL.
pub(super) fn call(cursor: &mut Cursor) -> Option<Action> {
    cursor.expect("call")?;
    let procedure = cursor.name()?;
    cursor.parentheses()?;
    Some(Action::Call { procedure })
}
