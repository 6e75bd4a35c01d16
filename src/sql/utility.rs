//! Statements that touch no relation, or whose objects are not followed: cursors, notifications, the server's own settings.

use super::cursor::Cursor;
use crate::ir::{Action, Utility};

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

/// Reads FETCH, MOVE and CLOSE.
pub(super) fn cursors(cursor: &mut Cursor) -> Option<Action> {
    let label = cursor.eat_any(&["fetch", "move", "close"])?;
    cursor.next()?;
    if label != "close" {
        cursor.rest();
    }
    Some(utility(label))
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
