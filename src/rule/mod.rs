//! What a rule is, and everything that it may look at.

mod batches;
mod context;
mod definition;
mod digest;
mod example;
mod facts;
mod later;
mod new_column;
mod outline;
mod queues;
mod registry;
mod remedies;
mod waits;
mod whole;
mod wording;

pub use context::{Context, effects};
pub use definition::{Category, Entry, Kind, Report, Rule, Severity};
pub use digest::{Blocking, Digest};
pub use example::Example;
pub use later::Replaced;
pub use outline::Outline;
pub use registry::{Check, RULES, asked, entry, find, is_former, named};
pub use whole::Whole;
pub use wording::{join_and, lock_text, quote, quote_name, waiting_text};
