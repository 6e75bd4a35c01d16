//! Settings: what was typed, merged with the config file, ready to be used.

mod settings;

pub use settings::{Levels, Session, Settings};
