//! Flyway: `V<version>__<description>.sql` by version, then `R__<description>.sql`; what cannot run in a transaction is not wrapped.

use super::super::folder::{Folder, Member};
use super::super::order::{natural, version};
use super::super::{Delivery, Framework, Outside, Script, TransactionMode};
use super::convention::{Convention, Habit, stem};
use super::facts::Facts;
use super::leading_words::leading_words;
use std::cmp::Ordering;
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
    passes_over: |member| kind(member.name()).is_some() || turn(member.name()).is_some(),
    order,
    facts: Facts {
        known_by: "`V<version>__<name>.sql`",
        unit: "file",
        order: "callbacks before, then by version, with Java between, then `R__` by description, callbacks after",
        switch: "`executeInTransaction=false` in `<file>.conf`; a file all of whose statements refuse a transaction runs without one",
        // It sees by itself that an index is built CONCURRENTLY, and no more than that.
        outside: Outside::Head(
            "-- executeInTransaction=false in a file of this name with .conf behind it",
        ),
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
    match (turn(left), turn(right)) {
        (Some(a), Some(b)) => a.cmp(&b),
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

/// Where code lies that runs among the SQL migrations of a folder of resources.
pub(in super::super) fn code_of(folder: &Path) -> Vec<PathBuf> {
    let twins = CODE.iter();
    let twins = twins.filter_map(|code| renamed(folder, |part| part == "resources", code));
    twins.filter(|twin| twin.is_dir()).collect()
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
    let mut members: Vec<(Turn<'_>, &Member)> = folder
        .files
        .iter()
        .filter_map(|member| Some((turn(member.name())?, member)))
        .collect();
    members.sort_by(|(a, left), (b, right)| a.cmp(b).then_with(|| left.path().cmp(right.path())));
    members
        .into_iter()
        .map(|(_, member)| {
            habit.script_unless(is_switched_off(folder, member), member, stem(member.name()))
        })
        .collect()
}

/// When a file runs.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn<'a> {
    Versioned(&'a str),
    Repeatable(&'a str),
    /// A callback of this event, which comes before (negative) or after versions (1), or after all (3).
    Callback(i8, &'a str),
}

impl Turn<'_> {
    const fn rank(self) -> i8 {
        match self {
            Self::Versioned(_) => 0,
            Self::Repeatable(_) => 2,
            Self::Callback(rank, _) => rank,
        }
    }
}

impl Ord for Turn<'_> {
    fn cmp(&self, other: &Self) -> Ordering {
        let same = match (self, other) {
            (Self::Versioned(a), Self::Versioned(b)) => version(a, b),
            (Self::Repeatable(a), Self::Repeatable(b))
            | (Self::Callback(_, a), Self::Callback(_, b)) => a.cmp(b),
            _ => Ordering::Equal,
        };
        self.rank().cmp(&other.rank()).then(same)
    }
}

impl PartialOrd for Turn<'_> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

/// When a file of this name runs; nothing for what `migrate` does not run on a database that is there.
fn turn(name: &str) -> Option<Turn<'_>> {
    match kind(name) {
        Some(Kind::Versioned(version)) => Some(Turn::Versioned(version)),
        Some(Kind::Repeatable(description)) => Some(Turn::Repeatable(description)),
        Some(Kind::Undo(_) | Kind::Baseline(_)) => None,
        None => {
            let stem = name.strip_suffix(".sql")?;
            let event = stem.split_once("__").map_or(stem, |(event, _)| event);
            let rank = CALLBACKS.iter().find(|(known, _)| *known == event)?.1;
            Some(Turn::Callback(rank, stem))
        }
    }
}

/// Events around a run of `migrate` for which a file may be there, and when they come. Source: Flyway's documentation, "Callback events".
const CALLBACKS: &[(&str, i8)] = &[
    ("beforeMigrate", -2),
    ("beforeEachMigrate", -1),
    ("afterEachMigrate", 1),
    ("afterVersioned", 1),
    ("beforeRepeatables", 1),
    ("afterMigrateApplied", 3),
    ("afterMigrate", 3),
];

/// By the script's own configuration, or because each of its statements refuses a transaction; Flyway runs no mixture.
fn is_switched_off(folder: &Folder, member: &Member) -> bool {
    let config = folder.read_beside(member, &format!("{}.conf", member.name()));
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
