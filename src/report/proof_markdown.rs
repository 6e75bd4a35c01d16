//! Markdown of proofs, for a pull request or a wiki: a table for each case, and the timeline where somebody waited.

use super::look::{Look, grouped, one_line};
use super::proof_human::timeline;
use super::proof_words::{NOTICEABLE, named_waits, predictions, seconds, strongest};
use crate::postgres::LockMode;
use crate::prove::{CaseReport, Lane, Outcome, Prediction, Proof, Ride, StepReport, Verdict};
use std::fmt::Write as _;

/// How much of a statement a table shows, in bytes.
const SQL_BYTES: usize = 120;

/// A proof as Markdown, as GitHub and GitLab read it.
#[must_use]
pub fn proof_markdown(proof: &Proof) -> String {
    let all = proof.results.len();
    let proven = proof
        .results
        .iter()
        .filter(|outcome| outcome.verdict == Verdict::Proven)
        .count();
    let mut text = format!(
        "# {proven} of {all} proven\n\nPostgreSQL {}, {} rows: {}.\n",
        proof.server_version,
        grouped(proof.rows),
        predictions(proof.tally())
    );
    for outcome in &proof.results {
        text.push_str(&self::outcome(outcome));
    }
    text
}

fn outcome(outcome: &Outcome) -> String {
    let mut text = format!(
        "\n## {}: {}\n",
        plain(&outcome.name),
        outcome.verdict.name()
    );
    for case in &outcome.cases {
        text.push_str(&self::case(case));
    }
    if !outcome.findings.is_empty() {
        text.push_str("\n### findings\n\n| | finding | where | why |\n|---|---|---|---|\n");
    }
    for found in &outcome.findings {
        let _ = writeln!(
            text,
            "| {} | {}: {} | {}:{} | {} |",
            found.verdict.name(),
            plain(&found.rule),
            plain(&found.message),
            plain(&found.path),
            found.line,
            plain(&found.reason)
        );
    }
    if !outcome.claims.is_empty() {
        text.push_str("\n### claims\n\n| claim | verdict | observed |\n|---|---|---|\n");
    }
    for claim in &outcome.claims {
        let verdict = if claim.verdict == claim.expected {
            claim.verdict.name().to_owned()
        } else {
            format!("**{}**, not as expected", claim.verdict.name())
        };
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "| {} | {verdict} | {} |",
            plain(&claim.text),
            plain(&claim.observed)
        );
    }
    text
}

fn case(case: &CaseReport) -> String {
    let mut text = format!(
        "\n### {}: {}\n\n{}\n",
        plain(&case.case),
        case.verdict.name(),
        plain(&case.reason)
    );
    if !case.steps.is_empty() {
        text.push_str("\n| line | statement | strongest lock | took | who has to wait | prediction |\n|--:|---|---|--:|---|---|\n");
    }
    for step in &case.steps {
        text.push_str(&row(step));
    }
    for ride in case.rides.iter().filter(|ride| noticed(ride)) {
        let drawn = timeline(
            ride,
            &case.steps,
            Look {
                unicode: true,
                ..Look::PLAIN
            },
        );
        let fence = fence(&drawn);
        let _ = write!(text, "\n{fence}text\n{drawn}{fence}\n");
    }
    text
}

fn noticed(ride: &Ride) -> bool {
    ride.lanes
        .iter()
        .any(|lane: &Lane| lane.longest() >= NOTICEABLE)
}

fn row(step: &StepReport) -> String {
    let waits = named_waits(&step.waits);
    let mut came = match (&step.prediction, &step.mismatch) {
        (Prediction::Match, _) => "came true".to_owned(),
        (Prediction::Mismatch, why) => {
            format!("**differs**: {}", plain(why.as_deref().unwrap_or_default()))
        }
    };
    if let Some(error) = &step.error {
        let _ = write!(
            came,
            "; **fails**: {} (SQLSTATE {})",
            plain(&error.message),
            error.sqlstate
        );
    }
    for broken in &step.broke {
        let _ = write!(
            came,
            "; **breaks** {}: {} (SQLSTATE {})",
            code(&broken.sql),
            plain(&broken.message),
            broken.sqlstate
        );
    }
    format!(
        "| {} | {} | {} | {} | {} | {came} |\n",
        step.line,
        code(&step.sql),
        strongest(step).map_or("none", LockMode::sql_name),
        seconds(step.seconds),
        if waits.is_empty() {
            "nobody".to_owned()
        } else {
            plain(&waits)
        },
    )
}

/// Text that means nothing to Markdown, in one line.
fn plain(text: &str) -> String {
    let mut escaped = String::new();
    for c in one_line(text, usize::MAX).chars() {
        if matches!(
            c,
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '#' | '&' | '~'
        ) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

/// Code in a table's cell: as many backticks around it as it takes, and no bar that would end the cell.
fn code(text: &str) -> String {
    let mut line = one_line(text, SQL_BYTES);
    if line.len() < text.trim().len() && line.len() > SQL_BYTES {
        line.push('…');
    }
    let ticks = "`".repeat(longest_run(&line) + 1);
    let blank = if line.starts_with('`') || line.ends_with('`') {
        " "
    } else {
        ""
    };
    format!("{ticks}{blank}{}{blank}{ticks}", line.replace('|', "\\|"))
}

/// A fence that nothing inside ends.
fn fence(text: &str) -> String {
    "`".repeat(longest_run(text).max(2) + 1)
}

fn longest_run(text: &str) -> usize {
    let runs = text.split(|c| c != '`').map(str::len);
    runs.max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failures::Failures;
    use crate::report::proof_sample;

    #[test]
    fn everything_is_told() {
        let text = proof_markdown(&proof_sample::proof());
        Failures::collect(|failures| {
            for wanted in [
                "# 0 of 1 proven\n\nPostgreSQL 16.14, 1,000,000 rows: predicted = observed in 1 of 2 statements, 1 more not tried.\n",
                "\n## rule-\\<b\\>: refuted\n",
                "\n### bad: refuted\n\nit \\& that\n",
                "| 7 | `ALTER TABLE t ADD c text DEFAULT '</code><script>alert(1)</script>\\|'` | ACCESS EXCLUSIVE | 800 ms | SELECT, INSERT on t | **differs**: lock on t: predicted none; **breaks** `SELECT gone`: no such column (SQLSTATE 42703) |\n",
                "came true; **fails**: it \"is\" there (SQLSTATE 42703) |\n",
                "\n```text\n    ALTER TABLE t",
                "750 ms waited\n```\n",
                "| a \\| claim | **refuted**, not as expected | nothing \\<scanned\\> |\n",
            ] {
                failures.check(text.contains(wanted), "the text", wanted, &text);
            }
        });
        // Where nobody waited there is nothing to draw.
        assert_eq!(text.matches("```text").count(), 1);
    }

    #[test]
    fn nothing_breaks_out_of_a_cell() {
        assert_eq!(code("SELECT 'a|b`c'"), "``SELECT 'a\\|b`c'``");
        assert_eq!(code("SELECT\n  1"), "`SELECT 1`");
        assert_eq!(plain("a_b | <i>\nc"), "a\\_b \\| \\<i\\> c");
        assert_eq!(fence("```\n"), "````");
        assert!(code(&"x ".repeat(200)).ends_with("…`"));
    }
}
