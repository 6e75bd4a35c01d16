//! What can be seen of a session at work: its locks, who waits for whom, which files changed, how many rows it touched.

mod counts;
mod locks;
mod relations;
mod rows;

pub use counts::{Counts, flush, of_all_transactions, of_this_transaction, wal_bytes};
pub use locks::{Lock, blockers, held, keeps_snapshot};
pub(crate) use relations::quote;
pub use relations::{Relation, relations};
