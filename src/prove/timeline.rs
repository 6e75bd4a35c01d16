//! What others lived through beside a migration that ran at scale.

use crate::postgres::Access;
use serde::Serialize;

/// A migration run through at scale, and what others lived through meanwhile. Times are seconds since the ride began.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Ride {
    pub migration: String,
    pub start: f64,
    pub end: f64,
    /// When each of its statements ran.
    pub statements: Vec<Part>,
    pub lanes: Vec<Lane>,
    /// How long the ride as a whole was observed.
    pub seconds: f64,
}

/// A stretch of time; for statements in their order.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Part {
    /// Which of the case's steps, counted from 0.
    pub step: usize,
    pub start: f64,
    pub end: f64,
    /// It broke off.
    #[serde(skip)]
    pub failed: bool,
}

/// One probe through a ride.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Lane {
    pub relation: String,
    /// How a person calls it: the relation, or an endpoint.
    pub label: String,
    pub access: Access,
    pub samples: Vec<Sample>,
}

/// One request and its answer.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema))]
pub struct Sample {
    pub start: f64,
    pub end: f64,
    /// It was seen to wait for the migrating session.
    pub waited: bool,
}

impl Ride {
    /// Leaves out what came before the first request: others had not connected yet.
    pub(super) fn begin_with_requests(&mut self) {
        let samples = self.lanes.iter().filter_map(|lane| lane.samples.first());
        let first = samples
            .map(|sample| sample.start)
            .fold(self.start, f64::min);
        let first = first.max(0.0);
        let parts = self.statements.iter_mut();
        let parts = parts.flat_map(|part| [&mut part.start, &mut part.end]);
        let samples = self.lanes.iter_mut().flat_map(|lane| &mut lane.samples);
        let samples = samples.flat_map(|sample| [&mut sample.start, &mut sample.end]);
        let whole = [&mut self.start, &mut self.end, &mut self.seconds];
        for time in parts.chain(samples).chain(whole) {
            *time -= first;
        }
    }
}

impl Lane {
    /// The longest that a request waited for the migration, in seconds; 0 where none did.
    #[must_use]
    pub fn longest(&self) -> f64 {
        let waited = self.samples.iter().filter(|sample| sample.waited);
        waited.map(Sample::seconds).fold(0.0, f64::max)
    }

    /// How long requests waited for the migration in all, in seconds.
    #[must_use]
    pub fn total(&self) -> f64 {
        let waited = self.samples.iter().filter(|sample| sample.waited);
        waited.map(Sample::seconds).sum()
    }
}

impl Sample {
    /// How long the answer took.
    #[must_use]
    pub fn seconds(&self) -> f64 {
        self.end - self.start
    }
}
