//! Settings: what was typed in the config file, merged with the command line, ready to be used.

mod error;
mod exclude;
mod file;
mod levels;
mod limits;
mod locate;
mod resolve;
mod settings;
mod sizes;
mod suggest;
mod typed;

pub use error::ConfigError;
pub use file::ConfigFile;
pub use levels::{Levels, PathLevels};
pub use limits::profile_text;

pub use resolve::{Arguments, Pending};
pub use settings::{Database, FailOn, STDIN, Session, Settings};
pub use suggest::nearest;
pub use typed::{Typed, typed};
