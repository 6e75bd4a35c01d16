//! Proofs on a live server: what is flagged hurts, what is advised does not, and what is predicted is what happens.

mod batch;
mod build;
mod calibrate;
mod case;
mod claim;
mod code;
mod compare;
mod count;
mod definition;
mod elsewhere;
mod fill;
mod fixture;
mod found;
mod ground;
mod harm;
mod hold;
mod judged;
mod meanwhile;
mod near;
mod observe;
mod options;
mod path;
mod questions;
mod queue;
mod recorded;
mod references;
mod replay;
mod report;
mod ride;
mod rule;
mod run;
mod runner;
mod standin;
mod step;
mod tally;
mod timeline;
mod timing;
mod told;
mod watch;
mod words;

pub use calibrate::{CALIBRATION_ROWS, calibrate};
pub use case::{Behind, Case, CaseProbe, Flag, Meanwhile, Migration, Shows, Statement, TableRows};
pub use claim::Claim;
pub use definition::{Definition, DefinitionError, Harm};
pub use elsewhere::Elsewhere;
pub use fixture::{Fixture, fixture_numbers, fixtures};
pub use options::{DEFAULT_ROWS, Options, ProofError};
pub use recorded::Recorded;
#[cfg(test)]
pub(crate) use report::sample_step;
pub use report::{
    CaseReport, ClaimReport, FindingReport, Outcome, OutcomeKind, Prediction, Proof, RelationLock,
    Shows as Showing, StepReport, Trouble, Verdict,
};
pub use rule::write_app;
pub use run::{Subject, prove};
pub use tally::Tally;
pub use timeline::{Lane, Part, Ride, Sample};
pub use timing::{Timing, timings};
pub use told::{Says, Told};
