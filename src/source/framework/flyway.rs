//! Flyway: `V<version>__<description>.sql` by version, then `R__<description>.sql`; what cannot run in a transaction is not wrapped.

use super::super::folder::{Folder, Member};
use super::super::order::{natural, version};
use super::super::{Delivery, Framework, Script, TransactionMode};
use super::convention::{Convention, Habit, stem};
use super::facts::Facts;
use super::leading_words::leading_words;
use std::cmp::Ordering;
use std::fs;
use std::path::{Path, PathBuf};

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
    passes_over: |name| kind(name).is_some(),
    order,
    facts: Facts {
        known_by: "`V<version>__<name>.sql`",
        order: "callbacks before, then by version, with Java between, then `R__` by description, callbacks after",
        switch: "`executeInTransaction=false` in `<file>.conf`; a file all of whose statements refuse a transaction runs without one",
        version: "c5e20fc77341",
        source: "flyway/flyway flyway-core/src/main/java/org/flywaydb/core/internal, flyway-database-postgresql",
    },
    ..Convention::USUAL
};

/// What the name of a file makes of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Kind<'a> {
    /// `V1_2__name.sql`, with its version.
    Versioned(&'a str),
    /// `U1_2__name.sql`, with its version.
    Undo(&'a str),
    /// `B5__name.sql`, with its version: what a new database begins with instead of the versions up to it.
    Baseline(&'a str),
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
            Self::Baseline(version) => ('B', parts(version)),
            Self::Repeatable(description) => ('R', vec![description.to_owned()]),
        }
    }
}

/// What a file is by its name; nothing for files of another pattern.
pub(in super::super) fn kind(name: &str) -> Option<Kind<'_>> {
    let (version, description) = name.rsplit_once('.')?.0.split_once("__")?;
    let (prefix, version) = version.split_at_checked(1)?;
    let is_version = version.starts_with(|c: char| c.is_ascii_digit())
        && version
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'_'));
    match prefix {
        "V" if is_version => Some(Kind::Versioned(version)),
        "U" if is_version => Some(Kind::Undo(version)),
        "B" if is_version => Some(Kind::Baseline(version)),
        "R" if version.is_empty() => Some(Kind::Repeatable(description)),
        _ => None,
    }
}

/// Versions first, what is repeatable after them.
fn order(left: &str, right: &str) -> Ordering {
    match (kind(left), kind(right)) {
        (Some(Kind::Versioned(a)), Some(Kind::Versioned(b))) => version(a, b),
        (Some(Kind::Repeatable(_)), Some(Kind::Versioned(_))) => Ordering::Greater,
        (Some(Kind::Versioned(_)), Some(Kind::Repeatable(_))) => Ordering::Less,
        _ => natural(left, right),
    }
}

/// The folders of code and of resources that Maven and Gradle put on one class path.
const CODE: &[&str] = &["java", "kotlin", "groovy", "scala"];

/// Where SQL migrations lie that run among those of a file in code: `src/main/java/db/V2__x.java` runs with `src/main/resources/db`.
pub(in super::super) fn sql_of(code: &Path) -> Option<PathBuf> {
    kind(code.file_name()?.to_str()?)?;
    let is_code = |part: &str| CODE.contains(&part);
    renamed(code, is_code, "resources")
}

/// Where code lies that runs among the SQL migrations of a folder of resources, if there is some.
pub(in super::super) fn code_of(folder: &Path) -> Option<PathBuf> {
    let twins = CODE.iter();
    let mut twins = twins.filter_map(|code| renamed(folder, |part| part == "resources", code));
    twins.find(|twin| twin.is_dir())
}

/// The path with the folder that is called so called otherwise.
fn renamed(path: &Path, is_called: impl Fn(&str) -> bool, otherwise: &str) -> Option<PathBuf> {
    let mut is_found = false;
    let parts = path.components().map(|part| {
        let name = part.as_os_str().to_str().unwrap_or_default();
        if !is_found && is_called(name) {
            is_found = true;
            otherwise.as_ref()
        } else {
            part.as_os_str()
        }
    });
    let renamed = parts.collect();
    is_found.then_some(renamed)
}

fn scripts(folder: &Folder, habit: &Habit) -> Vec<Script> {
    let (mut versioned, mut repeatable) = (Vec::new(), Vec::new());
    for member in &folder.files {
        match kind(member.name()) {
            Some(Kind::Versioned(version)) => versioned.push((version, member)),
            Some(Kind::Repeatable(description)) => repeatable.push((description, member)),
            Some(Kind::Undo(_) | Kind::Baseline(_)) | None => {}
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
