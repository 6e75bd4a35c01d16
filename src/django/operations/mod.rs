//! The `Migration` class of a file: what it depends on, and its operations.

mod arguments;
mod migration;
mod read;
mod run_python;
mod special;
mod subclass;

pub use migration::{MigrationFile, read};
