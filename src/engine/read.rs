//! From the scripts of a history to migrations with typed statements.

use crate::ir::Migration;
use crate::source::{Delivery, Script, TransactionMode};
use crate::sql;

/// Parses one script.
pub(super) fn migration(script: Script) -> Migration {
    let parsed = sql::parse(script.file.text(), &script.up, script.separators);
    // Without its wrapper a file that is sent as one query is still one transaction.
    let transaction = match (script.transaction, script.delivery) {
        (TransactionMode::None, Delivery::OneQuery) if parsed.statements.len() > 1 => {
            TransactionMode::Implicit
        }
        (mode, _) => mode,
    };
    Migration {
        file: script.file,
        name: script.name,
        framework: script.framework,
        transaction,
        statements: parsed.statements,
        problems: parsed.problems,
        reported: script.reported,
    }
}
