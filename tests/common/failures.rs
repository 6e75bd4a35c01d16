//! A test that checks many things tells of all that fail, each with its place, what was expected and what was found.

use std::fmt::{Debug, Display};
use std::panic::Location;

#[derive(Default)]
pub(crate) struct Failures(Vec<String>);

impl Failures {
    /// Panics at the end, with everything that was noted meanwhile.
    #[track_caller]
    pub(crate) fn collect(checks: impl FnOnce(&mut Self)) {
        let mut failures = Self::default();
        checks(&mut failures);
        let all = failures.0;
        assert!(all.is_empty(), "{} failures\n{}", all.len(), all.join("\n"));
    }

    /// `place` is `file:line` where there is a line, else what is checked; at the end stands who checks it.
    #[track_caller]
    pub(crate) fn note(
        &mut self,
        place: impl Display,
        expected: impl Display,
        found: impl Display,
    ) {
        let by = Location::caller();
        self.0.push(format!(
            "{place}: expected {expected}, found {found} ({}:{})",
            by.file(),
            by.line()
        ));
    }

    #[track_caller]
    pub(crate) fn check(
        &mut self,
        holds: bool,
        place: impl Display,
        expected: impl Display,
        found: impl Display,
    ) {
        if !holds {
            self.note(place, expected, found);
        }
    }

    #[track_caller]
    pub(crate) fn equal<E: Debug + ?Sized, F: Debug + PartialEq<E> + ?Sized>(
        &mut self,
        place: impl Display,
        expected: &E,
        found: &F,
    ) {
        if found != expected {
            self.note(place, format!("{expected:?}"), format!("{found:?}"));
        }
    }
}
