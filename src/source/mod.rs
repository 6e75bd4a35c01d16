//! Files: finding them, ordering them into histories, reading them, and pointing into them.

mod candidate;
mod dialect;
mod discover;
mod fault;
mod file;
mod folder;
mod framework;
mod history;
mod ignored;
mod layout;
mod order;
mod path;
mod pending;
mod place;
mod python;
mod read;
mod request;
mod runner;
mod span;
mod suppress;
mod surroundings;
mod walk;

pub use discover::{Discovery, discover, from_text};
pub use fault::{Fault, FaultKind};
pub use file::SourceFile;
pub use history::{Delivery, History, Script};
pub use order::Order;
pub use path::tidy;
pub use pending::{is_selection, last_deployed};
pub use python::python_migrations;
pub use read::{read_python, read_sql};
pub use request::{HistoryOverride, Request};
pub use runner::{Framework, TransactionMode};
pub use span::{Place, Span};
pub use suppress::{Scope, Suppression, suppression};
