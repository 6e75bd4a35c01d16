//! How many statements a proof was to try, has tried, and found to do as predicted.

use super::report::{Outcome, Prediction, Proof, StepReport, Verdict};
use std::iter::Sum;

/// Counts of statements.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    pub all: usize,
    /// Those that ran, with others tried beside them; where all is proven, also those that failed as they were to.
    pub tried: usize,
    /// Of these, those that did what was predicted.
    pub right: usize,
}

impl Sum for Tally {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), |sum, one| Self {
            all: sum.all + one.all,
            tried: sum.tried + one.tried,
            right: sum.right + one.right,
        })
    }
}

impl Proof {
    /// The statements of everything that was to be proven.
    #[must_use]
    pub fn tally(&self) -> Tally {
        self.results.iter().map(Outcome::tally).sum()
    }
}

impl Outcome {
    /// The statements of all its cases.
    #[must_use]
    pub fn tally(&self) -> Tally {
        let is_proven = self.verdict == Verdict::Proven;
        let steps = self.cases.iter().flat_map(|case| &case.steps);
        let tried: Vec<_> = steps.filter(|step| is_proven || step.is_tried()).collect();
        let right = tried
            .iter()
            .filter(|step| step.prediction == Prediction::Match);
        let all = self.cases.iter();
        Tally {
            all: all.map(|case| case.steps.len() + case.unreached).sum(),
            tried: tried.len(),
            right: right.count(),
        }
    }
}

impl StepReport {
    /// Whether it ran, and all was tried beside it that was to be.
    #[must_use]
    pub fn is_tried(&self) -> bool {
        self.error.is_none() && self.unclear.is_empty() && !self.unprobed
    }
}
