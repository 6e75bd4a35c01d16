//! Probes: what an application, or somebody's VACUUM, does to a table while a migration runs, and whether it has to wait.

mod attempt;
mod kind;
mod plan;
mod stream;
mod table;

pub use attempt::{Outcome, attempt};
pub use kind::{INDEX_PREFIX, Kind};
pub use plan::{Probe, drop_indexes, plan};
pub use stream::{Lane, Sample, Stream};
