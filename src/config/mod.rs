//! Settings: what was typed in the config file, merged with the command line, ready to be used.

mod error;
mod exclude;
mod file;
mod levels;
mod locate;
mod quantity;
mod resolve;
mod settings;
mod sizes;
mod suggest;
mod typed;

/// The JSON Schema of the config file.
#[cfg(feature = "cli")]
#[must_use]
pub fn schema() -> schemars::Schema {
    schemars::schema_for!(file::ConfigFile)
}

pub use error::ConfigError;
pub use levels::{Levels, PathLevels};
pub use quantity::parse_rows;
pub use resolve::{Arguments, Pending};
pub use settings::{Database, FailOn, STDIN, Session, Settings};
pub use suggest::nearest;
pub use typed::{Typed, typed};
