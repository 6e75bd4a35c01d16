//! SET, RESET and DISCARD.

use super::cursor::Cursor;
use super::text;
use super::token::TokenKind;
use super::transaction::modes;
use super::utility::utility;
use crate::ir::{Action, SetVariable, Transaction};

/// Reads SET.
pub(super) fn set(cursor: &mut Cursor) -> Option<Action> {
    cursor.expect("set")?;
    if cursor.eat("constraints") {
        let all = cursor.eat("all");
        let names = if all { Vec::new() } else { cursor.names()? };
        let deferred = cursor.eat_any(&["deferred", "immediate"])? == "deferred";
        return Some(Action::Transaction(Transaction::SetConstraints {
            names,
            deferred,
        }));
    }
    if cursor.eat("session characteristics as transaction") {
        modes(cursor)?;
        return Some(utility("set-session-characteristics"));
    }
    let scope = scope(cursor);
    if cursor.eat("transaction") {
        if cursor.eat("snapshot") {
            cursor.string()?;
        } else {
            modes(cursor)?;
        }
        return Some(Action::Transaction(Transaction::Other));
    }
    let (name, value) = special(cursor).or_else(|| plain(cursor))?;
    Some(Action::Set(SetVariable {
        name,
        value,
        local: scope == Some("local"),
    }))
}

/// Takes SESSION or LOCAL, unless SESSION begins `SESSION AUTHORIZATION` or a variable is called so.
fn scope(cursor: &mut Cursor) -> Option<&'static str> {
    let mut ahead = *cursor;
    let scope = ahead.eat_any(&["local", "session"])?;
    if ahead.at("authorization") || ahead.at("to") || !names_next(&ahead) {
        return None;
    }
    *cursor = ahead;
    Some(scope)
}

fn names_next(cursor: &Cursor) -> bool {
    cursor
        .peek()
        .is_some_and(|token| matches!(token.kind, TokenKind::Word | TokenKind::Quoted))
}

type Setting = (String, Option<Vec<String>>);

/// The settings that have a syntax of their own.
fn special(cursor: &mut Cursor) -> Option<Setting> {
    const FORMS: &[(&str, &str)] = &[
        ("time zone", "timezone"),
        ("session authorization", "session_authorization"),
        ("role", "role"),
        ("names", "client_encoding"),
        ("schema", "search_path"),
        ("xml option", "xmloption"),
        ("catalog", "catalog"),
    ];
    let mut ahead = *cursor;
    let mut forms = FORMS.iter();
    let (words, name) = forms.find(|(words, _)| ahead.eat(words))?;
    if ahead.at("to") || ahead.eat_operator("=") || ahead.at_symbol(b'.') {
        return None;
    }
    *cursor = ahead;
    let value = cursor.rest();
    if value.is_empty() && *words != "names" {
        return None;
    }
    let default = value.is_empty() || value.at("default") || value.at("local");
    let name = (*name).to_string();
    if default {
        return Some((name, None));
    }
    Some((name, Some(vec![plain_text(value)])))
}

/// `name = value, ...`.
fn plain(cursor: &mut Cursor) -> Option<Setting> {
    let name = parameter(cursor)?;
    if cursor.eat("from current") {
        return Some((name, Some(Vec::new())));
    }
    if !(cursor.eat("to") || cursor.eat_operator("=")) {
        return None;
    }
    let values = cursor.rest();
    if values.is_empty() {
        return None;
    }
    let value = (!values.at("default")).then(|| values.commas().map(plain_text).collect());
    Some((name, value))
}

/// Takes the name of a run-time parameter, `work_mem` or `app.user`.
fn parameter(cursor: &mut Cursor) -> Option<String> {
    let mut name = cursor.identifier()?.to_ascii_lowercase();
    while cursor.eat_symbol(b'.') {
        name.push('.');
        name.push_str(&cursor.label()?.to_ascii_lowercase());
    }
    Some(name)
}

/// A value without its quotes.
fn plain_text(mut value: Cursor) -> String {
    let all = value;
    match (value.next(), value.is_empty()) {
        (Some(token), true) => match token.kind {
            TokenKind::String => text::string(value.token_text(token)),
            TokenKind::Quoted => text::identifier(token, value.token_text(token)),
            _ => value.token_text(token).to_string(),
        },
        _ => all.text().to_string(),
    }
}

/// Reads RESET.
pub(super) fn reset(cursor: &mut Cursor) -> Option<Action> {
    const FORMS: &[(&str, &str)] = &[
        ("all", "all"),
        ("time zone", "timezone"),
        ("session authorization", "session_authorization"),
        ("transaction isolation level", "transaction_isolation"),
    ];
    cursor.expect("reset")?;
    let mut forms = FORMS.iter();
    let form = forms.find(|(words, _)| cursor.eat(words));
    let name = match form {
        Some((_, name)) => (*name).to_string(),
        None => parameter(cursor)?,
    };
    Some(Action::Set(SetVariable {
        name,
        value: None,
        local: false,
    }))
}

/// Reads DISCARD.
pub(super) fn discard(cursor: &mut Cursor) -> Option<Action> {
    cursor.expect("discard")?;
    match cursor.eat_any(&["all", "plans", "sequences", "temporary", "temp"])? {
        "all" => Some(Action::Set(SetVariable {
            name: "discard".to_string(),
            value: None,
            local: false,
        })),
        _ => Some(utility("discard")),
    }
}
