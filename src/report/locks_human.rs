//! For people at a terminal: what every statement locks, one line a relation.

use super::json::word;
use super::locks_json::shown;
use super::look::{Look, one_line, pad};
use crate::effects::{Certainty, Effect, Held, Work};
use crate::engine::{MigrationReport, Outcome, Report};
use crate::ir::Statement;
use crate::postgres::{Access, LockMode};
use crate::source::TransactionMode;
use unicode_width::UnicodeWidthStr;

/// The widest that a relation's name is shown, in columns.
const NAME: usize = 28;

/// A table for each migration; `all`: also relations that the transaction itself has created.
#[must_use]
pub fn locks_human(report: &Report, all: bool, look: Look) -> String {
    let migrations = report.migrations.iter();
    migrations
        .map(|reported| migration(reported, all, look))
        .collect()
}

fn migration(reported: &MigrationReport, all: bool, look: Look) -> String {
    let migration = &reported.migration;
    let path = migration.file.path().display().to_string();
    let mut text = format!(
        "{}  {}\n",
        look.bold(&one_line(&path, 500)),
        look.dim(wrapped(migration.transaction))
    );
    let statements: Vec<_> = migration
        .statements
        .iter()
        .zip(&reported.outcomes)
        .collect();
    let widths = Widths::of(statements.iter().flat_map(|(_, o)| shown(&o.effects, all)));
    for (read, outcome) in statements {
        text.push_str(&head(reported, read, look));
        text.push_str(&statement(outcome, all, &widths, look));
    }
    text.push('\n');
    text
}

const fn wrapped(mode: TransactionMode) -> &'static str {
    match mode {
        TransactionMode::PerFile => "one transaction",
        TransactionMode::Implicit => "one implicit transaction",
        TransactionMode::PerStatement => "each statement by itself",
        TransactionMode::None => "no transaction",
        TransactionMode::AllPending => "one transaction with all pending migrations",
    }
}

/// The statement's line number and its text in one line.
fn head(reported: &MigrationReport, statement: &Statement, look: Look) -> String {
    let file = &reported.migration.file;
    let line = file.place(statement.span.start).line;
    let sql = one_line(file.slice(statement.span), look.width * 4);
    let sql = look.clip(&sql, look.width.saturating_sub(6));
    format!("{} {}\n", look.dim(&format!("{line:>5}")), look.code(&sql))
}

fn statement(outcome: &Outcome, all: bool, widths: &Widths, look: Look) -> String {
    let mut rows: String = shown(&outcome.effects, all)
        .map(|effect| row(effect, outcome, widths, look))
        .collect();
    if !outcome.known {
        rows.push_str("      not known: nothing is said about what it locks\n");
    } else if rows.is_empty() {
        rows = format!(
            "      {}\n",
            look.dim("locks nothing that was there before")
        );
    }
    rows
}

/// The widths of the columns, over a whole migration, so that they can be read down.
#[derive(Default)]
struct Widths {
    name: usize,
    lock: usize,
    work: usize,
}

impl Widths {
    fn of<'a>(effects: impl Iterator<Item = &'a Effect>) -> Self {
        effects.fold(Self::default(), |widths, effect| Self {
            name: widths.name.max(effect.relation.width().min(NAME)),
            lock: widths.lock.max(lock(effect).len()),
            work: widths.work.max(work(effect).len()),
        })
    }
}

fn row(effect: &Effect, outcome: &Outcome, widths: &Widths, look: Look) -> String {
    let name = look.clip(&one_line(&effect.relation, 200), NAME);
    let waits = outcome.waits.get(&effect.relation);
    let who = who(waits.map_or(effect.blocks.as_slice(), Vec::as_slice));
    let lock = pad(&lock(effect), widths.lock);
    let lock = match effect.lock {
        LockMode::AccessExclusive => look.danger(&lock),
        mode if mode.blocks_writes() => look.caution(&lock),
        _ => lock,
    };
    let text = format!(
        "      {}  {lock}  {}  {}  {who}",
        pad(&name, widths.name),
        pad(&work(effect), widths.work),
        match effect.held {
            Held::Transaction => "till commit",
            Held::Statement => "statement  ",
        },
    );
    text.trim_end().to_owned() + "\n"
}

/// The lock as the documentation writes it; with a sign where a stronger one is still held.
fn lock(effect: &Effect) -> String {
    match effect.under {
        Some(under) if under.lock > effect.lock => {
            format!("{} under {}", short(effect.lock), short(under.lock))
        }
        _ => effect.lock.sql_name().to_owned(),
    }
}

/// The initials of a lock mode that is shown beside another.
fn short(mode: LockMode) -> String {
    mode.sql_name().to_owned()
}

fn work(effect: &Effect) -> String {
    let work = match effect.work {
        Work::None => "-".to_owned(),
        other => word(&other),
    };
    match effect.certainty {
        Certainty::Known => work,
        Certainty::Assumed | Certainty::Unknown => work + "?",
    }
}

/// Who waits, shortly: what cannot even read is everybody.
fn who(waits: &[Access]) -> String {
    let has = |access| waits.contains(&access);
    if has(Access::Select) {
        return "all wait".to_owned();
    }
    let writes = [Access::Insert, Access::Update, Access::Delete];
    if writes.into_iter().all(has) {
        return "writes wait".to_owned();
    }
    let some: Vec<&str> = writes
        .into_iter()
        .filter(|access| has(*access))
        .map(Access::sql_name)
        .collect();
    if !some.is_empty() {
        return format!("{} wait", some.join(", "));
    }
    if waits.is_empty() {
        return String::new();
    }
    "VACUUM waits".to_owned()
}
