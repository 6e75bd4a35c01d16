//! Markdown for a comment on a pull request: a table of the findings, the details folded below it.

use super::facts;
use super::look::{count, one_line};
use super::place::{from_top, places};
use super::ranked::ranked;
use super::rule_doc::url;
use crate::engine::Report;
use crate::finding::{Finding, Level};
use std::fmt::Write as _;

/// What a comment may hold is 65,536 characters on GitHub; bytes are never fewer.
const LIMIT: usize = 65_536;
/// What the last lines need.
const TAIL: usize = 400;
/// How much of one thing is shown, in bytes.
const TEXT: usize = 600;

/// By this line whoever posts the comment finds it again, to write over it.
const MARK: &str = "<!-- mig-lint -->\n";

/// The findings as a comment, the worst first, and never more than a comment may hold: what is left out is counted.
#[must_use]
pub fn comment(report: &Report) -> String {
    let mut text = MARK.to_owned() + &headline(report);
    let findings = ranked(&report.findings);
    // The table is worth more than the details: it gets two thirds where both do not fit.
    let mut rows = String::new();
    let mut shown = 0;
    // An info is good to know, and stands among the details.
    let worth_a_row = findings.iter().filter(|it| it.level > Level::Info).count();
    for finding in &findings[..worth_a_row] {
        let row = row(report, finding);
        if text.len() + rows.len() + row.len() + TAIL > LIMIT * 2 / 3 {
            break;
        }
        rows.push_str(&row);
        shown += 1;
    }
    if shown > 0 {
        text.push_str("\n| | where | what |\n|---|---|---|\n");
        text.push_str(&rows);
    }
    if shown < worth_a_row {
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "\n{} more do not fit into a comment: `mig-lint check` shows them all.",
            worth_a_row - shown
        );
    }
    let mut details = String::new();
    let mut told = 0;
    for finding in &findings {
        let detail = detail(report, finding);
        if text.len() + details.len() + detail.len() + TAIL > LIMIT {
            break;
        }
        details.push_str(&detail);
        told += 1;
    }
    if told > 0 {
        text.push_str("\n<details><summary>What waits, and what to do instead</summary>\n\n");
        text.push_str(&details);
        if told < findings.len() {
            let _ = writeln!(
                text,
                "The details of {} more do not fit into a comment.\n",
                findings.len() - told
            );
        }
        text.push_str("</details>\n");
    }
    text
}

/// What was found in how much, in one line.
fn headline(report: &Report) -> String {
    let counted = &report.summary;
    let mut parts = vec![
        count(counted.errors, "error"),
        count(counted.warnings, "warning"),
    ];
    if counted.infos > 0 {
        parts.push(count(counted.infos, "info"));
    }
    let mut text = format!(
        "### mig-lint: {} in {}\n",
        parts.join(", "),
        count(counted.migrations, "migration")
    );
    if counted.unchecked_files > 0 {
        let _ = writeln!(
            text,
            "\n{} could not be checked.",
            count(counted.unchecked_files, "file")
        );
    }
    text
}

/// `path:line`, on one line whatever the path holds.
fn place(report: &Report, finding: &Finding) -> String {
    let (start, _) = places(finding);
    let path = from_top(report, finding.file.path());
    format!("{}:{}", one_line(&path, TEXT), start.line)
}

fn row(report: &Report, finding: &Finding) -> String {
    format!(
        "| {} | {} | {} {} |\n",
        sign(finding.level),
        code(&place(report, finding)).replace('|', "\\|"),
        prose(&one_line(&finding.message, TEXT)),
        rule(finding.rule),
    )
}

fn detail(report: &Report, finding: &Finding) -> String {
    let mut text = format!(
        "**{}** {} {}\n",
        code(&place(report, finding)),
        prose(&one_line(&finding.message, TEXT)),
        rule(finding.rule),
    );
    let lock = facts::label(finding).into_owned();
    let key = if finding.is_wait() { "lock" } else { "what" };
    let parts = [
        ("time", facts::time(finding)),
        (key, Some(lock).filter(|lock| !lock.is_empty())),
        ("wait", facts::wait(&finding.waits)),
        ("size", facts::size(finding)),
        ("help", finding.help.clone()),
    ];
    for (key, value) in parts {
        if let Some(value) = value {
            let _ = writeln!(text, "- {key}: {}", prose(&one_line(&value, TEXT)));
        }
    }
    let recipe = facts::recipe(finding);
    if !recipe.is_empty() {
        let lines: Vec<String> = recipe.iter().map(|line| one_line(line, TEXT)).collect();
        let fence = fence(&lines.join("\n"), 3);
        let _ = write!(text, "\n{fence}sql\n{}\n{fence}\n", lines.join("\n"));
    }
    text.push('\n');
    text
}

const fn sign(level: Level) -> &'static str {
    match level {
        Level::Error => "\u{1f534} error",
        Level::Warning => "\u{1f7e1} warning",
        Level::Info => "\u{1f535} info",
    }
}

fn rule(id: &str) -> String {
    let url = url(id);
    if url.contains("://") {
        format!("[{id}]({url})")
    } else {
        code(id)
    }
}

/// Text that is no Markdown, whatever it holds.
fn prose(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '&' => escaped.push_str("&amp;"),
            // Nobody is to be told of it by name.
            '@' => escaped.push_str("&#64;"),
            '|' | '*' | '_' | '`' | '[' | ']' | '\\' | '#' | '~' => {
                escaped.push('\\');
                escaped.push(c);
            }
            c => escaped.push(c),
        }
    }
    escaped
}

/// Text between as many backticks as it takes.
fn code(text: &str) -> String {
    let fence = fence(text, 1);
    if fence.len() > 1 {
        format!("{fence} {text} {fence}")
    } else {
        format!("`{text}`")
    }
}

/// More backticks than any row of them in the text.
fn fence(text: &str, least: usize) -> String {
    let longest = text.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    "`".repeat(least.max(longest + 1))
}
