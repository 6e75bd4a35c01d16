//! Statements that hold another: PREPARE, DECLARE, EXPLAIN.

use super::cursor::Cursor;
use super::dispatch;
use super::dml::dml;
use super::utility::{is_on, utility};
use crate::ir::{Action, Dml, Execution};

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
    let text = cursor.text().into();
    match dml(cursor)? {
        Action::Dml(statement) => Some(Action::Prepare {
            name,
            statement,
            text,
        }),
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
