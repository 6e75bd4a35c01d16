//! Flyway: `V<version>__<description>.sql` by version, then `R__<description>.sql`; what cannot run in a transaction is not wrapped.

use super::super::folder::{Folder, Member};
use super::super::order::version;
use super::super::{Delivery, Framework, Script, TransactionMode};
use super::convention::{Convention, Habit, no_home, stem};
use super::leading_words::leading_words;
use std::fs;

pub(super) const CONVENTION: Convention = Convention {
    claims: |folder| {
        folder
            .files
            .iter()
            .any(|member| matches!(kind(member.name()), Some(Kind::Versioned(_))))
    },
    scripts,
    habit: Habit {
        framework: Framework::Flyway,
        transaction: TransactionMode::PerFile,
        delivery: Delivery::Statements,
        separators: &[],
    },
    home: no_home,
};

/// What the name of a file makes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Kind<'a> {
    /// `V1_2__name.sql`, with its version.
    Versioned(&'a str),
    /// `U1_2__name.sql`, with its version.
    Undo(&'a str),
    /// `R__name.sql`, with its description.
    Repeatable(&'a str),
}

impl Kind<'_> {
    /// What no other file of the same history has.
    pub(in super::super) fn key(self) -> (char, Vec<String>) {
        let parts = |version: &str| {
            let mut parts: Vec<String> = version
                .split(['.', '_'])
                .map(|part| part.trim_start_matches('0').to_owned())
                .collect();
            while parts.last().is_some_and(String::is_empty) {
                parts.pop();
            }
            parts
        };
        match self {
            Self::Versioned(version) => ('V', parts(version)),
            Self::Undo(version) => ('U', parts(version)),
            Self::Repeatable(description) => ('R', vec![description.to_owned()]),
        }
    }
}

/// What a file is by its name; nothing for files of another pattern.
pub(in super::super) fn kind(name: &str) -> Option<Kind<'_>> {
    let (version, description) = name.strip_suffix(".sql")?.split_once("__")?;
    let (prefix, version) = version.split_at_checked(1)?;
    let is_version = version.starts_with(|c: char| c.is_ascii_digit())
        && version
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'_'));
    match prefix {
        "V" if is_version => Some(Kind::Versioned(version)),
        "U" if is_version => Some(Kind::Undo(version)),
        "R" if version.is_empty() => Some(Kind::Repeatable(description)),
        _ => None,
    }
}

fn scripts(folder: &Folder, habit: &Habit) -> Vec<Script> {
    let (mut versioned, mut repeatable) = (Vec::new(), Vec::new());
    for member in &folder.files {
        match kind(member.name()) {
            Some(Kind::Versioned(version)) => versioned.push((version, member)),
            Some(Kind::Repeatable(description)) => repeatable.push((description, member)),
            Some(Kind::Undo(_)) | None => {}
        }
    }
    versioned.sort_by(|a, b| version(a.0, b.0).then_with(|| a.1.path().cmp(b.1.path())));
    repeatable.sort_by_key(|(description, member)| (*description, member.path()));
    versioned
        .into_iter()
        .chain(repeatable)
        .map(|(_, member)| {
            habit.script_unless(is_switched_off(member), member, stem(member.name()))
        })
        .collect()
}

/// By the script's own configuration, or because each of its statements refuses a transaction; Flyway runs no mixture.
fn is_switched_off(member: &Member) -> bool {
    let config = fs::read_to_string(member.path().with_extension("sql.conf")).unwrap_or_default();
    let said = config.lines().find_map(|line| {
        let (key, value) = line.split_once('=')?;
        (key.trim() == "executeInTransaction").then(|| value.trim() == "false")
    });
    said.unwrap_or_else(|| {
        let statements = leading_words(member.text());
        !statements.is_empty() && statements.iter().all(|words| refuses_transaction(words))
    })
}

/// The list that Flyway keeps; PostgreSQL's own is longer.
fn refuses_transaction(words: &[String]) -> bool {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    matches!(
        words.as_slice(),
        ["CREATE" | "DROP", "INDEX", "CONCURRENTLY", ..]
            | ["CREATE", "UNIQUE", "INDEX", "CONCURRENTLY", ..]
            | [
                "CREATE" | "DROP",
                "DATABASE" | "TABLESPACE" | "SUBSCRIPTION",
                ..
            ]
            | ["REINDEX", "SCHEMA" | "DATABASE" | "SYSTEM", ..]
            | ["ALTER", "SYSTEM", ..]
            | ["DISCARD", "ALL", ..]
            | ["VACUUM", ..]
    )
}
