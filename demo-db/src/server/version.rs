//! The version of a server or of its programs.

use std::fmt;

use crate::error::Error;
use crate::session::{Session, first};
use crate::target::Target;

/// The oldest major version that can be used.
pub(super) const OLDEST: u16 = 14;

/// The newest one that is known, which is what a download is made of.
pub(super) const NEWEST: u16 = 18;

/// A server's version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerVersion {
    /// 14 to 18, or newer.
    pub major: u16,
    /// As the server writes it, "16.14".
    pub text: String,
}

impl ServerVersion {
    /// Asks the server; refuses those that are too old.
    pub(super) fn of(session: &mut Session, target: &Target) -> Result<ServerVersion, Error> {
        let rows = session.rows("SHOW server_version")?;
        let version = first(&rows).and_then(ServerVersion::parse);
        let version = version.ok_or_else(|| Error::Connect {
            place: target.place(),
            why: "it does not tell its version".to_owned(),
        })?;
        version.is_wanted(None, || target.place())?;
        Ok(version)
    }

    /// "16.14 (Debian 16.14-1)", "18beta1": what stands before the first space, which begins with the major version.
    pub(super) fn parse(text: &str) -> Option<ServerVersion> {
        let text = text.split_whitespace().next()?;
        let end = text
            .find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.len());
        Some(ServerVersion {
            major: text[..end].parse().ok()?,
            text: text.to_owned(),
        })
    }

    /// An error where it is too old, or not the one that was asked for.
    pub(super) fn is_wanted(
        &self,
        major: Option<u16>,
        place: impl Fn() -> String,
    ) -> Result<(), Error> {
        if self.major < OLDEST {
            return Err(Error::TooOld {
                place: place(),
                version: self.text.clone(),
            });
        }
        match major {
            Some(wanted) if wanted != self.major => Err(Error::OtherMajor {
                place: place(),
                found: self.text.clone(),
                wanted,
            }),
            _ => Ok(()),
        }
    }
}

impl fmt::Display for ServerVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_as_servers_and_packagers_write_them() {
        for (text, major, short) in [
            ("16.14", 16, "16.14"),
            ("15.14 (Debian 15.14-0+deb12u1)", 15, "15.14"),
            ("18beta1", 18, "18beta1"),
            ("9.6.24", 9, "9.6.24"),
        ] {
            let version = ServerVersion::parse(text).expect("a version");
            assert_eq!((version.major, version.text.as_str()), (major, short));
        }
        assert_eq!(ServerVersion::parse("unknown"), None);
    }
}
