//! What one statement does, and what its transaction has to do with it.

use super::{Age, Effect, HeldElsewhere, Refusal, Work};
use crate::estimate::Seconds;
use crate::ir::{Statement, Unread};
use crate::schema::Catalog;
use std::sync::Arc;
use std::time::Duration;

/// What one statement does, seen from where it stands.
#[derive(Debug)]
pub struct Step {
    pub can_run_in_transaction: bool,
    /// Whether it stands inside a transaction that outlives it.
    pub in_transaction: bool,
    pub effects: Vec<Arc<Effect>>,
    /// `lock_timeout` is set, or NOWAIT: it gives up a lock that does not come.
    pub gives_up: bool,
    pub timeouts: Timeouts,
    /// What its transaction has locked before, on other relations.
    pub held: HeldElsewhere,
    /// It stands in code, where a statement that starts transactions itself is refused.
    pub in_code: bool,
    /// Why the server refuses it.
    pub refusals: Vec<Refusal>,
    /// It is code that commits what it has done so far: nobody waits for longer than one turn of it takes.
    pub commits: bool,
    /// It runs code of which some cannot be seen.
    pub opaque: bool,
    /// What of that it names itself, and where in its text that stands.
    pub unread: Vec<Unread>,
}

impl Step {
    /// How long it works on tables that were there before; `None` where that is not known of one of them, or where it works on none.
    #[must_use]
    pub fn seconds(&self) -> Option<Seconds> {
        let works = |effect: &&Arc<Effect>| effect.work > Work::None && effect.age == Age::Earlier;
        let mut working = self.effects.iter().filter(works).peekable();
        working.peek()?;
        working
            .map(|effect| effect.estimate.as_ref().and_then(|it| it.seconds))
            .sum()
    }
}

/// After which time the session gives up; `None` where it never does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Timeouts {
    /// `lock_timeout`: one lock that does not come.
    pub lock: Option<Duration>,
    /// `statement_timeout`: one statement.
    pub statement: Option<Duration>,
}

/// What rules are asked about one by one: a statement of a migration, or one that code runs.
#[derive(Clone, Copy, Debug)]
pub struct Piece<'a> {
    /// The catalog before it.
    pub catalog: &'a Catalog,
    pub statement: &'a Statement,
    pub step: &'a Step,
}
