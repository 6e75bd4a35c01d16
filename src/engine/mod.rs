//! The road from settings to a report: discover, parse, replay, ask the rules, arbitrate, suppress, sort.

mod arbitrate;
mod judge;
mod read;
mod report;

pub use judge::{Circumstances, Judged, judge};
pub use report::{MigrationReport, Outcome, Report, Summary};
