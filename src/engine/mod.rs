//! The road from settings to a report: discover, parse, replay, ask the rules, arbitrate, suppress, sort.

mod arbitrate;
mod judge;
mod read;
mod report;
mod suppress;

pub use judge::{Circumstances, Judged, judge};
pub use report::{MigrationReport, Outcome, Report, Summary};
pub use suppress::{Commented, Suppressed, suppress};

use crate::config::Settings;

/// Checks everything that the settings name.
#[must_use]
pub fn run(settings: &Settings) -> Report {
    Report {
        version: settings.version,
        version_from: settings.version_from.clone(),
        findings: Vec::new(),
        summary: Summary::default(),
        migrations: Vec::new(),
    }
}
