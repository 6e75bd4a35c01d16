//! Liquibase formatted SQL: `--liquibase formatted sql`, then changesets, each run and recorded by itself.

use super::super::changelog::{Change, Changelog, Entry};
use super::super::folder::{Folder, Member};
use super::super::path::normal;
use super::super::{Delivery, Framework, Outside, Script, Span, TransactionMode, WayBack, dialect};
use super::convention::{Convention, Habit, any_marked, numbered, stem};
use super::facts::Facts;
use super::sections::{comments, sections};
use super::twin::is_down;
use std::collections::HashMap;
use std::path::PathBuf;

pub(super) const CONVENTION: Convention = Convention {
    claims: |folder| folder.changelog.is_some() || any_marked(folder, Framework::Liquibase),
    scripts,
    way_back,
    habit: Habit {
        framework: Framework::Liquibase,
        transaction: TransactionMode::PerFile,
        delivery: Delivery::Statements,
        separators: &[],
    },
    facts: Facts {
        known_by: "a header `--liquibase formatted sql`, or a changelog in YAML, JSON or XML that names the file",
        unit: "changeset",
        order: "the changelog that no other one includes; without one by number, changeset after changeset",
        switch: "`runInTransaction:false` on the line of the changeset, or in the changelog",
        outside: Outside::Head("--changeset you:id runInTransaction:false"),
        version: "cdbdec7fa9dd",
        source: "liquibase/liquibase liquibase-standard/src/main/java/liquibase/parser/core/formattedsql, changelog/DatabaseChangeLog.java",
    },
    ..Convention::USUAL
};

/// Whether a comment is the header of a formatted file.
pub(super) fn is_header(comment: &str) -> bool {
    comment
        .to_ascii_lowercase()
        .starts_with("liquibase formatted sql")
}

fn scripts(folder: &Folder, habit: &Habit) -> Vec<Script> {
    if let Some(changelog) = &folder.changelog {
        return listed(folder, changelog, habit);
    }
    numbered(folder, |member| !is_down(member.path()))
        .into_iter()
        .flat_map(|member| changesets(member, habit))
        .collect()
}

/// What the changelog runs, in its order; what comes behind a change that is not in SQL comes after one that was not read.
fn listed(folder: &Folder, changelog: &Changelog, habit: &Habit) -> Vec<Script> {
    let members = folder.files.iter();
    let members: HashMap<PathBuf, &Member> = members.map(|it| (normal(it.path()), it)).collect();
    let (mut all, mut after_unread) = (Vec::new(), false);
    for entry in &changelog.entries {
        let member = entry.path().and_then(|path| members.get(path));
        let mut scripts = match (entry, member) {
            (Entry::Code, _) => {
                after_unread = true;
                continue;
            }
            (_, None) => continue,
            (Entry::Included(_), Some(member)) => changesets(member, habit),
            (Entry::Run(change), Some(member)) => vec![of_change(change, member, habit)],
        };
        if let Some(first) = scripts.first_mut() {
            first.after_unread = std::mem::take(&mut after_unread);
        }
        all.append(&mut scripts);
    }
    all
}

fn of_change(change: &Change, member: &Member, habit: &Habit) -> Script {
    let mut script = habit.script_unless(!change.in_transaction, member, &*change.id);
    let whole = Span::new(0, member.text().len());
    script.up = statements(member.text(), whole, change.delimiter.as_deref());
    if !change.splits {
        script.delivery = Delivery::OneQuery;
    }
    script
}

fn changesets(member: &Member, habit: &Habit) -> Vec<Script> {
    if member.marked != Some(Framework::Liquibase) {
        // Without the header a file is one raw changeset.
        return vec![habit.script(member, stem(member.name()))];
    }
    let marker = |comment: &str| {
        let (word, rest) = comment.split_once(char::is_whitespace)?;
        word.eq_ignore_ascii_case("changeset")
            .then(|| rest.trim().to_owned())
    };
    sections(member.text(), marker)
        .iter()
        .filter(|section| attribute(&section.marker, "dbms").is_none_or(dialect::names_postgres))
        .map(|section| {
            let line = section.marker.as_str();
            let is_off = |key| attribute(line, key).is_some_and(|value| value == "false");
            let name = line.split_whitespace().next().unwrap_or_default();
            let mut script = habit.script_unless(is_off("runInTransaction"), member, name);
            let delimiter = attribute(line, "endDelimiter");
            script.up = statements(member.text(), section.span, delimiter);
            if is_off("splitStatements") {
                script.delivery = Delivery::OneQuery;
            }
            script
        })
        .collect()
}

/// What stands behind `--rollback`, line by line, in a changeset of formatted SQL; of other formats nobody has read it.
///
/// Source: "rollback" in Liquibase's documentation of formatted SQL; `FormattedSqlChangeLogParser`.
fn way_back(_: &Folder, script: &Script) -> WayBack {
    let text = script.file.text();
    if !is_marked(text) {
        return WayBack::Unread;
    }
    let (Some(first), Some(last)) = (script.up.first(), script.up.last()) else {
        return WayBack::Missing;
    };
    let (mut spans, mut at) = (Vec::new(), first.start);
    let mut is_written = false;
    for line in text[first.start..last.end].split_inclusive('\n') {
        if let Some(rest) = rollback(line) {
            is_written = true;
            let start = at + line.len() - rest.len();
            let nothing = ["empty", "not required"];
            if !nothing.contains(&rest.trim().to_ascii_lowercase().as_str()) {
                spans.push(Span::new(start, at + line.len()));
            }
        }
        at += line.len();
    }
    if is_written {
        WayBack::Written(script.file.clone(), spans)
    } else {
        WayBack::Missing
    }
}

fn rollback(line: &str) -> Option<&str> {
    let comment = line.trim_start().strip_prefix("--")?.trim_start();
    let word = comment.get(.."rollback".len())?;
    let rest = &comment[word.len()..];
    (word.eq_ignore_ascii_case("rollback") && rest.starts_with(char::is_whitespace)).then_some(rest)
}

/// Whether it is formatted SQL.
fn is_marked(text: &str) -> bool {
    comments(text).any(|(_, comment)| is_header(comment))
}

/// What stands between delimiters: a line that is nothing but GO, where the changeset names none; the semicolon is PostgreSQL's own. In a comment none is
/// seen, so one that begins a comment itself never ends anything.
///
/// Source: `StringUtil.processMultiLineSQL` and `isDelimiter` in `liquibase-standard`.
fn statements(text: &str, changeset: Span, delimiter: Option<&str>) -> Vec<Span> {
    let own = delimiter.map(|own| {
        let own = own.trim_start_matches("\\r").trim_start_matches("\\n");
        own.to_ascii_lowercase()
    });
    if own.as_deref() == Some(";") {
        return vec![changeset];
    }
    let length = |line: &str| {
        let line = line.trim_end().to_ascii_lowercase();
        match &own {
            Some(own) if own.starts_with(|c: char| c.is_alphanumeric()) => {
                (line.trim_start() == own).then_some(own.len())
            }
            Some(own) => {
                let before = line.strip_suffix(&**own).filter(|_| !own.is_empty())?;
                (!before.contains("--") && !own.starts_with("--")).then_some(own.len())
            }
            None => (line.trim_start() == "go").then_some(2),
        }
    };
    let (mut parts, mut at, mut start) = (Vec::new(), changeset.start, changeset.start);
    for line in text[changeset.start..changeset.end].split_inclusive('\n') {
        let end = at + line.trim_end().len();
        // The first line names the delimiter.
        if let Some(length) = length(line).filter(|_| at > changeset.start) {
            parts.push(Span::new(start, end - length));
            start = end;
        }
        at += line.len();
    }
    parts.push(Span::new(start, changeset.end));
    parts
}

/// The value of `key:value` on a changeset's line, without quotes; keys ignore case.
fn attribute<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    line.split_whitespace().skip(1).find_map(|word| {
        let (name, value) = word.split_once(':')?;
        name.eq_ignore_ascii_case(key)
            .then(|| value.trim_matches('"'))
    })
}
