//! What a long run tells its user: lines, and how far a step has come.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use indicatif::{ProgressBar, ProgressStyle};

/// What is counted in a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Bytes.
    Bytes,
    /// Rows of a table.
    Rows,
}

/// Where lines and progress go.
pub trait Notices: Sync {
    /// A line for the user: what happens now and takes time, or what was found.
    fn say(&self, line: &str);

    /// `done` of `total` units of the step called `step`; no total where it cannot be known.
    fn progress(&self, step: &str, unit: Unit, done: u64, total: Option<u64>);

    /// The step is over, well or not.
    fn end(&self, step: &str);
}

/// Says nothing.
#[derive(Debug, Default, Clone, Copy)]
pub struct Silent;

impl Notices for Silent {
    fn say(&self, _: &str) {}
    fn progress(&self, _: &str, _: Unit, _: u64, _: Option<u64>) {}
    fn end(&self, _: &str) {}
}

/// Lines and progress bars on standard error; bars only where that is a terminal.
#[derive(Debug, Default)]
pub struct Terminal {
    bars: Mutex<BTreeMap<String, ProgressBar>>,
}

impl Terminal {
    fn bars(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, ProgressBar>> {
        self.bars.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Notices for Terminal {
    fn say(&self, line: &str) {
        use std::io::Write as _;
        let bars = self.bars();
        match bars.values().next() {
            Some(bar) if !bar.is_hidden() => bar.println(line),
            // Where nobody can read standard error there is nobody to tell.
            _ => drop(writeln!(std::io::stderr(), "{line}")),
        }
    }

    fn progress(&self, step: &str, unit: Unit, done: u64, total: Option<u64>) {
        let mut bars = self.bars();
        let bar = bars
            .entry(step.to_owned())
            .or_insert_with(|| bar(step, unit, total));
        if total.is_some() && bar.length() != total {
            bar.set_length(total.unwrap_or_default());
        }
        bar.set_position(done);
    }

    fn end(&self, step: &str) {
        if let Some(bar) = self.bars().remove(step) {
            bar.finish_and_clear();
        }
    }
}

fn bar(step: &str, unit: Unit, total: Option<u64>) -> ProgressBar {
    let (bar, template) = match (total, unit) {
        (Some(total), Unit::Bytes) => (
            ProgressBar::new(total),
            "{msg} {bar:30} {bytes}/{total_bytes}, {eta} left",
        ),
        (Some(total), Unit::Rows) => (
            ProgressBar::new(total),
            "{msg} {bar:30} {human_pos}/{human_len} rows, {per_sec}, {eta} left",
        ),
        (None, Unit::Bytes) => (ProgressBar::new_spinner(), "{msg} {spinner} {bytes}"),
        (None, Unit::Rows) => (
            ProgressBar::new_spinner(),
            "{msg} {spinner} {human_pos} rows",
        ),
    };
    if let Ok(style) = ProgressStyle::with_template(template) {
        bar.set_style(style);
    }
    bar.set_message(step.to_owned());
    bar.enable_steady_tick(Duration::from_millis(120));
    bar
}
