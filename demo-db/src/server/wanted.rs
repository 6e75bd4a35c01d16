//! What server is wanted and where it may come from.

use std::fmt;
use std::path::PathBuf;

/// Where a server may come from; all empty means: whatever is at hand.
#[derive(Clone, Default)]
pub struct Wanted {
    /// A server that runs, as a connection string; everything below but `yes`, `major` and `keep` is then without meaning.
    pub url: Option<String>,
    /// The user agrees to a scratch database on a host that is not this machine.
    pub yes: bool,
    /// The major version it must have.
    pub major: Option<u16>,
    /// The folder of `postgres` and `initdb`.
    pub pg_bin: Option<PathBuf>,
    /// Leave the server and its databases as they are at the end.
    pub keep: bool,
    /// Download nothing.
    pub offline: bool,
    /// Listen on this TCP port of 127.0.0.1, instead of a socket or a port that is free.
    pub port: Option<u16>,
}

impl fmt::Debug for Wanted {
    /// Without the URL, which may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wanted")
            .field("url", &self.url.as_ref().map(|_| "_"))
            .field("yes", &self.yes)
            .field("major", &self.major)
            .field("pg_bin", &self.pg_bin)
            .field("keep", &self.keep)
            .field("offline", &self.offline)
            .field("port", &self.port)
            .finish()
    }
}
