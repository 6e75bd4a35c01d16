//! A finding: what a migration does wrong, where, whom it hurts and what to write instead.

mod builder;
mod cause;
mod facts;
mod fingerprint;
mod fix;
mod found;
mod level;
mod names;
mod new_column;
mod recipe;
mod remedy;

pub use builder::Builder;
pub use cause::{Cause, Harm};
pub use facts::{TableSizes, WaitGroup, Waits};
pub use fingerprint::fingerprints;
pub use fix::{Edit, Fix, NewFile, Safety};
pub use found::{Finding, Note};
pub use level::Level;
pub use names::Names;
pub use new_column::{Fill, NewColumn};
pub use recipe::Block;
pub use remedy::{Added, Built, Filled, ForeignKey, NotNull, NotValid, Part, Remedy, Unique};
