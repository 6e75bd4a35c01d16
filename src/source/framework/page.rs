//! One row a runner: `docs/runners.md` is made of what the conventions go by.

use super::super::{Delivery, Framework, TransactionMode};
use super::convention::Convention;
use super::facts::Facts;

/// One row of the page.
#[derive(Clone, Debug)]
pub struct Runner {
    pub framework: Framework,
    /// What it sends as one query.
    pub sends: String,
    /// What it wraps in a transaction.
    pub wraps: String,
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
            unit,
            order,
            switch,
            outside: _,
            version,
            source,
        } = self.facts;
        Runner {
            framework: self.habit.framework,
            sends: match self.habit.delivery {
                Delivery::OneQuery => format!("a {unit}"),
                Delivery::Statements => "a statement".to_owned(),
                Delivery::Batches => {
                    format!("a {unit}, in one batch; alone what no transaction can hold")
                }
            },
            wraps: match self.habit.transaction {
                TransactionMode::PerFile => format!("each {unit}"),
                TransactionMode::Implicit => {
                    "nothing; several statements of one query are one transaction".to_owned()
                }
                TransactionMode::PerStatement | TransactionMode::None => "nothing".to_owned(),
                TransactionMode::AllPending => {
                    format!("all that is pending, each {unit} after the other")
                }
            },
            switch,
            order,
            known_by,
            version,
            source,
        }
    }
}
