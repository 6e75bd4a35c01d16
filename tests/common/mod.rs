//! What several tests share: the steps of a rule's SQL files, judged.
#![allow(dead_code, unreachable_pub, reason = "each test uses its own part")]

use mig_lint::engine::{Circumstances, Judged, judge};
use mig_lint::ir::Migration;
use mig_lint::postgres::Version;
use mig_lint::sizes::Sizes;
use mig_lint::source::{Framework, SourceFile, Span, TransactionMode};
use mig_lint::sql;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The steps of a file: each begins with a comment `-- 1.sql`, or `-- 1.sql no transaction`.
pub(crate) fn steps(path: &str, text: &str) -> Vec<Migration> {
    let file = Arc::new(SourceFile::new(path, text));
    let mut starts: Vec<(usize, &str)> = Vec::new();
    let mut offset = 0;
    for line in text.split_inclusive('\n') {
        if is_step(line.trim_end()) {
            starts.push((offset, line.trim_end()));
        }
        offset += line.len();
    }
    let ends = starts.iter().skip(1).map(|(at, _)| *at).chain([text.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|((start, header), end)| {
            let mode = if header.ends_with("no transaction") {
                TransactionMode::None
            } else {
                TransactionMode::PerFile
            };
            part(&file, Span::new(*start, end), mode, true)
        })
        .collect()
}

fn is_step(line: &str) -> bool {
    let Some(rest) = line.strip_prefix("-- ") else {
        return false;
    };
    let digits = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    digits.len() < rest.len() && matches!(digits, ".sql" | ".sql no transaction")
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
            version,
            sizes: &sizes,
            parameters: &parameters,
            pending_from: None,
            predictions: true,
        },
    )
}
