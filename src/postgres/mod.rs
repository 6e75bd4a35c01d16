//! What PostgreSQL itself defines: lock modes and who they block, server versions, type names.

mod data;
pub mod functions;
pub mod keywords;
mod lock;
pub mod types;
mod version;

pub use lock::{Access, LockMode};
pub use version::Version;
