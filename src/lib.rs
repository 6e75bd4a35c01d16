//! mig-lint: which PostgreSQL migration will take a site down, told before it is deployed.
//!
//! `docs/architecture.md` shows the layers; each module imports only from those above its own.

pub mod ir;
pub mod postgres;
pub mod source;
pub mod sql;
