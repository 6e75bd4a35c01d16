//! One row a runner: `docs/runners.md` is made of what the conventions go by.

use super::super::{Delivery, Framework, TransactionMode};
use super::convention::Convention;
use super::facts::Facts;

/// One row of the page.
#[derive(Clone, Debug)]
pub struct Runner {
    pub framework: Framework,
    /// What it sends as one query.
    pub sends: &'static str,
    /// What it wraps in a transaction.
    pub wraps: &'static str,
    pub switch: &'static str,
    pub order: &'static str,
    pub known_by: &'static str,
    pub version: &'static str,
    pub source: &'static str,
}

impl Convention {
    /// This convention as a row.
    pub(super) fn runner(&self) -> Runner {
        let Facts {
            known_by,
            order,
            switch,
            version,
            source,
        } = self.facts;
        Runner {
            framework: self.habit.framework,
            sends: match self.habit.delivery {
                Delivery::OneQuery => "a file",
                Delivery::Statements => "a statement",
                Delivery::Batches => "a file in one batch; what no transaction can hold alone",
            },
            wraps: match self.habit.transaction {
                TransactionMode::PerFile => "each file",
                TransactionMode::Implicit => {
                    "nothing; one query of several statements is one transaction"
                }
                TransactionMode::PerStatement | TransactionMode::None => "nothing",
                TransactionMode::AllPending => "all pending files together",
            },
            switch,
            order,
            known_by,
            version,
            source,
        }
    }
}
