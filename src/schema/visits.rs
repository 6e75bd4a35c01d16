//! Counts how often relations are looked at, where assertions are on: that cost grows as a straight line is tested by counting, not by time.

#[cfg(debug_assertions)]
use std::cell::Cell;

#[cfg(debug_assertions)]
thread_local! {
    static VISITS: Cell<u64> = const { Cell::new(0) };
}

/// How often this thread has looked at a relation; always 0 where assertions are off.
#[must_use]
pub fn visits() -> u64 {
    #[cfg(debug_assertions)]
    return VISITS.get();
    #[cfg(not(debug_assertions))]
    0
}

/// A relation is looked at.
pub(super) fn visit() {
    #[cfg(debug_assertions)]
    VISITS.set(VISITS.get() + 1);
}
