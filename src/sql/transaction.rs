//! Transaction control.

use super::cursor::Cursor;
use crate::ir::{Action, Transaction};

/// Reads BEGIN, START TRANSACTION, COMMIT, END, ROLLBACK, ABORT, SAVEPOINT, RELEASE and PREPARE TRANSACTION.
pub(super) fn transaction(cursor: &mut Cursor) -> Option<Action> {
    const FIRST: &[&str] = &[
        "begin",
        "start transaction",
        "commit",
        "end",
        "rollback",
        "abort",
        "savepoint",
        "release",
        "prepare transaction",
    ];
    let control = match cursor.eat_any(FIRST)? {
        first @ ("begin" | "start transaction") => {
            if first == "begin" {
                cursor.eat_any(&["work", "transaction"]);
            }
            modes(cursor)?;
            Transaction::Begin
        }
        first @ ("commit" | "end") => {
            if first == "commit" && cursor.eat("prepared") {
                cursor.string()?;
                Transaction::EndPrepared
            } else {
                Transaction::Commit {
                    chain: chain(cursor),
                }
            }
        }
        first @ ("rollback" | "abort") => rollback(cursor, first == "rollback")?,
        "savepoint" => Transaction::Savepoint(cursor.identifier()?),
        "release" => Transaction::Release(savepoint(cursor)?),
        _ => {
            cursor.string()?;
            Transaction::TwoPhase
        }
    };
    Some(Action::Transaction(control))
}

fn rollback(cursor: &mut Cursor, may_go_back: bool) -> Option<Transaction> {
    if may_go_back && cursor.eat("prepared") {
        cursor.string()?;
        return Some(Transaction::EndPrepared);
    }
    let mut ahead = *cursor;
    ahead.eat_any(&["work", "transaction"]);
    if may_go_back && ahead.eat("to") {
        *cursor = ahead;
        return savepoint(cursor).map(Transaction::RollbackTo);
    }
    Some(Transaction::Rollback {
        chain: chain(cursor),
    })
}

/// The name behind `[SAVEPOINT]`, which may be that word itself.
fn savepoint(cursor: &mut Cursor) -> Option<String> {
    let word = cursor.identifier()?;
    if word == "savepoint" && !cursor.is_empty() {
        return cursor.identifier();
    }
    Some(word)
}

fn chain(cursor: &mut Cursor) -> bool {
    cursor.eat_any(&["work", "transaction"]);
    cursor.eat_any(&["and no chain", "and chain"]) == Some("and chain")
}

/// Takes isolation level, READ ONLY and DEFERRABLE, with or without commas.
pub(super) fn modes(cursor: &mut Cursor) -> Option<()> {
    const MODES: &[&str] = &[
        "isolation level read uncommitted",
        "isolation level read committed",
        "isolation level repeatable read",
        "isolation level serializable",
        "read only",
        "read write",
        "not deferrable",
        "deferrable",
    ];
    while !cursor.is_empty() {
        cursor.eat_any(MODES)?;
        cursor.eat_symbol(b',');
    }
    Some(())
}
