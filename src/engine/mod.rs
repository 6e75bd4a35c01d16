//! The road from settings to a report: discover, parse, replay, ask the rules, arbitrate, suppress, sort.

mod report;

pub use report::{MigrationReport, Outcome, Report, Summary};
