//! What a finding is about, by which findings of one thing are known.

use crate::effects::Reason;
use crate::schema::RelationId;

/// What a finding is about: the subcommand of a statement, what it touches, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cause {
    /// Byte offset of the statement in its file.
    pub statement: usize,
    /// Which subcommand, counted from 0.
    pub command: usize,
    /// The relation; `None` where no relation is touched.
    pub relation: Option<RelationId>,
    pub harm: Harm,
}

/// How something hurts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Harm {
    /// Others wait while this work is done.
    Wait(Reason),
    /// Done at once, but behind a long transaction others queue up after it.
    Queue,
    /// Code that runs already stops working.
    BreaksCode,
    /// The migration itself fails, or cannot be taken back.
    Fails,
    /// Rows, or what they say, are lost.
    LosesData,
    /// What is asked for afterwards takes longer than it need.
    Slows,
    /// It could not be checked.
    Unchecked,
    /// A comment for this tool does not do what it seems to.
    Suppression,
}
