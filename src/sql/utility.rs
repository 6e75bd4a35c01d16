//! Statements that touch no relation, or whose objects are not followed: prepared statements, cursors, notifications, the server's own settings.

use super::cursor::Cursor;
use super::dispatch;
use super::dml::dml;
use crate::ir::{Action, Dml, Execution, Utility};

/// A statement of no consequence to relations.
pub(super) fn utility(label: &str) -> Action {
    Action::Utility(Utility {
        label: label.to_string(),
        outside_transaction: false,
    })
}

/// The same, for a statement that refuses to run inside a transaction block.
pub(super) fn outside_transaction(label: &str) -> Action {
    Action::Utility(Utility {
        label: label.to_string(),
        outside_transaction: true,
    })
}

/// Reads NOTIFY, LISTEN and UNLISTEN.
pub(super) fn notification(cursor: &mut Cursor) -> Option<Action> {
    let label = cursor.eat_any(&["notify", "listen", "unlisten"])?;
    if label == "unlisten" && cursor.eat_operator("*") {
        return Some(utility(label));
    }
    cursor.identifier()?;
    if label == "notify" && cursor.eat_symbol(b',') {
        cursor.string()?;
    }
    Some(utility(label))
}

/// Reads SHOW, CHECKPOINT and LOAD.
pub(super) fn server(cursor: &mut Cursor) -> Option<Action> {
    let label = cursor.eat_any(&["show", "checkpoint", "load"])?;
    match label {
        "show" => {
            const FORMS: &[&str] = &[
                "time zone",
                "transaction isolation level",
                "session authorization",
                "all",
            ];
            if cursor.eat_any(FORMS).is_none() {
                cursor.name()?;
            }
        }
        "load" => {
            cursor.string()?;
        }
        _ => {
            cursor.skip_parentheses();
        }
    }
    Some(utility(label))
}

/// Reads PREPARE, EXECUTE and DEALLOCATE.
pub(super) fn prepared(cursor: &mut Cursor) -> Option<Action> {
    let label = cursor.eat_any(&["prepare", "execute", "deallocate"])?;
    if label == "deallocate" {
        cursor.eat("prepare");
        if !cursor.eat("all") {
            cursor.identifier()?;
        }
        return Some(utility(label));
    }
    let name = cursor.identifier()?;
    cursor.skip_parentheses();
    if label == "execute" {
        return Some(Action::Execute { name });
    }
    cursor.expect("as")?;
    match dml(cursor)? {
        Action::Dml(statement) => Some(Action::Prepare { name, statement }),
        _ => Some(utility(label)),
    }
}

/// The same statement, not run to its end.
fn only(action: Action, execution: Execution) -> Action {
    match action {
        Action::Dml(dml) => Action::Dml(Dml { execution, ..dml }),
        other => other,
    }
}

/// Reads DECLARE, which runs its query and keeps what that locks until the transaction ends.
pub(super) fn declare(cursor: &mut Cursor) -> Option<Action> {
    const OPTIONS: &[&str] = &["binary", "insensitive", "asensitive", "no scroll", "scroll"];
    cursor.expect("declare")?;
    cursor.identifier()?;
    while cursor.eat_any(OPTIONS).is_some() {}
    cursor.expect("cursor")?;
    cursor.eat_any(&["with hold", "without hold"]);
    cursor.expect("for")?;
    match dml(cursor)? {
        // PostgreSQL refuses INTO here.
        Action::CreateTableAs(_) => Some(utility("declare")),
        action => Some(only(action, Execution::Cursor)),
    }
}

/// Reads FETCH, MOVE and CLOSE.
pub(super) fn cursors(cursor: &mut Cursor) -> Option<Action> {
    let label = cursor.eat_any(&["fetch", "move", "close"])?;
    cursor.next()?;
    if label != "close" {
        cursor.rest();
    }
    Some(utility(label))
}

/// Reads EXPLAIN: with ANALYZE it runs its statement.
pub(super) fn explain(cursor: &mut Cursor) -> Option<Action> {
    cursor.expect("explain")?;
    let mut runs = false;
    if let Some(options) = cursor.parentheses() {
        for mut option in options.commas() {
            if option.eat_any(&["analyze", "analyse"]).is_some() {
                runs = is_on(option);
            }
        }
    } else {
        runs = cursor.eat_any(&["analyze", "analyse"]).is_some();
        cursor.eat("verbose");
    }
    if cursor.at("explain") {
        return None;
    }
    match dispatch::action(cursor.rest()) {
        Action::Unknown => None,
        action if runs => Some(action),
        Action::Dml(dml) => Some(only(Action::Dml(dml), Execution::Planned)),
        _ => Some(utility("explain")),
    }
}

/// Whether what stands behind an option's name switches it on (`defGetBoolean` in PostgreSQL's `define.c`).
pub(super) fn is_on(mut value: Cursor) -> bool {
    let Some(token) = value.next() else {
        return true;
    };
    let written = value.token_text(token).trim_matches('\'');
    !["off", "false", "0"]
        .iter()
        .any(|off| written.eq_ignore_ascii_case(off))
}
