//! What a finding says that a server can show.

use crate::finding::{Finding, Harm, Level};
use crate::postgres::Access;
use std::collections::BTreeSet;

/// What a finding says that a server can show.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    pub rule: &'static str,
    pub level: Level,
    pub message: String,
    /// Counted from 1.
    pub line: usize,
    pub says: Says,
}

/// The part of it that is tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Says {
    /// These wait for work that grows with a table.
    Waits(BTreeSet<Access>),
    /// These queue up behind a lock that is itself held for a moment.
    Queues(BTreeSet<Access>),
    /// It fails with this SQLSTATE.
    Fails(&'static str),
    /// What no lock and no error shows, and why.
    Other(&'static str),
}

impl Told {
    /// What of a finding is tried.
    #[must_use]
    pub(super) fn of(finding: &Finding) -> Self {
        let groups = finding.waits.groups.iter();
        let kinds: BTreeSet<Access> = groups.flat_map(|group| group.kinds.iter()).collect();
        let harm = finding.causes.first().map(|cause| cause.harm);
        let says = match (finding.sqlstate, harm) {
            (Some(sqlstate), _) => Says::Fails(sqlstate),
            (None, Some(Harm::Wait(_))) => Says::Waits(kinds),
            (None, Some(Harm::Queue)) => Says::Queues(kinds),
            (None, Some(Harm::BreaksCode)) => {
                Says::Other("the code that is running is not known here")
            }
            (None, Some(Harm::LosesData)) => Says::Other("the rows here are not yours"),
            (None, Some(Harm::Slows)) => Says::Other("it shows in queries that come afterwards"),
            (None, Some(Harm::Fails)) => {
                Says::Other("it depends on rows, on what ran before or on what runs it")
            }
            (None, _) => Says::Other("it is about the text, not about what it does"),
        };
        Self {
            rule: finding.rule,
            level: finding.level,
            message: finding.message.clone(),
            line: finding.file.place(finding.span.start).line,
            says,
        }
    }
}
