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
            let parsed = sql::parse(text, &[Span::new(*start, end)], &[]);
            assert_eq!(parsed.problems, [], "{path}");
            Migration {
                file: file.clone(),
                name: (*header).to_owned(),
                framework: Framework::Plain,
                transaction: if header.ends_with("no transaction") {
                    TransactionMode::None
                } else {
                    TransactionMode::PerFile
                },
                parts: vec![Span::new(*start, end)],
                statements: parsed.statements,
                problems: Vec::new(),
                reported: true,
            }
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
