//! Liquibase formatted SQL: `--liquibase formatted sql`, then changesets, each run and recorded by itself.

use super::super::folder::{Folder, Member};
use super::super::{Delivery, Framework, Outside, Script, Span, TransactionMode, dialect};
use super::convention::{Convention, Habit, any_marked, numbered, stem};
use super::facts::Facts;
use super::plain::is_down;
use super::sections::sections;

pub(super) const CONVENTION: Convention = Convention {
    claims: |folder| any_marked(folder, Framework::Liquibase),
    scripts,
    habit: Habit {
        framework: Framework::Liquibase,
        transaction: TransactionMode::PerFile,
        delivery: Delivery::Statements,
        separators: &[],
    },
    facts: Facts {
        known_by: "a header `--liquibase formatted sql`",
        unit: "changeset",
        order: "by number, changeset after changeset",
        switch: "`runInTransaction:false` on the line of the changeset",
        outside: Outside::Head("--changeset you:id runInTransaction:false"),
        version: "cdbdec7fa9dd",
        source: "liquibase/liquibase liquibase-standard/src/main/java/liquibase/parser/core/formattedsql",
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
    numbered(folder, |member| !is_down(member.path()))
        .into_iter()
        .flat_map(|member| changesets(member, habit))
        .collect()
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
        .filter(|section| is_for_postgres(&section.marker))
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

fn is_for_postgres(line: &str) -> bool {
    let Some(databases) = attribute(line, "dbms") else {
        return true;
    };
    let mut names = databases.split(',').map(str::trim);
    if databases.contains('!') {
        !names.any(|name| name.strip_prefix('!').is_some_and(dialect::is_postgres))
    } else {
        names.any(|name| dialect::is_postgres(name) || name == "all")
    }
}

/// The value of `key:value` on a changeset's line, without quotes; keys ignore case.
fn attribute<'a>(line: &'a str, key: &str) -> Option<&'a str> {
    line.split_whitespace().skip(1).find_map(|word| {
        let (name, value) = word.split_once(':')?;
        name.eq_ignore_ascii_case(key)
            .then(|| value.trim_matches('"'))
    })
}
