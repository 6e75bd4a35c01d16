//! mig-lint: which PostgreSQL migration will take a site down, told before it is deployed.
//!
//! `docs/architecture.md` shows the layers; each module imports only from those above its own.

pub mod advice;
pub mod cli;
mod commands;
pub mod config;
pub mod django;
pub mod effects;
pub mod engine;
pub mod finding;
pub mod ir;
pub mod postgres;
pub mod prove;
pub mod report;
pub mod rule;
#[path = "../rules/mod.rs"]
pub mod rules;
pub mod schema;
pub mod sizes;
pub mod source;
pub mod sql;
