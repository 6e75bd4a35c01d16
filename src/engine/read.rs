//! From the scripts of a history to migrations with typed statements.

use crate::ir::Migration;
use crate::source::{Delivery, Script, TransactionMode};
use crate::sql;
use rayon::prelude::*;

/// How many scripts are parsed at a time: enough for every core, few enough that the trees of a long history never lie in memory together.
const BATCH: usize = 128;

/// Parses scripts on all cores, in their order.
pub(super) fn migrations(scripts: Vec<Script>) -> impl Iterator<Item = Migration> {
    let mut scripts = scripts.into_iter();
    let batches = std::iter::from_fn(move || {
        let batch: Vec<Script> = scripts.by_ref().take(BATCH).collect();
        (!batch.is_empty()).then(|| batch.into_par_iter().map(migration).collect::<Vec<_>>())
    });
    batches.flatten()
}

/// Parses one script.
fn migration(script: Script) -> Migration {
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
        parts: script.up,
        statements: parsed.statements,
        problems: parsed.problems,
        reported: script.reported,
        python: None,
    }
}
