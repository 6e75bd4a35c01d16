//! For people at a terminal: the statement, underlined, and what to know and do about it.

use super::facts;
use super::gathered::{Gathered, digest};
use super::look::{Look, one_line};
use super::rule_doc::url;
use super::snippet::snippet;
use crate::config::ConfigError;
use crate::engine::Report;
use crate::finding::{Finding, Level};
#[cfg(feature = "prove")]
use crate::prove::Recorded;
#[cfg(feature = "prove")]
use crate::rule::{Entry, RULES};
use crate::source::{SourceFile, Span};
use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;
#[cfg(feature = "prove")]
use std::{collections::BTreeMap, sync::LazyLock};

/// How much of a message or of suggested SQL is shown, in bytes.
const TEXT_BYTES: usize = 2_000;
/// The column in which the text behind `wait:` and its like begins.
const INDENT: usize = 9;

/// All findings, each as a block of lines.
#[must_use]
pub fn human(report: &Report, look: Look) -> String {
    findings(&report.findings, look)
}

/// These findings, sorted by place, each as a block of lines.
#[must_use]
pub fn findings(findings: &[Finding], look: Look) -> String {
    let mut told = BTreeSet::new();
    let mut text = String::new();
    for one in worst_file_first(digest(findings)) {
        let one = &one;
        text.push_str(&block(one, told.insert(one.chief.rule), look));
        text.push('\n');
    }
    text
}

/// What was gathered, by file: the one with the worst first, and as it stands in each.
fn worst_file_first(mut gathered: Vec<Gathered<'_>>) -> Vec<Gathered<'_>> {
    let mut worst: HashMap<*const SourceFile, Level> = HashMap::new();
    for one in &gathered {
        let level = worst
            .entry(Arc::as_ptr(&one.chief.file))
            .or_insert(Level::Info);
        *level = (*level).max(one.chief.level);
    }
    gathered.sort_by_key(|one| Reverse(worst.get(&Arc::as_ptr(&one.chief.file)).copied()));
    gathered
}

/// The heading, in which the id of a rule leads to its page.
fn linked(head: &str, id: &str, look: Look) -> String {
    let id = id.trim_matches(['[', ']']);
    if id.is_empty() {
        return head.to_owned();
    }
    head.replacen(id, &look.link(id, &url(id)), 1)
}

/// One block. What servers showed of a rule is told at its first finding.
fn block(gathered: &Gathered<'_>, first: bool, look: Look) -> String {
    let finding = gathered.chief;
    // A lock's description is a sentence, and gets lines of its own; a word fits under the mark.
    let waits = finding.is_wait();
    let below = waits || facts::label(finding).chars().count() > 30;
    let label = one_line(&facts::label(finding), TEXT_BYTES);
    let mut text = top(finding, if below { "" } else { &label }, look);
    if let Some(time) = facts::time(finding) {
        text.push_str(&line("time", &time, look));
    }
    if below {
        let key = if waits { "lock" } else { "what" };
        text.push_str(&line(key, &label, look));
    }
    if let Some(sql) = &finding.sql {
        text.push_str(&line("sql", sql, look));
    }
    let optional = [
        ("also", &gathered.elsewhere()),
        ("wait", &facts::wait(&finding.waits)),
        ("size", &facts::size(finding)),
        ("help", &finding.help),
    ];
    for (key, value) in optional {
        if let Some(value) = value {
            text.push_str(&line(key, value, look));
        }
    }
    for line in facts::recipe(finding) {
        text.push_str(&suggestion(&line, look));
    }
    if let Some(seen) = seen(finding.rule).filter(|_| first) {
        let value = format!("{seen}  (mig-lint prove {})", finding.rule);
        text.push_str(&line("seen", &value, look));
    }
    for note in notes(gathered) {
        text.push_str(&line("note", &note, look));
    }
    text
}

/// The message, and the place with `label` under it.
fn top(finding: &Finding, label: &str, look: Look) -> String {
    if finding.file.text().is_empty() {
        // There is no text to show.
        let message = format!("{}: {}", finding.file.path().display(), finding.message);
        return heading(finding.level, finding.rule, &message, look);
    }
    let (whole, mark) = (finding.statement, finding.span);
    heading(finding.level, finding.rule, &finding.message, look)
        + &snippet(&finding.file, whole, mark, (finding.level, label), look)
}

/// What stays locked meanwhile, what else was to be said, and the other findings about the statement, each with what to do about it.
fn notes(gathered: &Gathered<'_>) -> Vec<String> {
    let mut notes = gathered.held.map(facts::locked).unwrap_or_default();
    notes.extend(gathered.chief.notes.iter().map(|note| match note.rule {
        Some(rule) => format!("{} [{rule}]", note.message),
        None => note.message.clone(),
    }));
    for other in &gathered.others {
        let finding = other.chief;
        let mut note = format!("{} [{}]", finding.message, finding.rule);
        for more in [&other.elsewhere(), &finding.help].into_iter().flatten() {
            note.push_str("; ");
            note.push_str(more);
        }
        notes.push(note);
    }
    notes
}

/// What servers showed of a rule. Read once: a report may hold thousands of findings.
#[cfg(feature = "prove")]
fn seen(rule: &str) -> Option<&'static str> {
    static SEEN: LazyLock<BTreeMap<&str, String>> = LazyLock::new(|| {
        let summary = |entry: &'static Entry| {
            let recorded = Recorded::parse(entry.observed).ok()?;
            Some((entry.id, recorded.summary(entry)?))
        };
        RULES.iter().filter_map(summary).collect()
    });
    SEEN.get(rule).map(String::as_str)
}

/// Without proofs nobody knows what servers showed.
#[cfg(not(feature = "prove"))]
const fn seen(_: &str) -> Option<&'static str> {
    None
}

/// `error[rule-id]: the message`, wrapped before it is coloured.
fn heading(level: Level, id: &str, message: &str, look: Look) -> String {
    let id = if id.is_empty() {
        String::new()
    } else {
        format!("[{id}]")
    };
    let head = format!("{}{id}:", level.name());
    let text = format!("{head} {}", one_line(message, TEXT_BYTES));
    let options = textwrap::Options::new(look.width)
        .subsequent_indent("   ")
        .word_splitter(textwrap::WordSplitter::NoHyphenation)
        .break_words(false);
    let mut heading = String::new();
    for (at, line) in textwrap::wrap(&text, options).iter().enumerate() {
        match line.strip_prefix(head.as_str()).filter(|_| at == 0) {
            Some(rest) => {
                let head = match level {
                    Level::Error => look.danger(&head),
                    Level::Warning => look.caution(&head),
                    Level::Info => look.bold(&head),
                };
                heading.push_str(&linked(&head, &id, look));
                heading.push_str(&look.bold(rest));
            }
            None => heading.push_str(&look.bold(line)),
        }
        heading.push('\n');
    }
    heading
}

/// `   wait: INSERT, UPDATE`, continued under its text.
fn line(key: &str, value: &str, look: Look) -> String {
    let value = one_line(value, TEXT_BYTES);
    let room = look.width.saturating_sub(INDENT).max(20);
    let lines = textwrap::wrap(
        &value,
        textwrap::Options::new(room)
            .word_splitter(textwrap::WordSplitter::NoHyphenation)
            .break_words(false),
    );
    let mut text = String::new();
    for (at, line) in lines.iter().enumerate() {
        let head = if at == 0 {
            format!("   {} ", look.bold(&format!("{key}:")))
        } else {
            " ".repeat(INDENT)
        };
        text.push_str(format!("{head}{line}").trim_end());
        text.push('\n');
    }
    text
}

/// SQL to paste: never broken, for it must stay what it is.
fn suggestion(statement: &str, look: Look) -> String {
    let mut text = String::new();
    for line in statement.trim_end().lines().take(20) {
        let line = one_line_keeping_indent(line);
        text.push_str(&" ".repeat(INDENT + 2));
        text.push_str(&look.code(&line));
        text.push('\n');
    }
    text
}

fn one_line_keeping_indent(line: &str) -> String {
    let blanks = line.len() - line.trim_start().len();
    let shown: String = line.trim().chars().take(TEXT_BYTES).collect();
    let shown = shown.replace(|c: char| c.is_control(), "\u{fffd}");
    format!("{}{shown}", " ".repeat(blanks.min(8)))
}

/// What is wrong with the config, each fault at its key.
#[must_use]
pub fn config_errors(errors: &[ConfigError], look: Look) -> String {
    errors
        .iter()
        .map(|error| config_error(error, look))
        .collect()
}

fn config_error(error: &ConfigError, look: Look) -> String {
    let Some((file, range)) = &error.place else {
        return failure(&error.message, &error.help, look);
    };
    let span = Span::new(range.start, range.end);
    let mut text = heading(Level::Error, "", &error.message, look);
    text.push_str(&snippet(file, span, span, (Level::Error, ""), look));
    if !error.help.is_empty() {
        text.push_str(&line("help", &error.help, look));
    }
    text
}

/// What went wrong, and what to do about it, where that is known.
#[must_use]
pub fn failure(message: &str, help: &str, look: Look) -> String {
    let mut text = heading(Level::Error, "", message, look);
    if !help.is_empty() {
        text.push_str(&line("help", help, look));
    }
    text
}
