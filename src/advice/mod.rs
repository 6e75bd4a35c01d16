//! Remedies in words, with text to paste, for the front end and the runner that a migration belongs to.

mod case;
mod django;
mod recipe;
mod refused;
mod runner;
mod sql;

pub use case::{Advice, Case};

use crate::finding::Remedy;
use crate::source::Framework;

impl Case<'_> {
    /// Words the remedy for whoever writes the migration.
    #[must_use]
    pub fn advise(&self, remedy: &Remedy) -> Advice {
        let own = match self.migration.framework {
            Framework::Django => django::advise(self, remedy),
            _ => None,
        };
        let advice = own.unwrap_or_else(|| sql::advise(self, remedy));
        runner::dress(advice, remedy, self.migration.framework)
    }
}
