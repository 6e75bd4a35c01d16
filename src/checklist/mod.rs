//! The six questions of a careful team before a deploy, answered for each pending migration from what is known. What is not known is said.

mod back;
mod gone;
mod touched;
mod watch;

pub use back::WayBack;
pub use gone::{Gone, Kind as GoneKind};
pub use touched::Table;
pub use watch::{Progress, Watch};

use crate::config::Settings;
use crate::effects::Age;
use crate::engine::{self, MigrationReport, Prediction, Report, Unavailable};
use crate::source::{Direction, Framework, TransactionMode, slashes};
use serde::Serialize;
use touched::{predictions, tables};

/// The answers for one migration.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Checklist {
    pub path: String,
    /// What its runner calls it.
    pub name: String,
    pub framework: Framework,
    pub transaction: TransactionMode,
    /// How large are the tables that it touches, and that were there before?
    pub tables: Vec<Table>,
    /// Which locks does it take that somebody waits for, who waits, and how long? The worst first.
    pub waits: Vec<Unavailable>,
    /// Whether each statement that waits for a lock gives up after a while: else all others queue up behind it.
    pub gives_up: bool,
    /// Statements of which not all can be told.
    pub not_known: Vec<String>,
    /// Can it be undone?
    pub way_back: WayBack,
    /// Rows and columns that the way up takes away, so that nothing brings them back.
    pub gone: Vec<Gone>,
    /// How to try it first.
    pub try_first: String,
    /// How to watch it, and what remains when it is stopped.
    pub watch: Watch,
}

/// Checklists of the migrations that the settings name, and the reports of the way up and the way down that they were made from.
#[must_use]
pub fn checklists(settings: &Settings) -> (Vec<Checklist>, Report) {
    let up = engine::run(settings, true);
    let backwards = Settings {
        direction: Direction::Down,
        ..settings.clone()
    };
    let down = engine::run(&backwards, true);
    let lists = up
        .migrations
        .iter()
        .map(|migration| checklist(migration, &down));
    (lists.collect(), up)
}

fn checklist(up: &MigrationReport, down: &Report) -> Checklist {
    let path = slashes(up.file.path());
    let predictions: Vec<&Prediction> = predictions(up).collect();
    let waiting = predictions.iter().filter(|it| waits(it));
    let not_known = up
        .statements
        .iter()
        .filter(|statement| {
            let opaque = statement.prediction.as_ref().is_some_and(|it| it.opaque);
            !statement.known || opaque
        })
        .map(|statement| format!("line {}", up.file.place(statement.span.start).line));
    let tables = tables(&predictions);
    let rows = tables.iter().filter_map(|table| table.size.as_ref()?.rows);
    Checklist {
        name: up.name.clone(),
        framework: up.framework,
        transaction: up.transaction,
        waits: up.tables.clone(),
        gives_up: waiting.clone().all(|it| it.gives_up),
        not_known: not_known.collect(),
        way_back: back::way_back(up, down),
        gone: gone::gone(&predictions, Age::Earlier),
        try_first: try_first(&path, rows.max()),
        watch: watch::watch(up, &predictions, &tables),
        tables,
        path,
    }
}

/// Whether somebody has to wait for a statement.
fn waits(prediction: &Prediction) -> bool {
    let mut effects = prediction.effects.iter();
    effects.any(|effect| effect.age == Age::Earlier && effect.delays_users())
}

/// The largest table that a proof fills.
const ROWS: u64 = 10_000_000;

/// The command that runs it beside readers and writers, on as many rows as there are.
fn try_first(path: &str, rows: Option<u64>) -> String {
    let is_plain = |c: char| c.is_ascii_alphanumeric() || "/._-+@:,".contains(c);
    let path = if path.chars().all(is_plain) {
        path.to_owned()
    } else {
        format!("'{}'", path.replace('\'', "'\\''"))
    };
    let rows = rows
        .filter(|rows| *rows > 0)
        .map_or_else(String::new, |rows| {
            format!(" --rows {}", crate::sizes::short_rows(rows.min(ROWS)))
        });
    format!("mig-lint prove {path}{rows}")
}
