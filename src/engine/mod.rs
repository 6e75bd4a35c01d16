//! The road from settings to a report: discover, parse, replay, ask the rules, arbitrate, suppress, sort.

mod arbitrate;
mod aside;
mod ask;
mod board;
mod circumstances;
mod faults;
mod judge;
mod list;
mod mend;
mod release;
mod report;
mod run;
mod suppress;
mod unread;
mod write;

pub use circumstances::Circumstances;
pub use faults::is_unchecked;
pub use judge::{Judged, judge};
pub use list::{Listing, histories, list};
pub use mend::{Mended, Rewritten, mend};
pub use release::{Release, Unavailable};
pub use report::{MigrationReport, NoWayBack, Prediction, Report, StatementReport, Summary};
pub use run::run;
pub use suppress::{Suppressed, suppress};
pub use write::{NotWritten, write};
