//! DO, CALL, and CREATE of functions and procedures.

use super::cursor::Cursor;
use super::plpgsql::{self, Body};
use super::split::Splitter;
use super::token::{Token, TokenKind};
use crate::ir::{Action, Arguments, Code, CreateRoutine, Unread, UnreadReason};
use crate::postgres::functions::Volatility;
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
            body = Some(Body::next(cursor)?);
        }
    }
    let body = body?;
    let language = language.map_or_else(|| "plpgsql".to_string(), |name| name.to_ascii_lowercase());
    let controls_transaction = ends_transaction(&body.text, body.range);
    Some(Action::Do {
        code: code(&body, &language, Vec::new()).into(),
        language,
        controls_transaction,
    })
}

/// What a body of this language runs, as far as it can be read.
fn code(body: &Body, language: &str, parameters: Vec<String>) -> Code {
    match language {
        "plpgsql" => plpgsql::code(body, parameters),
        "sql" => plpgsql::sql_code(body),
        other => Code {
            unread: vec![Unread {
                span: body.place(),
                reason: UnreadReason::Language(other.to_owned()),
            }],
            ..Code::default()
        },
    }
}

/// Reads CREATE FUNCTION and CREATE PROCEDURE.
pub(super) fn create_routine(cursor: &mut Cursor) -> Option<Action> {
    create_routine_inside(cursor, None)
}

/// The same where it stands in a body of code: how deep that stands itself, and whether in the text of its statement.
pub(super) fn create_routine_inside(
    cursor: &mut Cursor,
    outer: Option<(usize, bool)>,
) -> Option<Action> {
    cursor.expect("create")?;
    let or_replace = cursor.eat("or replace");
    let procedure = cursor.eat_any(&["function", "procedure"])? == "procedure";
    let name = cursor.name()?;
    let list = cursor.parentheses()?;
    let (parameters, arguments) = (parameters(list), arguments(list));
    let mut is_trigger = false;
    let mut language = None;
    let mut text = None;
    let mut inline = None;
    let mut volatility = Volatility::Volatile;
    while !cursor.is_empty() {
        if cursor.eat("language") {
            language = Some(match cursor.string() {
                Some(written) => written.to_ascii_lowercase(),
                None => cursor.label()?,
            });
        } else if cursor.eat("returns") {
            is_trigger = is_of_trigger(*cursor);
        } else if cursor.eat("as") {
            text = Body::next(cursor);
        } else if cursor.eat("begin atomic") {
            inline = Some(plpgsql::atomic_code(
                cursor.until(|ahead| ahead.at("end") && ahead.tokens().len() == 1),
            ));
        } else if let Some(word) = cursor.eat_any(&["immutable", "stable", "volatile"]) {
            volatility = match word {
                "immutable" => Volatility::Immutable,
                "stable" => Volatility::Stable,
                _ => Volatility::Volatile,
            };
        } else if cursor.at("return") {
            inline = Some(plpgsql::atomic_code(cursor.rest()));
        } else {
            cursor.next();
        }
    }
    let language = language.unwrap_or_else(|| "sql".to_string());
    let code = match (inline, text) {
        (Some(inline), _) => inline,
        (None, Some(mut body)) => {
            if let Some((depth, in_place)) = outer {
                body.depth = depth + 1;
                body.in_place &= in_place;
            }
            code(&body, &language, parameters)
        }
        (None, None) => return None,
    };
    Some(Action::CreateRoutine(Box::new(CreateRoutine {
        name,
        or_replace,
        procedure,
        language,
        volatility,
        code: code.into(),
        arguments,
        is_trigger,
    })))
}

/// Whether the type that comes is the one that functions of triggers return, however it is written.
fn is_of_trigger(mut cursor: Cursor) -> bool {
    let returned = cursor.name();
    returned.is_some_and(|ty| matches!(ty.name.as_str(), "trigger" | "event_trigger"))
}

/// The names of a function's arguments, and of the columns that it returns through them.
fn parameters(list: Cursor) -> Vec<String> {
    const MODES: &[&str] = &["in", "out", "inout", "variadic"];
    let names = list.commas().filter_map(|mut argument| {
        argument.eat_any(MODES);
        argument.label()
    });
    names.collect()
}

/// How many arguments a function takes; those that only come out are none of a call.
pub(super) fn arguments(list: Cursor) -> Arguments {
    let mut taken = Arguments::default();
    for mut argument in list.commas() {
        if argument.at("out") && argument.tokens().len() > 1 {
            continue;
        }
        taken.variadic |= argument.at("variadic");
        taken.all += 1;
        argument.until(|ahead| ahead.at("default") || ahead.clone().eat_operator("="));
        taken.required += usize::from(argument.is_empty());
    }
    taken
}

/// Whether COMMIT or ROLLBACK stands in the body as a statement of its own.
fn ends_transaction(body: &str, range: Span) -> bool {
    let mut splitter = Splitter::new(body, range, &[]);
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
