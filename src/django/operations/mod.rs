//! The `Migration` class of a file: what it depends on, and its operations.

mod arguments;
mod asks_base;
mod body;
mod calls_on_rows;
mod deeds;
mod framework;
mod functions;
mod migration;
mod names;
mod pgtrigger;
mod read;
mod run_python;
mod several;
mod special;
mod steady;
mod subclass;
mod things;

pub use migration::{MigrationFile, read};
