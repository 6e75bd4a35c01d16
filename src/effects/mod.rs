//! What statements do to relations: locks, work, and who waits.

mod effect;

pub use effect::{Age, Certainty, Effect, Held, Part, Reason, Under, Work};
