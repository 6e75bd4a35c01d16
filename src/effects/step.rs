//! What one statement does, and what its transaction has to do with it.

use super::{Effect, HeldElsewhere};
use std::sync::Arc;

/// What one statement does, seen from where it stands.
#[derive(Debug)]
pub struct Step {
    pub can_run_in_transaction: bool,
    /// Whether it stands inside a transaction that outlives it.
    pub in_transaction: bool,
    pub effects: Vec<Arc<Effect>>,
    /// `lock_timeout` is set: it gives up a lock that does not come.
    pub gives_up: bool,
    /// What its transaction has locked before, on other relations.
    pub held: HeldElsewhere,
    /// It runs code of which some cannot be seen.
    pub opaque: bool,
}
