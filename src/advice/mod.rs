//! Remedies in words, with text to paste, for the front end and the runner that a migration belongs to.

mod batches;
mod case;
mod column;
mod constraint;
mod django;
mod recipe;
mod refused;
mod runner;
mod sql;

pub use case::{Advice, Case};

use crate::finding::{Block, Remedy};
use crate::source::Framework;

impl Case<'_> {
    /// What to run for it, one block for each migration that it takes; nothing where that cannot be written down.
    #[must_use]
    pub fn recipe(&self, remedy: &Remedy) -> Vec<Block> {
        recipe::recipe(self, remedy)
    }

    /// Words the remedy for whoever writes the migration.
    #[must_use]
    pub fn advise(&self, remedy: &Remedy) -> Advice {
        let own = match self.migration.framework {
            Framework::Django => django::advise(self, remedy.in_words()),
            _ => None,
        };
        let advice = own.unwrap_or_else(|| sql::advise(self, remedy));
        runner::dress(advice, remedy, self.migration.framework)
    }
}
