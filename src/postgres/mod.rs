//! What PostgreSQL itself defines: lock modes and who they block, server versions, type names.

mod access;
mod changes;
mod data;
pub mod functions;
pub mod keywords;
mod lock;
mod naming;
pub mod narrowing;
pub mod time_zone;
pub mod types;
mod version;

pub use access::{Access, Accesses};
pub use changes::Change;
pub use lock::LockMode;
pub use naming::{LONGEST_NAME, object_name, quote};
pub use version::Version;
