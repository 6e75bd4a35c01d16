//! One line a finding: `path:line:col: level[rule] message`.

use super::look::one_line;
use crate::engine::Report;
use std::fmt::Write as _;

/// All findings, one line each.
#[must_use]
pub fn concise(report: &Report) -> String {
    let mut text = String::new();
    for finding in &report.findings {
        let place = finding.file.place(finding.span.start);
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{}:{}:{}: {}[{}] {}",
            one_line(&finding.file.path().display().to_string(), 1_000),
            place.line,
            place.column,
            finding.level.name(),
            finding.rule,
            one_line(&finding.message, 1_000),
        );
    }
    text
}
