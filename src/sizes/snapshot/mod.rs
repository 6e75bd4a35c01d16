//! How large the tables of a database are, as its statistics say: read from a server by one query, written as a file that a repository keeps.

mod answer;
mod contents;
mod file;

pub use answer::QUERY;
pub use contents::{Column, Index, Key, Snapshot, Table, today};
pub use file::SnapshotError;
