//! For people at a terminal: what every statement locks, one line a relation.

use super::document::word;
use super::locks_json::shown;
use super::look::{Look, one_line, pad};
use crate::effects::{Certainty, Effect, Held, Work};
use crate::engine::{MigrationReport, Prediction, Report, StatementReport};
use crate::ir::Origin;
use crate::postgres::{Access, Accesses, LockMode};
use crate::source::TransactionMode;
use unicode_width::UnicodeWidthStr;

/// A table of all migrations; `all`: also relations that the transaction itself has created.
#[must_use]
pub fn locks_human(report: &Report, all: bool, look: Look) -> String {
    let statements = report.migrations.iter().flat_map(|m| &m.statements);
    let predictions = statements.filter_map(|statement| statement.prediction.as_deref());
    let widths = Widths::of(predictions, all, look);
    let mut text = String::new();
    if widths.lock > 0 {
        let titles = ["relation", "lock", "work", "until", "who waits"];
        text.push_str(&look.dim(&widths.line(titles)));
        text.push('\n');
    }
    for reported in &report.migrations {
        text.push_str(&migration(reported, all, &widths, look));
    }
    text
}

fn migration(reported: &MigrationReport, all: bool, widths: &Widths, look: Look) -> String {
    let path = reported.file.path().display().to_string();
    let mut text = format!(
        "{}  {}\n",
        look.bold(&one_line(&path, 500)),
        look.dim(wrapped(reported.transaction))
    );
    let mut before = None;
    for report in &reported.statements {
        text.push_str(&head(reported, report, look));
        text.push_str(&statement(report, before, all, widths, look));
        before = report.prediction.as_deref();
    }
    text.push('\n');
    text
}

pub(super) const fn wrapped(mode: TransactionMode) -> &'static str {
    match mode {
        TransactionMode::PerFile => "one transaction",
        TransactionMode::Implicit => "one implicit transaction",
        TransactionMode::PerStatement => "each statement by itself",
        TransactionMode::None => "no transaction",
        TransactionMode::AllPending => "one transaction with all pending migrations",
    }
}

/// The statement's line number and its text in one line.
fn head(reported: &MigrationReport, statement: &StatementReport, look: Look) -> String {
    let file = &reported.file;
    let line = file.place(statement.span.start).line;
    let text = match &statement.origin {
        Origin::Opaque(_) => file.slice(statement.span),
        origin => origin.text(file, statement.span),
    };
    let sql = one_line(text, look.width * 4);
    let sql = look.clip(&sql, look.width.saturating_sub(6));
    format!("{} {}\n", look.dim(&format!("{line:>5}")), look.code(&sql))
}

fn statement(
    report: &StatementReport,
    before: Option<&Prediction>,
    all: bool,
    widths: &Widths,
    look: Look,
) -> String {
    let mut rows: String = report
        .prediction
        .iter()
        .flat_map(|prediction| {
            shown(&prediction.effects, all).map(|effect| row(effect, prediction, widths, look))
        })
        .collect();
    if report.prediction.as_ref().is_some_and(|it| it.opaque) {
        rows.push_str("      runs code that cannot be read: more may be locked\n");
    }
    if report.prediction.as_ref().is_some_and(|it| refused(it)) {
        rows.push_str(&format!(
            "      {}\n",
            look.danger("refused: it cannot run inside a transaction block")
        ));
    }
    if !report.known {
        rows.push_str("      not known: nothing is said about what it locks\n");
    } else if rows.is_empty() {
        rows = format!(
            "      {}\n",
            look.dim("locks nothing that was there before")
        );
    }
    if let Some(prediction) = &report.prediction {
        rows.push_str(&elsewhere(prediction, before, widths, look));
    }
    rows
}

/// Whether the statement stands in a transaction in which PostgreSQL does not let it run.
fn refused(prediction: &Prediction) -> bool {
    let mut effects = prediction.effects.iter();
    !prediction.can_run_in_transaction && effects.any(|it| it.held == Held::Transaction)
}

/// The widths of the columns, over the whole report, so that they can be read down.
#[derive(Default)]
struct Widths {
    name: usize,
    lock: usize,
    work: usize,
}

impl Widths {
    fn of<'a>(
        predictions: impl Iterator<Item = &'a Prediction> + Clone,
        all: bool,
        look: Look,
    ) -> Self {
        let mut widths = Self::default();
        for effect in predictions.clone().flat_map(|it| shown(&it.effects, all)) {
            widths.lock = widths.lock.max(effect.lock.sql_name().len());
            widths.work = widths.work.max(work(effect).len()).max(4);
        }
        // The margin, the gaps, and the widest of the last two columns: "its end", "everybody".
        let rest = 6 + 2 + widths.lock + 2 + widths.work + 2 + 9 + 2 + 9;
        // A longer name pushes its own line to the right, not all others.
        let most = look.width.saturating_sub(rest).max(8);
        let locked = predictions
            .clone()
            .flat_map(|it| shown(&it.effects, all))
            .map(|effect| effect.relation.as_str());
        let waited = predictions.flat_map(|it| it.waits.keys().map(String::as_str));
        let names = locked.chain(waited).map(|name| name.width().min(most));
        widths.name = names.max().unwrap_or(0).max(8);
        widths
    }

    fn line(&self, [name, lock, work, until, who]: [&str; 5]) -> String {
        let line = format!(
            "      {}  {}  {}  {}  {who}",
            pad(name, self.name),
            pad(lock, self.lock),
            pad(work, self.work),
            pad(until, 9),
        );
        line.trim_end().to_owned()
    }
}

fn row(effect: &Effect, prediction: &Prediction, widths: &Widths, look: Look) -> String {
    let waits = prediction.waits.get(&effect.relation);
    let mode = effect.lock.sql_name();
    let until = match effect.held {
        Held::Transaction => "commit",
        Held::Statement => "its end",
    };
    let who = who(waits.map_or(effect.blocks, |waits| Accesses::of(waits)));
    let name = one_line(&effect.relation, 200);
    let mut text = widths.line([&name, mode, &work(effect), until, &who]);
    let colored = match effect.lock {
        LockMode::AccessExclusive => look.danger(mode),
        strong if strong.blocks_writes() => look.caution(mode),
        _ => mode.to_owned(),
    };
    // The name may hold the words of a lock; the lock itself comes after it.
    if let Some(at) = text.rfind(mode) {
        text.replace_range(at..at + mode.len(), &colored);
    }
    text.push('\n');
    if let Some(under) = effect.under.filter(|under| under.lock > effect.lock) {
        let line = under.place.line;
        let held = format!("under {} since line {line}", under.lock.sql_name());
        text.push_str(&" ".repeat(8 + widths.name));
        text.push_str(&held);
        text.push('\n');
    }
    text
}

/// Relations that this statement does not lock, and whose users wait all the same: for a look-up in one that it does, as a view of it, or still for what the
/// transaction has locked before.
fn elsewhere(
    prediction: &Prediction,
    before: Option<&Prediction>,
    widths: &Widths,
    look: Look,
) -> String {
    const MOST: usize = 6;
    let locked = |name: &str| prediction.effects.iter().any(|it| it.relation == name);
    let everyday = |waits: &[Access]| waits.iter().any(|access| access.is_everyday());
    let others = prediction.waits.iter();
    let others = others.filter(|(name, waits)| !locked(name) && everyday(waits));
    let known = |name: &String, waits: &Vec<Access>| {
        before.is_some_and(|before| before.waits.get(name) == Some(waits))
    };
    let (still, new): (Vec<_>, Vec<_>) = others.partition(|(name, waits)| known(name, waits));
    let mut text = String::new();
    let mut say = |line: &str| {
        text.push_str(&look.dim(line));
        text.push('\n');
    };
    for (name, waits) in new.iter().take(MOST) {
        say(&widths.line([
            &one_line(name, 200),
            "-",
            "-",
            "-",
            &who(Accesses::of(waits)),
        ]));
    }
    if let more @ 1.. = new.len().saturating_sub(MOST) {
        say(&format!("      and on {more} more"));
    }
    let ends = matches!(prediction.kind.as_str(), "commit" | "rollback");
    if !still.is_empty() && !ends {
        let names: Vec<String> = still.iter().map(|(name, _)| one_line(name, 200)).collect();
        let line = format!("      still waited for: {}", names.join(", "));
        say(&look.clip(&line, look.width));
    }
    text
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

/// Who waits, shortly: where not even reads go on, it is everybody; VACUUM and CREATE INDEX CONCURRENTLY are maintenance.
fn who(waits: Accesses) -> String {
    let has = |access: &Access| waits.contains(*access);
    let writes = [Access::Insert, Access::Update, Access::Delete];
    if has(&Access::Select) {
        return "everybody".to_owned();
    }
    if writes.iter().all(has) {
        return "writes".to_owned();
    }
    let some: Vec<&str> = if writes.iter().any(has) {
        let waiting = writes.iter().filter(|access| has(access));
        waiting.map(|access| access.sql_name()).collect()
    } else if has(&Access::SelectForUpdate) {
        vec!["the same rows"]
    } else if waits.is_empty() {
        Vec::new()
    } else {
        vec!["maintenance"]
    };
    if some.is_empty() {
        "nobody".to_owned()
    } else {
        some.join(", ")
    }
}
