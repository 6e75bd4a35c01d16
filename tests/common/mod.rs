//! What several tests share: the steps of a rule's SQL files, judged; and telling of all that fails.
#![allow(
    dead_code,
    unused_imports,
    unreachable_pub,
    reason = "each test uses its own part"
)]

mod failures;
pub(crate) mod fixes;
pub(crate) mod layouts;
pub(crate) mod recipes;

pub(crate) use failures::Failures;

use mig_lint::engine::{Circumstances, Judged, judge};
use mig_lint::ir::Migration;
use mig_lint::postgres::Version;
use mig_lint::sizes::Sizes;
use mig_lint::source::{self, Framework, SourceFile, Span, TransactionMode};
use mig_lint::sql;
use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

/// The steps of a file, each a migration.
pub(crate) fn steps(path: &str, text: &str) -> Vec<Migration> {
    let found = source::from_text(Path::new(path), text.to_owned(), None);
    assert_eq!(found.faults, [], "{path}");
    let scripts = found
        .histories
        .into_iter()
        .flat_map(|history| history.scripts);
    scripts
        .map(|script| Migration {
            is_transaction_known: script.is_transaction_known,
            ..part(&script.file, script.up[0], script.transaction, true)
        })
        .inspect(|migration| assert_eq!(migration.problems, [], "{path}"))
        .collect()
}

/// A migration of this text, wrapped as `transaction` says.
pub(crate) fn migration(
    path: &str,
    text: &str,
    transaction: TransactionMode,
    reported: bool,
) -> Migration {
    let whole = Span::new(0, text.len());
    let file = Arc::new(SourceFile::new(path, text));
    part(&file, whole, transaction, reported)
}

/// A migration that is one range of a file.
fn part(
    file: &Arc<SourceFile>,
    range: Span,
    transaction: TransactionMode,
    reported: bool,
) -> Migration {
    let parsed = sql::parse(file.text(), &[range], &[]);
    Migration {
        file: file.clone(),
        name: file.path().display().to_string(),
        framework: Framework::Plain,
        transaction,
        is_transaction_known: false,
        parts: vec![range],
        statements: parsed.statements,
        problems: parsed.problems,
        reported,
    }
}

/// Judges a history with nothing configured.
pub(crate) fn judged(history: Vec<Migration>, version: Version) -> Judged {
    let sizes = Sizes::default();
    let parameters = BTreeMap::new();
    judge(
        history,
        &Circumstances {
            direction: mig_lint::source::Direction::Up,
            version,
            sizes: &sizes,
            parameters: &parameters,
            pending_from: None,
            fixes: false,
            predictions: true,
        },
    )
}
