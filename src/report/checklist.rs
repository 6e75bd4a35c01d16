//! The checklist before a deploy: for a terminal, for a pull request, as JSON.

use super::document::{SCHEMA_VERSION, document};
use super::facts::{duration, numbers};
use super::locks_human::wrapped;
use super::look::{Look, one_line};
use crate::checklist::{Checklist, Gone, GoneKind, WayBack};
use crate::engine::Unavailable;
use crate::postgres::Access;
use crate::rule::join_and;
use serde::Serialize;
use std::fmt::Write as _;

/// How wide the column of the questions is.
const MARGIN: usize = 13;

/// How wide a page is at most.
const PAGE: usize = 100;

/// How many tables are told of, each for each question.
const TABLES: usize = 8;

/// An answer's line.
enum Line {
    Words(String),
    /// To be pasted.
    Code(String),
}

struct Answer {
    /// The question in two words, and whole.
    question: (&'static str, &'static str),
    lines: Vec<Line>,
}

#[derive(Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub(super) struct Document<'a> {
    schema_version: u32,
    pg_version: u8,
    migrations: &'a [Checklist],
}

/// All answers as JSON.
#[must_use]
pub fn checklist_json(lists: &[Checklist], pg_version: u8) -> String {
    document(&Document {
        schema_version: SCHEMA_VERSION,
        pg_version,
        migrations: lists,
    })
}

/// A page a migration.
#[must_use]
pub fn checklist_human(lists: &[Checklist], look: Look) -> String {
    let mut text = String::new();
    let width = look.width.min(PAGE);
    for list in lists {
        let name = one_line(&list.name, 200);
        let path = one_line(&list.path, 500);
        let how = look.dim(wrapped(list.transaction));
        let _ = writeln!(text, "{}  {path}  {how}", look.bold(&name));
        for answer in answers(list) {
            let mut head = answer.question.0;
            for line in &answer.lines {
                let margin = format!("  {head:MARGIN$}");
                head = "";
                match line {
                    Line::Words(words) => {
                        let indent = " ".repeat(MARGIN + 2);
                        let options = textwrap::Options::new(width)
                            .initial_indent(&margin)
                            .subsequent_indent(&indent)
                            .break_words(false);
                        for (at, line) in textwrap::wrap(words, options).iter().enumerate() {
                            let line = match (at, line.strip_prefix(margin.as_str())) {
                                (0, Some(rest)) => look.dim(&margin) + rest,
                                _ => line.to_string(),
                            };
                            let _ = writeln!(text, "{}", line.trim_end());
                        }
                    }
                    Line::Code(code) => {
                        for (at, line) in code.lines().enumerate() {
                            let before = if at == 0 {
                                look.dim(&margin)
                            } else {
                                " ".repeat(MARGIN + 2)
                            };
                            let _ = writeln!(text, "{before}{}", look.code(line));
                        }
                    }
                }
            }
        }
        text.push('\n');
    }
    text
}

/// A section a migration, for a pull request.
#[must_use]
pub fn checklist_markdown(lists: &[Checklist]) -> String {
    let mut text = String::new();
    for list in lists {
        let name = one_line(&list.name, 200).replace('`', "'");
        let path = one_line(&list.path, 500).replace('`', "'");
        let _ = writeln!(
            text,
            "### `{name}`\n\n`{path}`, {}\n",
            wrapped(list.transaction)
        );
        for answer in answers(list) {
            let _ = writeln!(text, "**{}**\n", answer.question.1);
            let mut in_code = false;
            for line in &answer.lines {
                match line {
                    Line::Words(words) => {
                        if std::mem::take(&mut in_code) {
                            text.push('\n');
                        }
                        let _ = writeln!(text, "- {}", escaped(words));
                    }
                    Line::Code(code) => {
                        in_code = true;
                        let language = if code.starts_with("mig-lint") {
                            "sh"
                        } else {
                            "sql"
                        };
                        let _ = writeln!(text, "\n```{language}\n{code}\n```");
                    }
                }
            }
            text.push('\n');
        }
    }
    text
}

/// Words in which nothing is taken for Markdown.
fn escaped(words: &str) -> String {
    let mut text = String::new();
    for c in words.chars() {
        if matches!(
            c,
            '\\' | '`' | '*' | '_' | '<' | '>' | '[' | ']' | '|' | '#'
        ) {
            text.push('\\');
        }
        text.push(c);
    }
    text
}

fn answers(list: &Checklist) -> [Answer; 6] {
    [
        Answer {
            question: ("how large", "How large are the tables?"),
            lines: how_large(list),
        },
        Answer {
            question: ("which locks", "Which locks does it take, and who waits?"),
            lines: which_locks(list),
        },
        Answer {
            question: ("how long", "For how long?"),
            lines: how_long(list),
        },
        Answer {
            question: ("way back", "Can it be undone?"),
            lines: way_back(list),
        },
        Answer {
            question: ("try it", "How is it tried first?"),
            lines: vec![Line::Code(list.try_first.clone())],
        },
        Answer {
            question: ("watch it", "How is it watched, and stopped?"),
            lines: watch(list),
        },
    ]
}

fn words(text: impl Into<String>) -> Line {
    Line::Words(text.into())
}

fn how_large(list: &Checklist) -> Vec<Line> {
    if list.tables.is_empty() {
        return vec![words("it touches no table that was there before")];
    }
    let (known, unknown): (Vec<_>, Vec<_>) =
        list.tables.iter().partition(|table| table.size.is_some());
    let mut lines: Vec<Line> = known
        .iter()
        .take(TABLES)
        .filter_map(|table| {
            let size = table.size.as_ref()?;
            Some(words(format!(
                "{}: {} ({})",
                table.name,
                numbers(size),
                size.from
            )))
        })
        .collect();
    lines.extend(more(known.len()));
    if !unknown.is_empty() {
        let names: Vec<&str> = unknown.iter().map(|table| table.name.as_str()).collect();
        let few = &names[..names.len().min(TABLES)];
        let more = names.len() - few.len();
        let more = if more > 0 {
            format!(" and {more} more")
        } else {
            String::new()
        };
        lines.push(words(format!(
            "not known: {}{more}; mig-lint sizes asks the database",
            few.join(", ")
        )));
    }
    lines
}

fn which_locks(list: &Checklist) -> Vec<Line> {
    let mut lines = locks(&list.waits, "nobody waits for it");
    if !list.waits.is_empty() && !list.gives_up {
        lines.push(words(
            "without lock_timeout: it waits for the longest transaction that has the table open, and everybody else behind it",
        ));
    }
    if !list.not_known.is_empty() {
        lines.push(words(format!(
            "not all is known of {}",
            join_and(
                &list
                    .not_known
                    .iter()
                    .map(String::as_str)
                    .collect::<Vec<_>>()
            )
        )));
    }
    lines
}

fn locks(waits: &[Unavailable], nobody: &str) -> Vec<Line> {
    if waits.is_empty() {
        return vec![words(nobody)];
    }
    let mut lines: Vec<Line> = waits
        .iter()
        .take(TABLES)
        .map(|table| {
            words(format!(
                "{}: {}: {} wait",
                table.relation,
                table.lock.sql_name(),
                who(table)
            ))
        })
        .collect();
    lines.extend(more(waits.len()));
    lines
}

fn who(table: &Unavailable) -> String {
    let everyday = Access::EVERYDAY.into_iter();
    let kinds = everyday.filter(|kind| table.waits.contains(kind));
    kinds.map(Access::sql_name).collect::<Vec<_>>().join(", ")
}

fn how_long(list: &Checklist) -> Vec<Line> {
    let mut lines = spans(&list.waits);
    if !lines.is_empty() {
        lines.push(words("the time until it gets its locks comes on top"));
    }
    if lines.is_empty() {
        lines.push(words("nobody waits"));
    }
    lines
}

/// How long each table is waited for.
fn spans(waits: &[Unavailable]) -> Vec<Line> {
    let told = waits.iter().take(TABLES).map(|table| {
        let long = match (table.growing, table.seconds) {
            (0, _) => "brief".to_owned(),
            (_, Some(seconds)) => duration(seconds),
            (_, None) => "not known, it grows with the table: rows and bytes of the tables that it works on would tell".to_owned(),
        };
        words(format!("{}: {long}", table.relation))
    });
    told.collect()
}

fn way_back(list: &Checklist) -> Vec<Line> {
    let mut lines = match &list.way_back {
        WayBack::Unsupported => vec![words(
            "no: its runner takes nothing back; a new migration has to",
        )],
        WayBack::Missing => vec![words("no: no down side is written")],
        WayBack::Unread => vec![words("not known: its down side was not read")],
        WayBack::Written(back) if back.statements == 0 => {
            vec![words(format!(
                "{}:{} has nothing to do",
                back.path, back.line
            ))]
        }
        WayBack::Written(back) => {
            let mut lines = vec![words(format!("by {}:{}", back.path, back.line))];
            for table in back.waits.iter().take(TABLES) {
                let long = match (table.growing, table.seconds) {
                    (0, _) => "brief".to_owned(),
                    (_, Some(seconds)) => duration(seconds),
                    (_, None) => "as long as the table is large".to_owned(),
                };
                lines.push(words(format!(
                    "{}: {}: {} wait, {long}",
                    table.relation,
                    table.lock.sql_name(),
                    who(table)
                )));
            }
            lines.extend(more(back.waits.len()));
            if back.waits.is_empty() {
                lines.push(words("nobody waits for it"));
            }
            if !back.gone.is_empty() {
                lines.push(words(format!("it takes away {}", all(&back.gone))));
            }
            let findings = back.findings.iter().take(TABLES);
            lines.extend(findings.map(|finding| words(finding.clone())));
            lines
        }
    };
    if !list.gone.is_empty() {
        lines.push(words(format!("nothing brings back {}", all(&list.gone))));
    }
    lines
}

fn all(gone: &[Gone]) -> String {
    let told: Vec<String> = gone
        .iter()
        .map(|gone| match gone.kind {
            GoneKind::Table => format!("{} with its rows", gone.name),
            GoneKind::Column => format!("the values of {}", gone.name),
            GoneKind::Rows => format!("rows of {}", gone.name),
            GoneKind::Values => format!("what {} held before", gone.name),
        })
        .collect();
    let told: Vec<&str> = told.iter().map(String::as_str).collect();
    join_and(&told)
}

fn watch(list: &Checklist) -> Vec<Line> {
    let watch = &list.watch;
    let mut lines = Vec::new();
    if let Some(before) = &watch.before {
        lines.push(words("before it starts, whom it would wait for:"));
        lines.push(Line::Code(before.clone()));
    }
    lines.push(words("who waits for whom:"));
    lines.push(Line::Code(watch.blocked.clone()));
    let (told, silent): (Vec<_>, Vec<_>) = watch.progress.iter().partition(|it| it.query.is_some());
    for progress in told {
        lines.push(words(format!("how far {} is:", progress.statement)));
        lines.extend(progress.query.clone().map(Line::Code));
    }
    if !silent.is_empty() {
        let silent: Vec<&str> = silent.iter().map(|it| it.statement.as_str()).collect();
        lines.push(words(format!(
            "no view tells how far {} is",
            join_and(&silent)
        )));
    }
    lines.push(words("stop it:"));
    lines.push(Line::Code(watch.cancel.clone()));
    lines.push(words(format!("that leaves {}", watch.leaves.join("; "))));
    lines
}

fn more(all: usize) -> Option<Line> {
    (all > TABLES).then(|| words(format!("and {} more", all - TABLES)))
}
