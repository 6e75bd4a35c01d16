//! mig-lint: which PostgreSQL migration will take a site down, told before it is deployed.
//!
//! `docs/architecture.md` shows the layers; each module imports only from those above its own. Without the features `cli` and `prove` it is a library that reads
//! migrations and reports, prints nothing, and starts no server.

pub mod advice;
pub mod baseline;
pub mod checklist;
#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "cli")]
mod commands;
pub mod config;
pub mod django;
pub mod effects;
pub mod engine;
pub mod estimate;
#[cfg(test)]
#[path = "../tests/common/failures.rs"]
mod failures;
pub mod finding;
pub mod fix;
pub mod frontend;
#[cfg(feature = "cli")]
pub mod git;
#[cfg(feature = "cli")]
pub mod init;
pub mod ir;
pub mod postgres;
#[cfg(feature = "prove")]
pub mod prove;
pub mod report;
pub mod rule;
#[path = "../rules/mod.rs"]
pub mod rules;
pub mod schema;
pub mod sizes;
pub mod source;
pub mod sql;
