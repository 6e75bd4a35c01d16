//! A migration to be made.

use crate::finding::Block;

/// What is to run in a migration of its own, whatever its runner is.
pub(super) struct Draft {
    /// What its title ends with.
    pub(super) word: &'static str,
    pub(super) sql: String,
    pub(super) is_outside: bool,
}

/// What validates a constraint.
pub(super) const VALIDATE: &str = " VALIDATE CONSTRAINT ";

/// What the name of a migration ends with whose code commits piece after piece.
pub(super) const BATCHES: &str = "batches";

/// The same of one that does what could not be done before.
pub(super) const THEN: &str = "then";

/// What the name of a migration ends with that runs this.
pub(super) fn word(block: &Block) -> &'static str {
    match block.statements.first() {
        Some(first) if first.contains("COMMIT;") => BATCHES,
        _ if block.outside_transaction => "concurrently",
        Some(first) if first.contains(VALIDATE) => "validate",
        _ => THEN,
    }
}
