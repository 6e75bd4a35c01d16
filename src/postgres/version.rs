//! The major versions of PostgreSQL that are supported.

use serde::Serialize;
use std::fmt;

/// A supported major version of PostgreSQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(into = "u8")]
pub struct Version(u8);

impl Version {
    /// The oldest supported version: what is assumed where no version is given.
    pub const OLDEST: Self = Self(14);
    /// The newest supported version.
    pub const NEWEST: Self = Self(18);

    /// The version `major`, or `None` where it is not supported.
    #[must_use]
    pub fn new(major: u8) -> Option<Self> {
        (Self::OLDEST.0..=Self::NEWEST.0)
            .contains(&major)
            .then_some(Self(major))
    }

    /// The version of a server that calls itself so: `16.14 (Debian 16.14-1)`. `None` where it is not supported.
    #[must_use]
    pub fn of_server(text: &str) -> Option<Self> {
        let digits = text.split(|c: char| !c.is_ascii_digit()).next()?;
        Self::new(digits.parse().ok()?)
    }

    /// Every supported version, oldest first.
    pub fn all() -> impl Iterator<Item = Self> {
        (Self::OLDEST.0..=Self::NEWEST.0).map(Self)
    }

    /// The number, for example `16`.
    #[must_use]
    pub const fn major(self) -> u8 {
        self.0
    }

    /// Whether this is `major` or newer.
    #[must_use]
    pub const fn at_least(self, major: u8) -> bool {
        self.0 >= major
    }
}

impl From<Version> for u8 {
    fn from(version: Version) -> Self {
        version.0
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
