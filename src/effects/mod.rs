//! What statements do to relations: locks, work, and who waits.

mod alter;
mod code;
mod column;
mod column_type;
mod constraint;
mod create;
mod drop;
mod effect;
mod fold;
mod foreign_keys;
mod found;
mod held;
mod implication;
mod inherited_constraint;
mod jobs;
mod locks;
mod maintenance;
mod outside_transaction;
mod partition;
mod plain;
mod pruning;
mod refusal;
mod row_waits;
mod rows;
mod step;
mod storage;
mod timeout;
mod touch;
mod transaction;
mod waits;

pub use effect::{Age, Certainty, Effect, Estimate, Held, Part, Reason, Under, Work};
pub use fold::Fold;
pub use held::{HeldElsewhere, HeldLock, HeldMode};
pub use outside_transaction::can_run_in_transaction;
pub use refusal::{Mend, NEW_LABEL, PENDING_EVENTS, Refusal};
pub use step::{Piece, Step, Timeouts};
